"""Questions about processes."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from sqlalchemy import Row, ScalarSelect, Select, String, bindparam, cast, func, not_, or_, select
from sqlalchemy.orm import selectinload

from portal.core.clock import now
from portal.core.db import Page, db, get
from portal.core.finding import said
from portal.core.here import here
from portal.core.listing import Listing, alphabetical, listing
from portal.core.web import ACTING
from portal.core.words import N_
from portal.processes.models import AT_REST, OVER, Process, State, Task
from portal.processes.plans import PLANS

if TYPE_CHECKING:
    from collections.abc import Mapping

NOBODY: Final = UUID(int=0)
LATELY: Final = timedelta(minutes=10)
SLOWLY = 30  # seconds after which a page that stands still is drawn again, then after twice as many, and so on
SORTS: dict[str, Any] = {
    "name": alphabetical(Process.subject_name),
    "state": Process.state,
    "percent": Process.percent,
    "created": Process.created_at,
}
STATES = {
    "living": N_("Under way"),
    "attention": N_("Needs attention"),
    "done": N_("Done"),
    "cancelled": N_("Cancelled"),
}
_LIVING = Process.state.not_in(AT_REST)
_ASKED_FOR = {
    "living": _LIVING,
    "attention": Process.state == State.ATTENTION,
    "done": Process.state == State.DONE,
    "cancelled": Process.state == State.CANCELLED,
}


def kinds(*, quiet: bool = True) -> dict[str, str]:
    """The kinds of processes this tenant may have, with the message id of their heading."""
    return {
        plan.kind: plan.topic
        for plan in PLANS.values()
        if plan.topic and (quiet or not plan.quiet) and (not plan.feature or here.opens(plan.feature))
    }


def asked() -> Listing:
    """The list's question, as it stands in the address."""
    return listing(sorts=SORTS, default="-created", filters={"state": STATES, "kind": kinds()})


def processes(listing: Listing, *, kind: str = "", subject: int | None = None) -> Page[Process]:
    """One page of them with their tasks; of one kind, or about one tenant.  Quiet ones only when their kind is asked for."""
    kind = kind or listing.filters.get("kind") or ""
    question = select(Process).options(selectinload(Process.tasks))
    question = question.where(_of_kind(kind) if kind else not_(Process.quiet))
    if subject is not None:
        question = question.where(Process.subject_id == subject)
    if state := listing.filters.get("state"):
        question = question.where(_ASKED_FOR[state])
    if listing.search:
        columns = (Process.subject_name, cast(Process.name, String))
        anywhere = or_(*(column.ilike(listing.pattern, escape="\\") for column in columns))
        question = question.where(anywhere if kind else said(Process, listing.search))  # quiet ones have no words
    return listing.page(question, Process.id.desc())


def counts(*, kind: str = "") -> Mapping[str, int]:
    """How many there are, by the views of the list, in one statement."""
    columns = [func.count().label("all"), *(func.count().filter(rule).label(name) for name, rule in _ASKED_FOR.items())]
    row = db.session.execute(
        select(*columns).select_from(Process).where(_of_kind(kind) if kind else not_(Process.quiet))
    ).one()
    return dict(row._mapping)  # noqa: SLF001 - SQLAlchemy's public name for a row as a mapping


def count_running() -> ScalarSelect[Any]:
    """How many are under way: a figure to stand in the statement of the gate."""
    own = Process.tenant_id == ACTING
    return select(func.count()).select_from(Process).where(own, _LIVING, not_(Process.quiet)).scalar_subquery()


def whole(key: str) -> Process:
    """The process with its tasks and their history.  Raises NotFound."""
    return get(Process, key, options=[selectinload(Process.tasks).selectinload(Task.history)])


@lru_cache(maxsize=1)
def movement() -> Select[Any, Any, Any]:
    """What tells whether the process `process_id` has moved, read together with the sign-in; nulls when there is none.

    The gate reads without the fences of the session, so the tenant stands in the question itself.
    """
    own = Process.tenant_id == func.acting_tenant()
    return select(
        Process.stamp.label("stamp"), Process.moved_at.label("moved_at"), Process.state.label("process_state")
    ).where(own, Process.id == bindparam("process_id"))


@lru_cache(maxsize=1)
def movements() -> Select[Any, Any]:
    """The same for the whole list: figures one of which changes with every move.

    When the latest move was says it for ever; the sum of the stamps since `lately` says it also of two that moved at
    once and were committed in the other order.  Both are read off one index.
    """
    own, recent = Process.tenant_id == func.acting_tenant(), Process.moved_at > bindparam("lately")
    latest = select(func.max(Process.moved_at)).where(own).scalar_subquery()
    return select(func.coalesce(func.sum(Process.stamp), 0).label("moves"), latest.label("latest")).where(own, recent)


def tag_of(moved: Row[Any, Any]) -> str:
    """Names what a list shows after these movements."""
    return f"{moved.moves}.{moved.latest.timestamp() if moved.latest else 0}"


def moved_lately() -> str:
    """The tag of the acting tenant's lists as they stand now.  One statement."""
    return tag_of(db.session.execute(movements(), {"lately": now() - LATELY}).one())


def etag(stamp: int, moved_at: datetime, state: State) -> str:
    """Names what the page shows.  A process that stands still is drawn anew now and then, for its times pass."""
    still = 0 if state in OVER else int((now() - moved_at).total_seconds() // SLOWLY)
    return f"{stamp}.{still.bit_length()}"


def _of_kind(kind: str) -> Any:
    return or_(Process.plan_name == kind, Process.plan_name.startswith(f"{kind}.", autoescape=True))
