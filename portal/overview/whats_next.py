"""What's Next: the lines of the go-live checklist in their order, reckoned in one statement, and kept for the one above.

Each line is written by the slice it is about (`<slice>/checklist.py`).  Whenever a transaction that touched one of the
watched tables is about to commit, in a request or in a worker, the states are reckoned again in the tenant's own scope
and written to its `Checklist`: a parent reads states, and nothing that stands behind them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import g
from sqlalchemy import Select, event, exists, or_, select, update
from sqlalchemy.orm import ORMExecuteState, Session

from portal.audit import record
from portal.branding.checklist import BRAND
from portal.catalogue.checklist import SELL_PRICES
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.here import here
from portal.core.scope import acting_scope
from portal.core.session import TenantSession
from portal.core.words import N_, say
from portal.notifications.checklist import MAIL_SENDER
from portal.playbooks.checklist import PLAYBOOK
from portal.settings.checklist import COMPANY, PAYMENT, TAX
from portal.storefront.checklist import CONTACT, LEGAL_TEXTS, OPENING, VISIT
from portal.tenants.checklist import Checklist, Line, Settled
from portal.users.checklist import SECOND_ADMINISTRATOR

LINES: tuple[Line, ...] = (
    COMPANY,
    TAX,
    PAYMENT,
    BRAND,
    SELL_PRICES,
    CONTACT,
    LEGAL_TEXTS,
    MAIL_SENDER,
    SECOND_ADMINISTRATOR,
    PLAYBOOK,
    VISIT,
    OPENING,
)
BY_CODE = {line.code: line for line in LINES}
WATCHED = frozenset({Settled, *(kind for line in LINES for kind in line.watches)})
_TOUCHED = "the checklist may have changed"


@dataclass(frozen=True, slots=True)
class Judged:
    """One line, and whether it is done: found so, or said to be right as it is."""

    line: Line
    done: bool
    settled: bool = False

    @property
    def mine(self) -> bool:
        """Whether whoever looks may do it."""
        return bool(g.person.may(self.line.permission))


def judged() -> Sequence[Judged]:
    """The acting tenant's lines with their states.  Two statements."""
    states = _reckon()
    settled = set(db.session.scalars(select(Settled.code)))
    return [
        Judged(line, states[line.code], line.code in settled)
        for line in LINES
        if not line.feature or here.opens(line.feature)
    ]


def settle(code: str) -> None:
    """Say that a line is right as it is.  NotFound where nobody may say so."""
    line = BY_CODE.get(code)
    if line is None or not line.settleable:
        raise NotFound
    if db.session.scalar(select(Settled.id).where(Settled.code == code)) is None:
        db.session.add(Settled(code=code))
        record(
            "checklist.settled", line=say(N_("said of “%(title)s” that it is right as it is"), title=say(line.title))
        )


def unsettle(code: str) -> None:
    """Put a line back among those that are to be done."""
    found = db.session.scalar(select(Settled).where(Settled.code == code))
    if found is None:
        raise NotFound
    db.session.delete(found)
    record("checklist.unsettled", line=say(N_("put “%(title)s” back on the list"), title=say(BY_CODE[code].title)))


def lines_of(states: dict[str, Any]) -> Iterator[Judged]:
    """A child's lines, as its own scope has written them."""
    return (Judged(line, bool(states[line.code])) for line in LINES if line.code in states)


def keep() -> None:
    """Write how far the acting tenant has come where the one above may read it.  Nothing is written when nothing moved."""
    states = _reckon()
    different = update(Checklist).where(Checklist.tenant_id == acting_scope().tenant_id, Checklist.states != states)
    db.session.execute(different.values(states=states, changed_at=now()))


def _reckon() -> dict[str, bool]:
    return dict(db.session.execute(_question()).mappings().one())


@lru_cache(maxsize=1)
def _question() -> Select[Any]:
    """Written once: to write it takes longer than to ask it."""
    return select(*(_condition(line).label(line.code) for line in LINES)).execution_options(kept=True)


def _condition(line: Line) -> Any:
    if not line.settleable:
        return line.done()
    return or_(line.done(), exists(select(Settled.id).where(Settled.code == line.code)))


@event.listens_for(TenantSession, "after_flush")
def _notice(session: Session, _: object) -> None:
    if not WATCHED.isdisjoint(type(row) for row in (*session.new, *session.dirty, *session.deleted)):
        session.info[_TOUCHED] = True


@event.listens_for(TenantSession, "do_orm_execute")
def _notice_in_sets(execute: ORMExecuteState) -> None:
    if not execute.is_select and execute.bind_mapper is not None and execute.bind_mapper.class_ in WATCHED:
        execute.session.info[_TOUCHED] = True


@event.listens_for(TenantSession, "before_commit")
def _keep_before_commit(session: Session) -> None:
    session.flush()
    scope = session.scope if isinstance(session, TenantSession) else None
    if session.info.pop(_TOUCHED, False) and scope is not None and scope.above:
        keep()


@event.listens_for(TenantSession, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_TOUCHED, None)
