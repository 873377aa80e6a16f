"""Exchange rates: typed, or taken over from the central bank's file.  A rate said anew for a day takes the old one's place."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from portal.audit import record
from portal.catalogue import central_bank
from portal.catalogue.central_bank import Fault, Told
from portal.catalogue.models import ExchangeRate
from portal.core import regions
from portal.core.clock import now, today
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.keys import new_id
from portal.core.scope import acting_scope
from portal.core.words import N_
from portal.tenants.actions import raise_stamp

FARTHEST = timedelta(days=366)
AT_ONCE = 2_000
DIGITS = Decimal("0.0000000001")


@dataclass(slots=True)
class Imported:
    """What came of a file."""

    taken: int
    faults: list[Fault] = field(default_factory=list)
    unlisted: int = 0
    newest: date | None = None


def add_rate(*, base: str, quote: str, rate: Decimal, on: date, source: str) -> ExchangeRate:
    """What one unit of `base` is worth in `quote` from that day on.  Raises Invalid at the field."""
    known = dict(regions.currencies())
    for name, code in (("base", base), ("quote", quote)):
        if code not in known:
            raise Invalid(N_("Choose one."), field=name)
    if base == quote:
        raise Invalid(N_("Choose another currency: it is always worth itself."), field="quote")
    if rate.quantize(DIGITS) <= 0:
        raise Invalid(N_("Use a rate above 0."), field="rate")
    if on > today() + FARTHEST:
        raise Invalid(N_("Choose a day within the next year."), field="on")
    same = (ExchangeRate.base == base, ExchangeRate.quote == quote, ExchangeRate.on == on)
    row = db.session.scalar(select(ExchangeRate).where(*same))
    before = {"rate": row.rate, "source": row.source} if row else None
    if row is None:
        row = ExchangeRate(base=base, quote=quote, on=on)
        db.session.add(row)
    row.rate, row.source = rate.quantize(DIGITS), source
    db.session.flush()
    raise_stamp()
    record("exchange_rate.set", row, before=before, after={"rate": row.rate, "on": on, "source": source})
    return row


def import_rates(content: bytes) -> Imported:
    """The rates of the central bank's file; broken rows are listed and stay out.  Raises Invalid (field `file`)."""
    found = central_bank.read(content)
    by_day = {(one.quote, one.on): one for one in found.rates}
    newest = max((one.on for one in found.rates), default=None)
    if newest is not None and newest > today() + FARTHEST:
        raise Invalid(N_("Choose another file: it has rates of days that are more than a year away."), field="file")
    if by_day:
        _write(list(by_day.values()))
        raise_stamp()
        record(
            "exchange_rate.imported", None, after={"count": len(by_day), "on": newest, "source": central_bank.SOURCE}
        )
    return Imported(len(by_day), found.faults, found.unlisted, newest)


def _write(told: list[Told]) -> None:
    for place in range(0, len(told), AT_ONCE):
        wanted = insert(ExchangeRate).values(list(_rows(told[place : place + AT_ONCE])))
        said = {"rate": wanted.excluded.rate, "source": wanted.excluded.source}
        columns = [ExchangeRate.tenant_id, ExchangeRate.base, ExchangeRate.quote, ExchangeRate.on]
        db.session.execute(
            wanted.on_conflict_do_update(index_elements=columns, set_=said), execution_options={"reviewed": True}
        )


def _rows(told: Iterable[Told]) -> Iterable[dict[str, Any]]:
    always = {"tenant_id": acting_scope().tenant_id, "base": central_bank.BASE, "source": central_bank.SOURCE}
    for one in told:
        yield always | {"id": new_id(), "quote": one.quote, "rate": one.rate, "on": one.on, "created_at": now()}
