"""What files of the catalogue's lists hold: what their pages show, with amounts as numbers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext

from portal.catalogue.models import PriceList, PriceSheet
from portal.catalogue.models.products import BILLINGS, SEGMENTS, TERMS
from portal.catalogue.models.sheets import SHOWN
from portal.catalogue.prices import Offer, PlanOffer
from portal.catalogue.wording import rule_of, way_of
from portal.core.exports import Column
from portal.core.money import Money
from portal.core.words import N_

HUNDRED, TENTH = Decimal(100), Decimal("0.1")


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
    Column(N_("Price"), lambda price_list: rule_of(price_list.current)),
    Column(N_("State"), _state),
    Column(N_("Version"), _said("number")),
    Column(N_("Valid from"), _said("valid_from")),
    Column(N_("Valid to"), _said("valid_until")),
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
