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
from portal.tenants import numbering
from portal.tenants import queries as places


class Counter(Belonging, Model):
    """How far the numbers of one kind of document have come."""

    __table_args__ = (unique("series"),)

    series: Mapped[str] = mapped_column(String(12))
    last: Mapped[int] = mapped_column(default=0)


def take(document: str) -> str:
    """The next number of this kind of document, as the house writes them: `take("account")` → `ACC-00001`."""
    prefix = places.prefix_of(document)
    counter = _locked(document) or _begun(document)
    counter.last += 1
    return numbering.written(prefix, counter.last)


def _locked(series: str) -> Counter | None:
    question = select(Counter).where(Counter.series == series).with_for_update()
    return db.session.scalar(question.execution_options(populate_existing=True))


def _begun(series: str) -> Counter:
    """The first of its kind: two that begin it at once begin it once."""
    first = insert(Counter).values(tenant_id=acting_scope().tenant_id, id=keys.new_id(), series=series, last=0)
    db.session.execute(first.on_conflict_do_nothing(), execution_options={"reviewed": True})
    counter = _locked(series)
    if counter is None:
        raise LookupError(f"the counter of {series} has gone")
    return counter
