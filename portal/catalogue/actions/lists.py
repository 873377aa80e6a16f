"""Price lists: made, filled, published, withdrawn.  A published version is never changed: a draft takes its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from portal.audit import record
from portal.audit.actor import current_actor
from portal.catalogue import queries
from portal.catalogue.actions.falling_back import fall_back
from portal.catalogue.actions.held import note_costs
from portal.catalogue.actions.ticking import copy_entries
from portal.catalogue.models import (
    PriceList,
    PriceListVersion,
    Rounding,
    Rule,
    VersionState,
)
from portal.catalogue.models.lists import LIFECYCLE
from portal.catalogue.prices.rounding import KEPT
from portal.core.clock import now, today
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.money import quantize
from portal.core.words import N_, say
from portal.tenants.actions import raise_stamp

HUNDRED = Decimal(100)
NO_PRICE = N_("What is on request has no price: leave percentages and amounts out.")


SAID = (
    *("valid_from", "valid_until", "rule", "percent", "amount", "rounding", "floor"),
    *("market", "costs_in", "surcharge"),
)
"""What a version says of everything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a version is to say."""

    valid_from: date
    rule: Rule
    percent: Decimal = Decimal(0)
    valid_until: date | None = None
    market: str | None = None
    amount: Decimal = Decimal(0)
    rounding: Rounding = Rounding.COIN
    floor: Decimal | None = None
    costs_in: str | None = None
    surcharge: Decimal = Decimal(0)


def make_list(*, name: str, currency: str, note: str = "", draft: Draft) -> PriceList:
    """A new list with its first draft, which has everything that is priced.  Raises Invalid at the field."""
    _check(draft)
    _check_name(name)
    price_list = PriceList(name=name, currency=currency, note=note)
    price_list.versions = [PriceListVersion(**_facts(draft))]
    db.session.add(price_list)
    record("price_list.created", price_list, after={"name": name, "currency": currency, **_facts(draft)})
    return price_list


def change_list(price_list: PriceList, *, name: str, note: str, draft: Draft) -> None:
    """New words for the list and new terms for its draft, which is begun if there is none."""
    _check(draft)
    _check_name(name, besides=price_list)
    version = price_list.draft
    before = {"name": price_list.name, "note": price_list.note}
    price_list.name, price_list.note = name, note
    terms = _facts(draft)
    if version is None and _says(price_list.current, terms):
        record("price_list.changed", price_list, before=before, after={"name": name, "note": note})
        return
    version = version or begin_draft(price_list)
    before |= {field: getattr(version, field) for field in terms}
    for field, value in terms.items():
        setattr(version, field, value)
    record("price_list.changed", price_list, before=before, after={"name": name, "note": note, **terms})


def _facts(draft: Draft) -> dict[str, Any]:
    return {name: getattr(draft, name) for name in SAID}


def _says(version: PriceListVersion, terms: dict[str, Any]) -> bool:
    return all(getattr(version, field) == value for field, value in terms.items())


def _check(draft: Draft) -> None:
    if draft.valid_until is not None and draft.valid_until < draft.valid_from:
        raise Invalid(N_("Choose a later day: the list would end before it begins."), field="valid_until")
    check_percent(draft.rule, draft.percent)
    if draft.rule is Rule.ON_REQUEST and draft.amount:
        raise Invalid(NO_PRICE, field="amount")
    if draft.floor is not None and draft.floor < 0:
        raise Invalid(N_("Use a percentage of 0 or more."), field="floor")


def check_percent(rule: Rule, percent: Decimal) -> None:
    """Raises Invalid (field `percent`) when no price would come of it, as fine as it is kept."""
    percent = quantize(percent, KEPT)
    if rule is Rule.RECOMMENDED and percent >= HUNDRED:
        raise Invalid(N_("Take off less than 100 %: nothing would be left of the price."), field="percent")
    if rule is Rule.MARGIN and percent >= HUNDRED:
        raise Invalid(N_("Use a margin under 100 %: nothing would be left for the cost."), field="percent")
    if rule is Rule.ON_REQUEST and percent:
        raise Invalid(NO_PRICE, field="percent")


def _check_name(name: str, *, besides: PriceList | None = None) -> None:
    same = select(PriceList.id).where(func.lower(PriceList.name) == name.lower(), PriceList.archived_at.is_(None))
    taken = db.session.scalar(same.where(PriceList.id != besides.id) if besides else same)
    if taken:
        raise Invalid(
            say(N_("Choose another name: there is a price list “%(name)s” already."), name=name), field="name"
        )


def begin_draft(price_list: PriceList) -> PriceListVersion:
    """The next version, saying what the current one says.  There is one draft at a time: a second call gives the first."""
    if price_list.draft is not None:
        return price_list.draft
    source = price_list.current
    facts = {name: getattr(source, name) for name in (*SAID, "everything")}
    draft = PriceListVersion(price_list_id=price_list.id, number=price_list.versions[0].number + 1, **facts)
    db.session.add(draft)
    db.session.flush()
    copy_entries(source, draft)
    db.session.refresh(price_list, ["versions"])
    return draft


def discard_draft(price_list: PriceList) -> None:
    """Drop what was begun; what is published stays."""
    draft = price_list.draft
    if draft is None or len(price_list.versions) == 1:
        raise Conflict(N_("There is no draft to discard."))
    record("price_list.draft_removed", price_list, before={"version": draft.number})
    db.session.delete(draft)
    db.session.flush()
    db.session.refresh(price_list, ["versions"])


def publish(price_list: PriceList) -> PriceListVersion:
    """The draft is in force from now on, and never changes again.  What was published before is past."""
    draft = price_list.draft
    if draft is None:
        raise Conflict(N_("There is no draft to publish."))
    if price_list.archived_at is not None:
        raise Conflict(N_("Restore the list first: it is archived."))
    if draft.valid_until is not None and draft.valid_until < today():
        raise Conflict(N_("Its last day is over: change the validity first."))
    if not draft.everything and not queries.has_entries(draft):
        raise Conflict(N_("Tick products in first: the list is empty."))
    if any(version is not draft for version in price_list.versions):
        draft.valid_from = max(draft.valid_from, today())  # what counted on a day that is over stays what counted
    _make_room(price_list, draft)
    draft.state = LIFECYCLE.move(draft.state, to=VersionState.PUBLISHED)
    draft.published_at, draft.published_by = now(), current_actor().name
    db.session.flush()
    note_costs(draft)
    raise_stamp()
    record("price_list.published", price_list, after={"version": draft.number, "valid_from": draft.valid_from})
    return draft


def publish_from(price_list: PriceList, begins: date) -> PriceListVersion:
    """The draft is in force from that day on; until then what is published stays."""
    draft = price_list.draft
    if draft is None:
        raise Conflict(N_("There is no draft to publish."))
    if begins < today():
        raise Invalid(N_("Choose today or a later day: what was in force does not change."), field="day")
    if draft.valid_until is not None and draft.valid_until < begins:
        raise Invalid(N_("Choose an earlier day: the list ends before it."), field="day")
    draft.valid_from = begins
    return publish(price_list)


def _make_room(price_list: PriceList, draft: PriceListVersion) -> None:
    """Versions that will never count again are past.  One that begins later, or ends, leaves what is in force in place."""
    begins = max(draft.valid_from, today())
    for version in price_list.all_published:
        never_begins = version.valid_from >= begins
        if draft.valid_until is None and (begins <= today() or never_begins):
            _retire(version, last_day=begins - timedelta(days=1))


def _retire(version: PriceListVersion, *, last_day: date) -> None:
    version.state = LIFECYCLE.move(version.state, to=VersionState.PAST)
    version.ended_on = last_day


def call_off(price_list: PriceList, version: PriceListVersion) -> None:
    """What was published for a later day is a draft again; if another was begun meanwhile, it is past."""
    if version not in price_list.coming:
        raise Conflict(N_("It has begun already: publish another version in its place."))
    if price_list.draft is None:
        version.state = LIFECYCLE.move(version.state, to=VersionState.DRAFT)
        version.published_at, version.published_by = None, ""
    else:
        _retire(version, last_day=version.valid_from - timedelta(days=1))
    raise_stamp()
    record("price_list.called_off", price_list, before={"version": version.number, "valid_from": version.valid_from})


def withdraw(price_list: PriceList) -> None:
    """No version is in force any more: whoever buys by the list has no range until one is published again."""
    if not price_list.all_published:
        raise Conflict(N_("Nothing of this list is published."))
    numbers = [version.number for version in price_list.all_published]
    for version in price_list.all_published:
        _retire(version, last_day=today() - timedelta(days=1))
    raise_stamp()
    record("price_list.withdrawn", price_list, before={"version": numbers[0]})


def archive(price_list: PriceList) -> None:
    """Out of the way.  Raises Conflict while somebody buys by it, the storefront sells by it, or a list falls back to it."""
    if names := queries.buyers_by(price_list):
        raise Conflict(say(N_("Give %(name)s another price list first: it buys by this one."), name=names[0]))
    if price_list.for_storefront:
        raise Conflict(N_("Choose another list for the storefront first: it sells by this one."))
    if lists := queries.falling_back_to(price_list):
        raise Conflict(
            say(N_("Let %(name)s fall back to another list first: it falls back to this one."), name=lists[0])
        )
    if price_list.all_published:
        withdraw(price_list)
    price_list.archived_at = now()
    record("price_list.archived", price_list)


def restore(price_list: PriceList) -> None:
    """Back in use.  It falls back to nothing any more where the list it fell back to is archived meanwhile."""
    price_list.archived_at = None
    if price_list.falls_back is not None and price_list.falls_back.archived_at is not None:
        fall_back(price_list, None)
    record("price_list.restored", price_list)
