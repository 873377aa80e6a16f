"""A page of a range: filtered, counted, put in order and cut, in memory, from what the tiers answered.

Whatever is looked for, nothing is asked of the database here; a page deep in the range costs what the first does.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from portal.catalogue.prices.counting import Kinds
from portal.catalogue.prices.goods import Good, GoodPlan, Market, Shelf
from portal.catalogue.prices.offers import Offer, Offers, PlanOffer
from portal.catalogue.prices.questions import Question, Ticked
from portal.catalogue.prices.searching import Hits, Words
from portal.catalogue.prices.selling import Selling
from portal.catalogue.prices.supplies import Currencies, Own, Supply
from portal.catalogue.prices.terms import Terms
from portal.catalogue.prices.tiers import Source, selling, sold_by, supply
from portal.core.scope import Scope

NOBODY = 0
"""No tenant's number: whoever would buy by a list nobody has been given yet."""
ALIKE = 16
"""Letters at the beginning of two names that make them alike."""


def sold(question: Question, source: Source, terms: Terms | None) -> Offers:
    """What the acting tenant sells by these terms; plans they cannot price have no price.  No terms: none has one."""
    if terms is None:
        return bought(question, source)
    found = selling(source, question.wish(terms.market), terms)
    return Range(found.supply, terms.costs_wanted, found).page(question) if found else nothing(question)


def bought(question: Question, source: Source) -> Offers:
    """What the acting tenant may buy, and what it pays.

    `source` is the list it buys by, which is the parent's; for the owner of the products the market it buys in.
    Without one there is no range.
    """
    found = supply(source, question.wish())
    return Range(found, (_currency(source, found),)).page(question) if found else nothing(question)


def answered(tier: Scope, list_id: UUID, question: Question) -> Offers:
    """What `tier` asks of whoever buys by this list of its."""
    above = sold_by(tier, list_id, question.wish())
    if above is None:
        return nothing(question)
    below = Supply(Own(NOBODY, Shelf(NOBODY, {})), None, above)
    return Range(below, (below.currency,)).page(question)


def range_ids(question: Question, source: Source, terms: Terms | None = None) -> list[tuple[int, UUID]]:
    """All products that are looked for in the acting tenant's range: owner and id."""
    if terms is None:
        found = supply(source, question.wish())
        seen = Range(found, (_currency(source, found),)) if found else None
    else:
        sells = selling(source, question.wish(terms.market), terms)
        seen = Range(sells.supply, terms.costs_wanted, sells) if sells else None
    return [(good.tenant_id, good.id) for good in seen.found(question)] if seen else []


def nothing(question: Question) -> Offers:
    return Offers([], 0, question.number, question.size)


def _currency(source: Source, found: Supply) -> str:
    return source.currency if isinstance(source, Market) else found.currency


@dataclass(slots=True)
class Range:
    """A supply as one reader sees it: what it costs him, and what his own list makes of it."""

    supply: Supply
    wanted: Currencies  # of the costs
    sells: Selling | None = None
    hits: Hits | None = None  # of what is looked for in somebody's language

    def page(self, question: Question) -> Offers:
        self.hits = self._look(question)
        found, counts = self.found(question), None
        if question.chosen is not None:
            found, counts = self._kinds(question).counted(found, question.chosen)
        past = (question.number - 1) * question.size
        cut = self._ordered(found, question)[past : past + question.size]
        items = [offer for good in cut if (offer := self._offer(good, question)).plans]
        total, instead = len(found) if cut else 0, self.hits.instead if self.hits and found else ""
        return Offers(items, total, question.number, question.size, counts, instead)

    def found(self, question: Question) -> list[Good]:
        """The goods that are looked for, in order of their names."""
        seen = self._seen(question)
        goods: Iterable[Good] = seen
        wanted = list(question.conditions())
        if question.beside:
            wanted.append(self._like(question))
        if question.fresh:
            wanted.append(self._fresh(question))
        if self.hits is not None:
            goods = self.hits.scores
        elif question.in_shop:
            goods = [good for good in seen if not good.hidden]
        if question.term is not None or question.segment is not None:
            wanted.append(lambda good: any(question.picked(seen[good])))
        for one in wanted:
            goods = filter(one, goods)
        return list(goods)

    def _look(self, question: Question) -> Hits | None:
        """In the words of what one may see, which are kept with the range."""
        if not (question.search and question.language):
            return None
        kept = self.supply.words if self.sells is None else self.sells.words
        at = (question.in_shop, question.ticked)
        if at not in kept:
            kept[at] = Words([good for good in self._seen(question) if not (good.hidden and question.in_shop)])
        return kept[at].look(question.search, question.language, exact=question.exact)

    def _kinds(self, question: Question) -> Kinds:
        """What facets tell apart, kept with the range."""
        kept = self.supply.kinds if self.sells is None else self.sells.kinds
        if question.ticked not in kept:
            kept[question.ticked] = Kinds(self._seen(question))
        return kept[question.ticked]

    def _seen(self, question: Question) -> Mapping[Good, Sequence[GoodPlan]]:
        """Everything that may be looked at, with the plans that may be bought."""
        if self.sells is None:
            return self.supply.offered(self.wanted)
        offered = self.sells.offered
        if question.ticked in (Ticked.ALL, Ticked.IN):
            return offered if question.ticked is Ticked.ALL else self.sells.listed
        if question.ticked is Ticked.UNDER:
            return self.sells.losing
        if question.ticked is Ticked.OUT:
            return {good: plans for good, plans in offered.items() if good not in self.sells.listed}
        wanted = self.sells.prices_alone if question.ticked is Ticked.OWN else self.sells.is_featured
        return {good: plans for good, plans in offered.items() if wanted(good)}

    def _like(self, question: Question) -> Callable[[Good], bool]:
        """It, and what is of the same family, or of the same maker and category."""
        it = next((good for good in self.supply.goods.values() if good.slug == question.slug), None)
        if it is None:
            return lambda _: False
        return lambda good: (
            good is it
            or (bool(it.family) and good.family == it.family)
            or (good.vendor == it.vendor and good.category == it.category)
        )

    def _fresh(self, question: Question) -> Callable[[Good], bool]:
        """What is new beside what the range began with: where all of it came at once, nothing is."""
        began = min((good.created_at.date() for good in self.supply.goods.values()), default=question.on)
        since = max(began, question.on - timedelta(days=question.fresh))
        return lambda good: good.created_at.date() > since

    def _ordered(self, found: list[Good], question: Question) -> Sequence[Good]:
        if question.beside:
            it = next((good for good in found if good.slug == question.slug), None)
            begin = it.name[:ALIKE] if it else ""
            return sorted(found, key=lambda good: (good is not it, good.name[:ALIKE] != begin))
        if question.sort == "best":
            return sorted(found, key=self.hits.scores.__getitem__) if self.hits else found
        if question.sort == "price":
            return self._by_price(found, question)
        if question.sort != "name":
            found = sorted(found, key=_SORTS.get(question.sort, _SORTS["name"]), reverse=question.descending)
        elif question.descending:
            found = found[::-1]
        return sorted(found, key=lambda good: good.id not in question.first) if question.first else found

    def _by_price(self, found: list[Good], question: Question) -> list[Good]:
        """By the month of the lowest plan that is looked for; what is on request comes last."""
        places: Mapping[UUID, Decimal] = {}
        if self.sells is not None:
            seen = self._seen(question)
            picked = {good: list(question.picked(seen[good])) for good in found} if question.picks_plans else None
            places = self.sells.lowest if picked is None else self.sells.lowest_of(picked)
        priced = [good for good in found if good.id in places]
        priced.sort(key=lambda good: places[good.id], reverse=question.descending)
        return priced + [good for good in found if good.id not in places]

    def _offer(self, good: Good, question: Question) -> Offer:
        offer = Offer(
            *(good.id, good.tenant_id, good.code, good.slug, good.name, good.family, good.vendor, good.summary),
            unit=good.unit,
            category=good.category,
            categories=good.categories,
            created_at=good.created_at,
            picture=good.picture,
            hidden=good.hidden,
            more=good.more,
            is_featured=self.sells is not None and self.sells.is_featured(good),
        )
        if self.sells is not None:
            offer.in_list = good in self.sells.listed
        plans = (self._plan(good, plan, question) for plan in question.picked(self._seen(question).get(good, ())))
        offer.plans = [plan for plan in plans if plan is not None]
        return offer

    def _plan(self, good: Good, plan: GoodPlan, question: Question) -> PlanOffer | None:
        cost = (
            self.supply.cost(good, plan, self.wanted, question.quantity)
            if self.sells is None
            else self.sells.bought_at(good, plan, question.quantity)
        )
        if cost is None:
            return None
        told = self.supply.recommended(good, plan, question.recommend) if question.recommend else None
        offer = PlanOffer(plan.term, plan.billing, plan.segment, cost, recommended=told)
        if self.sells is None:
            return offer
        offer.price = self.sells.price(good, plan, question.quantity)
        if cost.currency != self.sells.terms.currency:
            offer.cost_here = self.sells.cost(good, plan, question.quantity)
        if offer.price is None:
            offer.lack = self.sells.lack(good, plan)
        elif self.sells.heard(good, plan).way.tiers:
            offer.tiers = self.sells.tiers(good, plan)
        offer.promotion = self.sells.promotion(good, question.on, plan)
        return offer


_SORTS: dict[str, Callable[[Good], Any]] = {
    "name": lambda good: (good.name.lower(), good.id),
    "vendor": lambda good: (good.vendor.lower(), good.name.lower(), good.id),
    "code": lambda good: good.code,
    "created": lambda good: (good.created_at, good.id),
    "newest": lambda good: -good.created_at.timestamp(),
}
