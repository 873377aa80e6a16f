"""The amounts a list holds for one plan, and what they come to when they follow its cost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal

from portal.catalogue.impact import Move
from portal.catalogue.prices import Tier, Way, coin
from portal.catalogue.prices.terms import Heard
from portal.catalogue.prices.ways import HUNDRED, settled
from portal.core.money import quantize

Held = Mapping[int, Decimal]
"""Amounts of one plan, by the number of units from which each counts."""
FIRST = 1


def held_by(way: Way | None, plan: str) -> dict[int, Decimal]:
    """What a way says of this plan in amounts."""
    if way is None:
        return {}
    found = {FIRST: way.amounts[plan]} if plan in way.amounts else {}
    return found | {tier.first: tier.amounts[plan] for tier in way.tiers if plan in tier.amounts}


def holding(way: Way | None, plan: str, held: Held) -> Way | None:
    """The way with exactly these amounts for the plan; nothing, when it says nothing any more."""
    way = way or Way()
    amounts = _with(way.amounts, plan, held.get(FIRST))
    known = {tier.first: tier for tier in way.tiers}
    tiers = []
    for first in sorted({*known, *held} - {FIRST}):
        tier = known.get(first, Tier(first))
        tier = replace(tier, amounts=_with(tier.amounts, plan, held.get(first)))
        tiers += [tier] if tier.amounts or tier.percent is not None else []
    whole = replace(way, amounts=amounts, tiers=tuple(tiers), graduated=way.graduated and bool(tiers))
    return None if whole == Way() else whole


def _with(amounts: Mapping[str, Decimal], plan: str, amount: Decimal | None) -> dict[str, Decimal]:
    others = {word: one for word, one in amounts.items() if word != plan}
    return others if amount is None else {**others, plan: amount}


def followed(held: Held, heard: Heard, currency: str, move: Move) -> dict[int, Decimal]:
    """The amounts with the margin they had before the cost moved, rounded and floored as the list says.

    A margin in per cent of the price stays what it is when price and cost move alike.  A price that was set anew since
    then is led back to the proportion it had.  Nothing, where there was no margin to keep.
    """
    was, now = move.before, move.after
    if not was.cost or was.margin is None or was.margin < 0 or not was.price or not now.price or now.cost is None:
        return {}
    least = None if heard.floor is None else now.cost * (HUNDRED + heard.floor) / HUNDRED
    exact = {first: amount * was.price / now.price * now.cost / was.cost for first, amount in held.items()}
    made = {first: settled(amount, currency, heard.rounding, least)[0] for first, amount in exact.items()}
    return {first: quantize(amount, coin(currency)) for first, amount in made.items()}  # as amounts are held
