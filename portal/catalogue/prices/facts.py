"""What a statement said of a version of a price list, made into `Terms`: numbers come as text, ids and days too."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.catalogue.models import Breadth, Rounding, Rule, VersionState
from portal.catalogue.prices.terms import NARROWNESS, Offered, Saying, Terms
from portal.catalogue.prices.ways import Tier, Way


def terms_from(facts: Mapping[str, Any]) -> Terms:
    """`Terms` out of one version's facts, as `reading.versions_column` gives them."""
    entries = facts["entries"]
    return Terms(
        list_id=UUID(facts["list_id"]),
        version_id=UUID(facts["version_id"]),
        name=facts["name"],
        number=facts["number"],
        currency=facts["currency"],
        market=facts["market"],
        way=Way(
            Rule(facts["rule"]),
            Decimal(facts["percent"]),
            amount=Decimal(facts["amount"]),
            rounding=Rounding(facts["rounding"]),
            floor=_number(facts["floor"]),
        ),
        everything=facts["everything"],
        valid_from=date.fromisoformat(facts["valid_from"]),
        valid_until=_day(facts["valid_until"]),
        costs_in=facts["costs_in"],
        surcharge=Decimal(facts["surcharge"]),
        inside=_ids(entries["inside"]),
        outside=_ids(entries["outside"]),
        featured=_ids(entries["featured"]),
        ways={UUID(product): way_from(said) for product, *said in entries["ways"] or ()},
        broad=sorted(map(_saying, entries["broad"] or ()), key=_narrowness),
        promotions=[_offered(*said) for said in facts["promotions"] or ()],
        is_published=facts["state"] != VersionState.DRAFT,
    )


def way_from(said: Sequence[Any]) -> Way:
    """Rule, percentage, amount, fixed amounts, tiers, whether they are graduated, rounding, floor, plans on request."""
    rule, percent, amount, amounts, tiers, graduated, rounding, floor, requests = said
    return Way(
        Rule(rule) if rule else None,
        Decimal(percent or 0),
        _amounts(amounts),
        Decimal(amount or 0),
        tuple(sorted((_tier(one) for one in tiers or ()), key=lambda tier: tier.first)),
        bool(graduated),
        Rounding(rounding) if rounding else None,
        _number(floor),
        frozenset(requests or ()),
    )


def stored(way: Way) -> list[Any]:
    """A way as plain values, which `way_from` reads again."""
    tiers = [
        {
            "from": tier.first,
            "percent": None if tier.percent is None else str(tier.percent),
            "amounts": _texts(tier.amounts),
        }
        for tier in way.tiers
    ]
    said = (way.rule, str(way.percent), str(way.amount), _texts(way.amounts), tiers, way.graduated, way.rounding)
    return [*said, None if way.floor is None else str(way.floor), sorted(way.requests)]


def _texts(amounts: Mapping[str, Decimal]) -> dict[str, str]:
    return {word: str(amount) for word, amount in amounts.items()}


def _tier(said: Mapping[str, Any]) -> Tier:
    return Tier(int(said["from"]), _number(said.get("percent")), _amounts(said.get("amounts")))


def _saying(facts: Sequence[Any]) -> Saying:
    breadth, about, sells, *said = facts
    return Saying(Breadth(breadth), about, sells, way_from(said))


def _narrowness(saying: Saying) -> tuple[int, str]:
    return (NARROWNESS[saying.breadth], saying.about)


def _offered(*said: Any) -> Offered:
    name, breadth, about, percent, amount, cycles, begins, ends, newcomers = said
    return Offered(
        name,
        Breadth(breadth) if breadth else None,
        about or "",
        Decimal(percent),
        Decimal(amount),
        cycles,
        date.fromisoformat(begins),
        _day(ends),
        newcomers,
    )


def _ids(texts: Sequence[str] | None) -> frozenset[UUID]:
    return frozenset(map(UUID, texts or ()))


def _amounts(said: Mapping[str, str] | None) -> dict[str, Decimal]:
    return {word: Decimal(amount) for word, amount in (said or {}).items()}


def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
