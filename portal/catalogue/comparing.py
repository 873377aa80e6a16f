"""Two versions of a list beside each other, and what of a list has no price: rows of plans, reckoned in memory."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import format_percent, gettext

from portal.catalogue.buying import source_for
from portal.catalogue.models import PriceListVersion
from portal.catalogue.models.products import BILLINGS, SEGMENTS, TERMS
from portal.catalogue.prices import Good, GoodPlan, Lack, Question, Selling, Terms, Way
from portal.catalogue.prices import selling as selling_by
from portal.catalogue.queries import Subjects
from portal.catalogue.queries.ended import ended_plans
from portal.catalogue.wording import floor_of, lack_of, rounding_of, tiers_of, way_of
from portal.core.clock import today
from portal.core.db import Page
from portal.core.exports import Column
from portal.core.finding import folded
from portal.core.listing import Listing
from portal.core.money import Money
from portal.core.words import N_

MOST_ENTRIES = 100
ADDED, CHANGED, REMOVED = "added", "changed", "removed"


@dataclass(frozen=True, slots=True)
class Difference:
    """A plan whose price is not the same by both."""

    good: Good
    plan: GoodPlan
    before: Money | None
    after: Money | None
    asks: bool = False  # from now on whoever wants it asks

    @property
    def percent(self) -> Decimal | None:
        """By how much it rises, as a part of what it was."""
        if self.before is None or self.after is None or not self.before.amount:
            return None
        return (self.after.amount - self.before.amount) / self.before.amount

    @property
    def change(self) -> str:
        """As a percentage, or in words where one has no price."""
        if self.before is None or self.after is None:
            without = gettext("On request") if self.asks else gettext("No price any more")
            return str(without if self.after is None else gettext("New"))
        return (
            "–" if self.percent is None else str(format_percent(self.percent, "+#,##0.0\u00a0%;\u2212#,##0.0\u00a0%"))
        )


@dataclass(frozen=True, slots=True)
class Gap:
    """A plan without a price, and why."""

    good: Good
    plan: GoodPlan
    lack: Lack
    reason: str


def selling(version: PriceListVersion, terms: Terms, *others: Terms) -> Selling | None:
    """What a version asks today, with the recommended prices that the others want read along."""
    question = Question(on=today())
    return selling_by(source_for(version), question.wish(terms.market, *(one.market for one in others)), terms)


def differences(old: Selling | None, new: Selling | None) -> Iterator[Difference]:
    """The plans that cost something else by the new, in order of names."""
    goods: dict[UUID, Good] = {}
    for one in (old, new):
        goods |= {good.id: good for good in one.supply.goods.values()} if one else {}
    for good in goods.values():
        for plan in good.plans:
            before, after = (one.amount(good, plan) if one else None for one in (old, new))
            asked, asks = (one is not None and one.is_on_request(good, plan) for one in (old, new))
            if before != after or asked != asks:
                yield Difference(good, plan, _money(before, old), _money(after, new), asks=asks and after is None)


def _money(amount: Decimal | None, by: Selling | None) -> Money | None:
    return None if amount is None or by is None else Money(amount, by.terms.currency)


def gaps(sells: Selling | None) -> Iterator[Gap]:
    """What the range has and the list has no price for."""
    if sells is None:
        return
    for good in sells.supply.goods.values():
        for plan in good.plans:
            if (lack := sells.lack(good, plan)) is not None:
                yield Gap(good, plan, lack, lack_of(lack, sells.by(good, plan).terms))


def discontinued(terms: Terms) -> Iterator[Gap]:
    """What is not sold any more, of all that the reader of the list knows."""
    reason = lack_of(Lack.DISCONTINUED, terms)
    return (Gap(good, plan, Lack.DISCONTINUED, reason) for good, plan in ended_plans(terms, today()))


def cut(found: Iterator[Any], asked: Listing, *wanted: Callable[[Any], bool]) -> Page[Any]:
    """The wanted page of such rows, searched as the address asks; a file has all of them."""
    words = folded(asked.search).split()
    rows = [
        row
        for row in found
        if all(f" {word}" in row.good.found_by for word in words) and all(one(row) for one in wanted)
    ]
    return asked.cut(rows)


# ------------------------------------------------------------------------------------------------------------ entries


@dataclass(frozen=True, slots=True)
class Change:
    """Something that one version says of a part of the range and the other does not, or differently."""

    kind: str
    title: str
    before: str
    after: str


def changes(old: Terms, new: Terms, subjects: Subjects, names: dict[UUID, str]) -> Sequence[Change]:
    """What was added, changed and removed, products first; of products no longer in the range nothing is told."""
    told_old, told_new = (_told(terms, subjects, names) for terms in (old, new))
    found = []
    for title in dict.fromkeys([*told_new, *told_old]):
        before, after = told_old.get(title, ""), told_new.get(title, "")
        if before != after:
            kind = CHANGED if before and after else ADDED if after else REMOVED
            found.append(Change(kind, title[1], before, after))
    return found


def _told(terms: Terms, subjects: Subjects, names: dict[UUID, str]) -> dict[tuple[str, str], str]:
    """By what it speaks of: what it says, in words."""
    said: dict[tuple[str, str], str] = {}
    for product in {*terms.inside, *terms.outside, *terms.featured, *terms.ways}:
        if product in names:
            sells = True if product in terms.inside else False if product in terms.outside else None
            parts = [_words(terms, sells, terms.ways.get(product))]
            parts += [gettext("Featured")] if product in terms.featured else []
            said["", f"{names[product]}"] = ", ".join(filter(None, parts))
    for saying in terms.broad:
        title = subjects.title(saying.breadth, saying.about)
        said[str(saying.breadth), title] = _words(terms, saying.sells, saying.way)
    return dict(sorted(said.items()))


def _words(terms: Terms, sells: bool | None, way: Way | None) -> str:  # noqa: FBT001 - as an entry has it
    words = [] if sells is None else [gettext("In the list") if sells else gettext("Not in the list")]
    if way is not None:
        words += [
            way_of(way, len(way.amounts) or 1, terms.currency) if way.says_price else "",
            tiers_of(way, terms.currency),
        ]
        words += [", ".join(map(str, sorted(way.amounts.values()))) if way.amounts else ""]
        words += [rounding_of(way.rounding, terms.currency), floor_of(way.floor)]
    return ", ".join(filter(None, words))


def plan_words(plan: GoodPlan) -> str:
    """A plan as one chooses it: "1 year, billed monthly, Education"."""
    return ", ".join(gettext(word) for word in (TERMS[plan.term], BILLINGS[plan.billing], SEGMENTS[plan.segment]))


_PLAN = (
    Column(N_("Name"), lambda row: row.good.name),
    Column(N_("Code"), lambda row: row.good.code),
    Column(N_("Plan"), lambda row: plan_words(row.plan)),
)
DIFFERENCES = (
    *_PLAN,
    Column(N_("Currency"), lambda row: (row.after or row.before).currency),
    Column(N_("Before"), lambda row: row.before.amount if row.before else None),
    Column(N_("After"), lambda row: row.after.amount if row.after else None),
    Column(N_("Change"), lambda row: row.change),
)
GAPS = (*_PLAN, Column(N_("Why"), lambda row: row.reason))
