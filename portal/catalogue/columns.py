"""What files of the catalogue's lists hold: what their pages show, with amounts as numbers."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import gettext

from portal.catalogue.inbox.lines import MAKINGS, STANDINGS
from portal.catalogue.models import PriceList, PriceSheet
from portal.catalogue.models.products import BILLINGS, SEGMENTS, TERMS
from portal.catalogue.models.sheets import SHOWN
from portal.catalogue.prices import Lack, Offer, PlanOffer
from portal.catalogue.wording import rule_of, terms_in_words, way_of
from portal.core.exports import Column
from portal.core.money import Money
from portal.core.words import N_

HUNDRED, TENTH = Decimal(100), Decimal("0.1")


def category_columns(standing: Mapping[UUID, int]) -> tuple[Column, ...]:
    """`standing`: how many products stand in each."""
    return (
        Column(N_("Name"), lambda branch: branch.title),
        Column(N_("Words in names"), lambda branch: ", ".join(branch.category.words)),
        Column(N_("Products"), lambda branch: standing.get(branch.category.id, 0)),
        Column(N_("Inherited"), lambda branch: not branch.is_own),
    )


def _of_lowest(name: str) -> Any:
    """Something of the plan that the product's row shows."""

    def value(offer: Offer) -> Any:
        plan = shown(offer)
        found = getattr(plan, name) if plan else None
        return found.amount if isinstance(found, Money) else found

    return value


def shown(offer: Offer) -> PlanOffer | None:
    return offer.lowest("cost")


def _word(words: dict[Any, str], name: str) -> Any:
    def value(offer: Offer) -> str:
        plan = shown(offer)
        return str(gettext(words[getattr(plan, name)])) if plan else ""

    return value


def _currency(offer: Offer) -> str:
    plan = shown(offer)
    return plan.cost.currency if plan else ""


def _margin(offer: Offer) -> Decimal | None:
    plan = shown(offer)
    if plan is None or plan.sell is None or not plan.sell.amount or plan.sell.currency != plan.cost.currency:
        return None
    return ((plan.sell.amount - plan.cost.amount) / plan.sell.amount * HUNDRED).quantize(TENTH)


def _way(offer: Offer) -> str:
    plan = shown(offer)
    if plan is not None and plan.lack is Lack.ON_REQUEST:
        return str(gettext("Price on request"))
    terms = plan.price.terms if plan and plan.price else None
    if terms is None:
        return ""
    way = terms.ways.get(offer.id)
    return way_of(way, len(offer.plans)) if way else rule_of(terms)


NAMED = (
    Column(N_("Name"), lambda offer: offer.name),
    Column(N_("Code"), lambda offer: offer.code),
    Column(N_("Vendor"), lambda offer: offer.vendor),
    Column(N_("Segment"), lambda offer: ", ".join(gettext(SEGMENTS[segment]) for segment in offer.segments)),
)
AMOUNTS = (
    Column(N_("Plans"), lambda offer: len(offer.plans)),
    Column(N_("Term"), _word(TERMS, "term")),
    Column(N_("Billing"), _word(BILLINGS, "billing")),
    Column(N_("Currency"), _currency),
    Column(N_("Cost"), _of_lowest("cost")),
    Column(N_("Recommended"), _of_lowest("recommended")),
)
PRODUCTS = (
    *NAMED,
    Column(N_("State"), lambda offer: gettext("Discontinued") if offer.is_discontinued else gettext("Active")),
    *AMOUNTS,
)
PRICES = (
    *NAMED,
    *AMOUNTS,
    Column(N_("Price"), _of_lowest("sell")),
    Column(N_("Margin %"), _margin),
    Column(N_("Priced"), _way),
    Column(N_("Featured"), lambda offer: offer.is_featured),
)


def _said(name: str) -> Any:
    return lambda price_list: getattr(price_list.current, name)


def _state(price_list: PriceList) -> str:
    return str(gettext("Archived") if price_list.archived_at else gettext(price_list.current.mood[1]))


LISTS = (
    Column(N_("Name"), lambda price_list: price_list.name),
    Column(N_("Currency"), lambda price_list: price_list.currency),
    Column(N_("Price"), lambda price_list: terms_in_words(price_list.current)),
    Column(N_("State"), _state),
    Column(N_("Version"), _said("number")),
    Column(N_("Valid from"), _said("valid_from")),
    Column(N_("Valid to"), _said("valid_until")),
    Column(N_("Falls back to"), lambda price_list: price_list.falls_back.name if price_list.falls_back else ""),
    Column(N_("Note"), lambda price_list: price_list.note),
)


def _sheet_state(sheet: PriceSheet) -> str:
    return str(gettext(SHOWN[sheet.state][1]))


SHEETS = (
    Column(N_("Name"), lambda sheet: sheet.name),
    Column(N_("State"), _sheet_state),
    Column(N_("Markets"), lambda sheet: ", ".join(sheet.markets)),
    Column(N_("Uploaded"), lambda sheet: sheet.created_at),
    Column(N_("By"), lambda sheet: sheet.created_by),
    Column(N_("Applied"), lambda sheet: sheet.applied_at),
)


TYPES = (
    Column(N_("Name"), lambda row: row[0].name),
    Column(N_("Vendor"), lambda row: row[0].vendor),
    Column(N_("Characteristics"), lambda row: ", ".join(one.name for one in row[0].asks)),
    Column(N_("Products"), lambda row: row[1]),
)


RATES = (
    Column(N_("One unit of"), lambda rate: rate.base),
    Column(N_("Is worth, in"), lambda rate: rate.quote),
    Column(N_("Rate"), lambda rate: rate.rate.normalize()),
    Column(N_("From"), lambda rate: rate.on),
    Column(N_("Source"), lambda rate: rate.source),
)


MOVES = (
    Column(N_("Product"), lambda move: move.good.name),
    Column(N_("Code"), lambda move: move.good.code),
    Column(N_("Plan"), lambda move: move.plan.word),
    Column(N_("Before"), lambda move: move.amounts[0]),
    Column(N_("After"), lambda move: move.amounts[1]),
    Column(N_("Change in %"), lambda move: move.percent),
    Column(N_("Your cost"), lambda move: move.after.cost),
    Column(N_("Price"), lambda move: move.after.price),
    Column(N_("Margin before"), lambda move: move.before.margin),
    Column(N_("Margin after"), lambda move: move.after.margin),
)


def _of_move(column: Column) -> Column:
    return Column(column.title, lambda line: column.value(line.move))


CHANGES = (
    *map(_of_move, MOVES),
    Column(N_("Why"), lambda line: gettext(line.cause.word)),
    Column(N_("Since"), lambda line: line.cause.day),
    Column(N_("Price comes about"), lambda line: gettext(MAKINGS[line.made])),
    Column(N_("If it follows"), lambda line: line.follows_at),
    Column(N_("State"), lambda line: gettext(STANDINGS[line.standing][1])),
)
