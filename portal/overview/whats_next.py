"""What's Next: the lines of the go-live checklist in their order, reckoned in one statement, and kept for the one above.

Each line is written by the slice it is about (`<slice>/checklist.py`).  Whenever a transaction that touched one of the
watched tables is about to commit, in a request or in a worker, the states are reckoned again in the tenant's own scope
and written to its `Checklist`: a parent reads states, and nothing that stands behind them.  While a tenant is being made
nobody asks how far it has come: its lines are reckoned for the first time when it comes to life.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from flask import g, has_request_context, request
from flask import session as visit
from flask_babel import format_decimal, gettext
from sqlalchemy import ScalarSelect, Select, bindparam, event, exists, or_, select, update
from sqlalchemy.orm import ORMExecuteState, Session

from portal.audit import record
from portal.branding.checklist import BRAND
from portal.catalogue.checklist import SELL_PRICES, UNDER_COST
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.here import here
from portal.core.scope import acting_scope
from portal.core.session import LAST_WORDS, TenantSession
from portal.core.web import ACTING
from portal.core.words import N_, say
from portal.core.words import Line as Said
from portal.domains.checklist import LOST_DOMAINS
from portal.notifications.checklist import MAIL_SENDER
from portal.playbooks.checklist import PLAYBOOK
from portal.settings.checklist import COMPANY, PAYMENT, TAX
from portal.storefront.checklist import CONTACT, LEGAL_TEXTS, OPENING, VISIT
from portal.tenants.checklist import Alert, Checklist, Line, Settled
from portal.tenants.models import State, Tenant
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
ALERTS: tuple[Alert, ...] = (UNDER_COST, LOST_DOMAINS)
BY_CODE = {line.code: line for line in LINES}
WATCHED = frozenset({Settled, *(kind for line in LINES for kind in line.watches)})
_TOUCHED = "the checklist may have changed"
_REACHED = "what this transaction has done of the checklist"
_STEP = "step"  # where a visit keeps it until a page has said so


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


@dataclass(frozen=True, slots=True)
class Raised:
    """An alert with something to tell: what, and where it is shown."""

    alert: Alert
    title: Said
    place: str


def alerts() -> list[Raised]:
    """What the acting tenant should mend now, as far as whoever looks may see it."""
    asked = ((one, one.find()) for one in ALERTS if g.person.may(one.permission))
    return [Raised(one, one.title(found[0]), found[1]) for one, found in asked if found]


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


def kept_states() -> ScalarSelect[Any]:
    """What was written last of the acting tenant: a figure to stand in the statement of the gate."""
    return select(Checklist.states).where(Checklist.tenant_id == ACTING).scalar_subquery()


def keep() -> None:
    """Write how far the acting tenant has come where the one above may read it.  Nothing is written when nothing moved."""
    tenant_id = acting_scope().tenant_id
    written = db.session.scalar(_written(), {"tenant_id": tenant_id})
    if written is None or (states := _reckon()) == written:
        return
    mine = update(Checklist).where(Checklist.tenant_id == tenant_id)
    db.session.execute(mine.values(states=states, changed_at=now()))
    if written and (reached := [code for code, done in states.items() if done and not written.get(code)]):
        db.session.info[_REACHED] = (reached[-1], states)


@lru_cache(maxsize=1)
def _written() -> Select[Any]:
    """What was kept last; nothing while the tenant is being made."""
    mine = select(Checklist.states).join(Tenant, Tenant.id == Checklist.tenant_id)
    return mine.where(
        Checklist.tenant_id == bindparam("tenant_id"), Tenant.state != State.IN_PROGRESS
    ).execution_options(kept=True)


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
    rows = (*session.new, *session.dirty, *session.deleted)
    if not WATCHED.isdisjoint(type(row) for row in rows) or any(_comes_to_life(row, session) for row in rows):
        session.info[_TOUCHED] = True


def _comes_to_life(row: object, session: Session) -> bool:
    scope = session.scope if isinstance(session, TenantSession) else None
    return isinstance(row, Tenant) and scope is not None and row.id == scope.tenant_id and row.state is State.ACTIVE


@event.listens_for(TenantSession, "do_orm_execute")
def _notice_in_sets(execute: ORMExecuteState) -> None:
    if not execute.is_select and execute.bind_mapper is not None and execute.bind_mapper.class_ in WATCHED:
        execute.session.info[_TOUCHED] = True


def _keep_at_the_end(session: TenantSession) -> None:
    if session.info.pop(_TOUCHED, False) and session.scope is not None and session.scope.above:
        keep()


LAST_WORDS.append(_keep_at_the_end)


@event.listens_for(TenantSession, "after_commit")
def _tell(session: Session) -> None:
    """Say on the next page what is done now and what comes next: whoever works down the list is never left elsewhere."""
    reached = session.info.pop(_REACHED, None)
    if not reached or not has_request_context() or request.blueprint == "whats_next":  # the list itself shows it
        return
    if g.get("person") and g.person.may("storefront.view"):
        visit[_STEP] = _said(*reached)


def step_taken() -> dict[str, str] | None:
    """What was done of the list and nobody has said yet: its words, and the way on.  It is said once.

    Messages of `flash` will not do: a page between, as that on the way to the shop, shows them and is not seen.
    """
    return visit.pop(_STEP, None) if _STEP in visit else None


def _said(code: str, states: dict[str, bool]) -> dict[str, str]:
    lines = [line for line in LINES if not line.feature or here.opens(line.feature)]
    count = {"done": format_decimal(sum(states[one.code] for one in lines)), "all": format_decimal(len(lines))}
    title = gettext(BY_CODE[code].title)
    words = {"text": gettext("“%(title)s” is done: %(done)s of %(all)s.", title=title, **count)}
    after = LINES.index(BY_CODE[code]) + 1
    for line in (*LINES[after:], *LINES[:after]):
        if line in lines and not states[line.code] and g.person.may(line.permission):
            return words | {"verb": gettext(line.verb), "place": line.address}
    return words


@event.listens_for(TenantSession, "after_rollback")
def _forget(session: Session) -> None:
    session.info.pop(_TOUCHED, None)
    session.info.pop(_REACHED, None)
