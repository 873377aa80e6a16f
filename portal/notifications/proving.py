"""The sender's own domain: looked at until it is proved; until then its letters wait.

A sender who types somebody else's address would send in that somebody's name.  Whoever can set a record at the domain may.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from portal.core import jobs
from portal.core.clock import now
from portal.core.db import db
from portal.core.name_servers import Unanswered, name_servers
from portal.core.words import N_, Line, say
from portal.notifications import queries, senders
from portal.notifications.actions import MOST_AT_ONCE, knock
from portal.notifications.models import MailSender
from portal.notifications.postmarks import take
from portal.notifications.senders import WAITS_FOR_PROOF
from portal.processes import actions as processes
from portal.processes.models import Process, State
from portal.processes.plans import Later, Plan, Step

ABOUT: Final = "mail_sender"
WAITS: Final = (15, 30, 60, 120, 300, 600, 1800, 3600, 3 * 3600, 6 * 3600)
"""Seconds until the next look; the last goes on."""


def hire(row: MailSender, *, version: int, password: str, **facts: object) -> None:
    """Send by these settings from now on; from an address of one's own as soon as its domain is proved.

    Raises as `senders.hire`.
    """
    senders.hire(row, version=version, password=password, **facts)
    look_now(row)


def look_now(row: MailSender) -> None:
    """Have the domain looked at as soon as a worker is free.  Nothing to do where the house sends."""
    if not row.domain:
        return
    process = processes.start(WATCH, name=say(N_("Look at %(domain)s"), domain=row.domain), about=ABOUT, facts={})
    if process.state is State.ATTENTION:
        processes.retry(process)
    else:
        jobs.call(process.id, tenant_id=process.tenant_id, subject_id=process.subject_id)


def look(process: Process) -> Line | Later:
    """Ask the name servers once.  As soon as the proof is there, what has waited leaves."""
    row = senders.settings()
    if not row.domain:
        return say(N_("The house sends: nobody looks any more"))
    domain, proof, selector, known = row.domain, row.proof, row.selector, row.proved_at
    last = row.changed_at + WAITS_FOR_PROOF
    db.session.rollback()  # nothing is written yet: no transaction stands open while name servers take their time
    try:
        marks = take(domain, proof=proof, selector=selector, asking=name_servers())
    except Unanswered as silence:
        return _again(process, last, silence.line)
    senders.keep(marks, proof)
    if not marks.is_proved and not known:
        return _again(process, last, marks.proof.line)
    for waiting in queries.held_up(MOST_AT_ONCE):
        knock(waiting)
    return say(N_("The domain is yours."))


def _again(process: Process, last: datetime, why: Line) -> Line | Later:
    """Later and later, and after the last day only when somebody asks for it."""
    if now() > last:
        return say(N_("Not proved in %(days)s days: nobody looks any more"), days=WAITS_FOR_PROOF.days)
    looks = process.facts.get("looks", 0)
    process.note(looks=looks + 1)
    return Later(float(WAITS[min(looks, len(WAITS) - 1)]), why)


# The names of plans and steps are for ever: rows carry them.
WATCH = Plan("mail_sender.watch", (Step("look", N_("Look at the domain"), look, usual=1.0),), quiet=True)
