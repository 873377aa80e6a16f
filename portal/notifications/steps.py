"""The one task of a letter: write it fair, dress it, hand it over."""

import json

from flask import current_app

from portal.core.seal import unseal
from portal.core.words import N_, Line, say
from portal.notifications.composing import compose
from portal.notifications.transports import transport_of
from portal.processes.models import Process
from portal.processes.plans import Plan, Step

PURPOSE = "notifications.letter"


def deliver(process: Process) -> Line:
    """Hand the letter over.  Its name out there is the task's, so a second try does not make a second letter."""
    kind = process.facts["kind"]
    letter = json.loads(unseal(process.facts["letter"], purpose=PURPOSE))
    name = process.effect_key("deliver").replace(":", "-")
    transport_of(current_app).deliver(compose(kind, letter, name=name), name=name)
    process.forget("letter")
    return say(N_("Handed over"))


LETTER = Plan(
    "letter",
    (Step("deliver", N_("Deliver the letter"), deliver, usual=1.0, promise=N_("Writes the letter and hands it over")),),
    final="deliver",
    topic=N_("Letters"),
    quiet=True,
)
