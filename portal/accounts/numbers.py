"""Numbers of documents and partners: one after the other, per tenant, without a gap.

The counter's row is locked until the transaction ends: what is rolled back gives its number back.
"""

from __future__ import annotations

from sqlalchemy import String, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from portal.core import keys
from portal.core.db import Model, db, unique
from portal.core.kinds import Belonging
from portal.core.scope import acting_scope

DIGITS = 5


class Counter(Belonging, Model):
    """How far one series of numbers has come."""

    __table_args__ = (unique("series"),)

    series: Mapped[str] = mapped_column(String(12))
    last: Mapped[int] = mapped_column(default=0)


def take(series: str) -> str:
    """The next number of the series: `take("ACC")` → `ACC-00001`."""
    counter = _locked(series) or _begun(series)
    counter.last += 1
    return f"{series}-{counter.last:0{DIGITS}}"


def _locked(series: str) -> Counter | None:
    question = select(Counter).where(Counter.series == series).with_for_update()
    return db.session.scalar(question.execution_options(populate_existing=True))


def _begun(series: str) -> Counter:
    """The first of a series: two that begin it at once begin it once."""
    first = insert(Counter).values(tenant_id=acting_scope().tenant_id, id=keys.new_id(), series=series, last=0)
    db.session.execute(first.on_conflict_do_nothing(), execution_options={"reviewed": True})
    counter = _locked(series)
    if counter is None:
        raise LookupError(f"the counter of {series} has gone")
    return counter
