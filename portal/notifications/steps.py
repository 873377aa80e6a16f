"""The one task of a letter: write it fair, dress it, hand it over; or wait until somebody takes it."""

import json
from datetime import datetime, timedelta

from flask import current_app
from sqlalchemy import update

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Permanent
from portal.core.seal import unseal
from portal.core.words import N_, Line, say
from portal.notifications import senders
from portal.notifications.composing import Composed, compose
from portal.notifications.models import SUBJECT_LENGTH, Envelope
from portal.notifications.transports import NotNow
from portal.processes.models import Process
from portal.processes.plans import Later, Plan, Step

PURPOSE = "notifications.letter"
TEST = "sender_test"
WAITS = (15, 60, 300, 900, 1800, 3600)
"""Seconds until the next knock at a mail server that did not take the letter; the last goes on."""
MOST_DAYS = 3


def deliver(process: Process) -> Line | Later:
    """Hand the letter over.  Its name out there is the task's, so a second try does not make a second letter."""
    kind = process.facts["kind"]
    try:
        composed = _hand_over(process, kind)
    except NotNow as trouble:
        if kind == TEST:
            raise Permanent(trouble.line) from trouble
        return _wait(process, trouble.line)
    if kind == TEST and composed.sender.server:
        senders.prove()
    _entitle(process, str(composed.message["Subject"]))
    process.forget("letter", "knocks", "since")
    return say(N_("Handed over"))


def _hand_over(process: Process, kind: str) -> Composed:
    letter, name = json.loads(unseal(process.facts["letter"], purpose=PURPOSE)), process.effect_key("deliver")
    name = name.replace(":", "-")
    composed = compose(kind, letter, name=name)
    db.session.rollback()  # nothing is written yet: no transaction stands open while a mail server takes its time
    composed.sender.transport(current_app).deliver(composed.message, name=name)
    return composed


def _wait(process: Process, why: Line) -> Later:
    """The letter is kept and the server asked again, less and less often.  Raises Permanent after days."""
    facts = process.facts
    since = datetime.fromisoformat(facts.get("since") or now().isoformat())
    if now() - since > timedelta(days=MOST_DAYS):
        raise Permanent(say(N_("Given up after %(days)s days. %(why)s"), days=MOST_DAYS, why=why))
    knocks = facts.get("knocks", 0)
    process.note(since=since.isoformat(), knocks=knocks + 1)
    return Later(WAITS[min(knocks, len(WAITS) - 1)], why)


def _entitle(process: Process, subject: str) -> None:
    """Its envelope shows the subject it left with."""
    named = update(Envelope).where(Envelope.process_id == process.id).values(subject=subject[:SUBJECT_LENGTH])
    db.session.execute(named, execution_options={"synchronize_session": False})


LETTER = Plan(
    "letter",
    (Step("deliver", N_("Deliver the letter"), deliver, usual=1.0, promise=N_("Writes the letter and hands it over")),),
    final="deliver",
    topic=N_("Letters"),
    quiet=True,
)
