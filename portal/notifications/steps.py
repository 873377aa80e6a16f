"""The one task of a letter: write it fair, dress it, hand it over; or wait until somebody takes it."""

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import update

from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Permanent
from portal.core.scope import acting_scope
from portal.core.seal import unseal
from portal.core.words import N_, Line, say
from portal.notifications import senders
from portal.notifications.composing import Composed, compose, whose
from portal.notifications.models import SUBJECT_LENGTH, Envelope
from portal.notifications.transports import Down, NotNow, Unproved
from portal.processes.models import Process
from portal.processes.plans import Later, Plan, Step

PURPOSE = "notifications.letter"
TEST = "sender_test"
WAITS = (15, 60, 300, 900, 1800, 3600)
"""Seconds until the next knock at a mail server that did not take the letter; the last goes on."""
MOST_DAYS = 3
WITNESSES_OF_TROUBLE: list[Callable[[datetime, Line], None]] = []
"""Called once when a tenant's own mail server has taken nothing for hours: since when, and why."""


def deliver(process: Process) -> Line | Later:
    """Hand the letter over.  Its name out there is the task's, so a second try does not make a second letter."""
    kind, letter = process.facts["kind"], json.loads(unseal(process.facts["letter"], purpose=PURPOSE))
    by_own = whose(letter["clothes"]).tenant_id == acting_scope().tenant_id
    try:
        composed = _hand_over(process, kind, letter)
    except NotNow as trouble:
        if kind == TEST:
            raise Permanent(trouble.line) from trouble
        return _wait(process, trouble, by_own=by_own)
    if composed.sender.server and by_own:
        (senders.prove if kind == TEST else senders.heal)()
    _entitle(process, str(composed.message["Subject"]))
    process.forget("letter", "knocks", "since")
    return say(N_("Handed over"))


def _hand_over(process: Process, kind: str, letter: Mapping[str, Any]) -> Composed:
    name = process.effect_key("deliver").replace(":", "-")
    composed = compose(kind, letter, name=name)
    if composed.sender.claims and kind != TEST:
        text = N_("It waits until %(domain)s is proved to be the sender’s. Settings, Mail sender, says how.")
        raise Unproved(say(text, domain=composed.sender.claims))
    db.session.rollback()  # nothing is written yet: no transaction stands open while a mail server takes its time
    composed.sender.transport(current_app).deliver(composed.message, name=name)
    return composed


def _wait(process: Process, trouble: NotNow, *, by_own: bool) -> Later:
    """The letter is kept and the server asked again, less and less often.  Raises Permanent after days.

    When it is the tenant's own server, and it has been so for hours, its people are told.
    """
    facts, why = process.facts, trouble.line
    since = datetime.fromisoformat(facts.get("since") or now().isoformat())
    if by_own and isinstance(trouble, Down) and senders.note_trouble(since):
        for tell in WITNESSES_OF_TROUBLE:
            tell(since, why)
    most = senders.WAITS_FOR_PROOF if isinstance(trouble, Unproved) else timedelta(days=MOST_DAYS)
    if now() - since > most:
        raise Permanent(say(N_("Given up after %(days)s days. %(why)s"), days=most.days, why=why))
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
