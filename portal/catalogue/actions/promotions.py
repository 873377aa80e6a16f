"""What a version takes off for a while.  Only a draft is changed."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from portal.audit import record
from portal.catalogue.actions.ticking import changeable
from portal.catalogue.models import Breadth, PriceListVersion, Promotion
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.words import N_

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Promised:
    """What is taken off, of what, for whom and how long."""

    name: str
    breadth: Breadth | None
    about: str | None
    percent: Decimal
    amount: Decimal
    cycles: int
    begins: date
    ends: date | None
    newcomers: bool


def add_promotion(version: PriceListVersion, promised: Promised) -> Promotion:
    """One more.  Raises Invalid at the field."""
    changeable(version)
    _check(promised)
    made = Promotion(version_id=version.id, **asdict(promised))
    db.session.add(made)
    record("price_list.promotion_added", version.price_list, after=_told(promised))
    return made


def change_promotion(promotion: Promotion, promised: Promised) -> None:
    changeable(promotion.version)
    _check(promised)
    facts = asdict(promised)
    before = {name: getattr(promotion, name) for name in facts}
    for name, value in facts.items():
        setattr(promotion, name, value)
    record("price_list.promotion_changed", promotion.version.price_list, before=before, after=facts)


def remove_promotion(promotion: Promotion) -> None:
    changeable(promotion.version)
    record("price_list.promotion_removed", promotion.version.price_list, before={"name": promotion.name})
    db.session.delete(promotion)


def _told(promised: Promised) -> dict[str, Any]:
    return {name: value for name, value in asdict(promised).items() if value not in (None, "", False)}


def _check(promised: Promised) -> None:
    if promised.ends is not None and promised.ends < promised.begins:
        raise Invalid(N_("Choose a later day: it would end before it begins."), field="ends")
    if bool(promised.percent) is bool(promised.amount):
        raise Invalid(N_("Take off a percentage or an amount: one of the two."), field="percent")
    if promised.percent > HUNDRED:
        raise Invalid(N_("Take off at most 100 %."), field="percent")
