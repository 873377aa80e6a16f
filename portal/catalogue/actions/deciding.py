"""A house's word on prices whose costs have moved: they follow, now or from a day on, or stay as they are.

What is said is said in a version of the list, as its editor would: a new one that is published at once or for a later
day, or the draft somebody has begun, which is his to publish.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from portal.audit import record
from portal.catalogue.actions.exceptions import price_alone
from portal.catalogue.actions.held import decisions_of
from portal.catalogue.actions.lists import begin_draft, call_off, publish, publish_from
from portal.catalogue.inbox.following import holding
from portal.catalogue.models import CostDecision, Course, PriceList, PriceListVersion
from portal.catalogue.prices import Way, terms_of_version
from portal.core.clock import now, today
from portal.core.dates import day as spelled_day
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.words import N_, say


@dataclass(frozen=True, slots=True)
class Word:
    """What is said of one plan: at this cost it is sold at this price.  `held`: the amounts its list is to hold for it."""

    owner: int
    product: UUID
    plan: str
    title: str
    cost: Decimal
    price: Decimal
    held: Mapping[int, Decimal]


def follow(price_list: PriceList, words: Sequence[Word]) -> PriceListVersion:
    """These prices follow their costs: at once, or with the draft somebody has begun."""
    return _say_now(price_list, words, Course.FOLLOW, written=words)


def keep(price_list: PriceList, words: Sequence[Word]) -> PriceListVersion:
    """These prices stay what they are, whatever their costs do.  What is held already is written nowhere anew."""
    version = price_list.draft or price_list.current
    ways = terms_of_version(version).ways
    anew = [word for word in words if ways.get(word.product, Way()).amounts.get(word.plan) != word.price]
    if not anew:
        _remember(price_list.current, words, Course.KEEP)
        return price_list.current
    return _say_now(price_list, words, Course.KEEP, written=anew)


def follow_from(price_list: PriceList, words: Sequence[Word], begins: date) -> PriceListVersion:
    """These prices follow their costs from that day on, together with what was said of that day before."""
    if begins <= today():
        raise Invalid(N_("Choose a later day: from today on they follow at once."), field="day")
    if price_list.draft is not None:
        raise Conflict(
            say(
                N_("Publish or discard the draft of %(name)s first: what begins later is begun anew."),
                name=price_list.name,
            )
        )
    _check_coming([one for one in price_list.coming if one.valid_from != begins])
    for standing in price_list.coming:
        call_off(price_list, standing)  # it is a draft again, until it is published with these
    version = begin_draft(price_list)
    write_held(version, words)
    _remember(version, words, Course.FOLLOW)
    db.session.flush()
    return publish_from(price_list, begins)


def _say_now(
    price_list: PriceList, words: Sequence[Word], course: Course, *, written: Sequence[Word]
) -> PriceListVersion:
    begun = price_list.draft
    if begun is None:
        _check_coming(price_list.coming)
    version = begun or begin_draft(price_list)
    write_held(version, written)
    _remember(version, words, course)
    db.session.flush()
    return version if begun is not None else publish(price_list)


def _check_coming(coming: Sequence[PriceListVersion]) -> None:
    """What is published now would end what was published for later, unseen."""
    for version in coming:
        named = {"name": version.price_list.name, "day": spelled_day(version.valid_from)}
        raise Conflict(
            say(
                N_("Version %(number)s of %(name)s begins on %(day)s. Follow from that day on, or call it off first."),
                number=version.number,
                **named,
            )
        )


def write_held(version: PriceListVersion, words: Iterable[Word]) -> None:
    """Have the draft hold exactly these amounts for each plan."""
    ways: dict[UUID, Way | None] = dict(terms_of_version(version).ways)
    touched: dict[UUID, int] = {}
    for word in words:
        ways[word.product] = holding(ways.get(word.product), word.plan, word.held)
        touched[word.product] = word.owner
    if touched:
        price_alone(version, {(owner, product): ways[product] for product, owner in touched.items()})


def _remember(version: PriceListVersion, words: Iterable[Word], course: Course) -> None:
    standing = decisions_of(version.price_list)
    for word in words:
        row = standing.get((word.product, word.plan))
        if row is None:
            row = CostDecision(
                price_list_id=version.price_list_id,
                product_id=word.product,
                product_tenant_id=word.owner,
                plan=word.plan,
            )
            db.session.add(row)
        row.version_id, row.course, row.decided_at = version.id, course, now()
        before = {"price": row.price}
        row.cost, row.price = word.cost, word.price
        verb = "price_list.price_followed" if course is Course.FOLLOW else "price_list.price_kept"
        after = {"product": word.title, "plan": word.plan, "cost": word.cost, "price": word.price}
        record(verb, version.price_list, before=before, after=after)
