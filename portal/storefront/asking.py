"""What a visitor asks for: kept once, within limits, with the product as it stood in the shop at that moment."""

from __future__ import annotations

from typing import Any

from flask_babel import force_locale

from portal.catalogue import shop as catalogue
from portal.catalogue.prices import Offer, PlanOffer, Question
from portal.core.clock import today
from portal.core.errors import NotFound
from portal.core.here import here
from portal.core.web import source
from portal.storefront import actions
from portal.storefront.guard import GuardedForm
from portal.storefront.models import Enquiry
from portal.users import throttle


def ask(form: GuardedForm, enquiry: Enquiry) -> None:
    """Take it down, unless a program sent it.  Raises TooMany alike."""
    throttle.take([throttle.of_questions(source()), throttle.of_storefront(here.client_id)])
    if not form.is_trapped:
        actions.take_down(enquiry)


def offer_of(slug: str) -> Offer:
    """The product as this shop sells it.  NotFound when it does not."""
    known = catalogue.SLUG.fullmatch(slug)
    offer = next(iter(catalogue.sold(Question(on=today(), slug=slug))), None) if known else None
    if offer is None or not offer.plans:
        raise NotFound
    return offer


def plans_of(offer: Offer) -> list[tuple[str, str]]:
    """(word in addresses, words) of each plan."""
    return [(word_of(plan), f"{catalogue.plan_name(plan)}: {catalogue.price_of(offer, plan)}") for plan in offer.plans]


def word_of(plan: PlanOffer) -> str:
    return f"{plan.term}-{plan.billing}-{plan.segment}"


def wish(offer: Offer, typed: dict[str, Any]) -> dict[str, Any]:
    """What was typed, with the product, plan and price in the words of the house.  The price is the shop's own."""
    plan = next(plan for plan in offer.plans if word_of(plan) == typed["plan"])
    with force_locale(here.organization.language):
        words = {"plan": catalogue.plan_name(plan), "price": catalogue.price_of(offer, plan)}
    named = {"product": offer.name, "code": offer.code, "product_key": offer.key, "plan_word": plan.word}
    return {**typed, **words, **named}
