"""Price lists: made, filled, published, withdrawn.  A published version is never changed: a draft takes its place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select

from portal.audit import record
from portal.audit.actor import current_actor
from portal.catalogue import queries
from portal.catalogue.actions.ticking import copy_entries
from portal.catalogue.models import (
    PriceList,
    PriceListVersion,
    Rule,
    VersionState,
)
from portal.catalogue.models.lists import LIFECYCLE
from portal.core.clock import now, today
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.words import N_, say
from portal.tenants.actions import raise_stamp

HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a version is to say."""

    valid_from: date
    rule: Rule
    percent: Decimal = Decimal(0)
    valid_until: date | None = None
    market: str | None = None


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
    names = ("valid_from", "valid_until", "rule", "percent", "market")
    return {name: getattr(draft, name) for name in names}


def _says(version: PriceListVersion, terms: dict[str, Any]) -> bool:
    return all(getattr(version, field) == value for field, value in terms.items())


def _check(draft: Draft) -> None:
    if draft.valid_until is not None and draft.valid_until < draft.valid_from:
        raise Invalid(N_("Choose a later day: the list would end before it begins."), field="valid_until")
    check_percent(draft.rule, draft.percent)


def check_percent(rule: Rule, percent: Decimal) -> None:
    """Raises Invalid (field `percent`) when no price would come of it."""
    if rule is Rule.RECOMMENDED and percent >= HUNDRED:
        raise Invalid(N_("Take off less than 100 %: nothing would be left of the price."), field="percent")
    if rule is Rule.MARGIN and percent >= HUNDRED:
        raise Invalid(N_("Use a margin under 100 %: nothing would be left for the cost."), field="percent")


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
    facts = {
        name: getattr(source, name) for name in ("valid_from", "valid_until", "rule", "percent", "market", "everything")
    }
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
    if price_list.published is not None:
        _retire(price_list.published)
    draft.state = LIFECYCLE.move(draft.state, to=VersionState.PUBLISHED)
    draft.published_at, draft.published_by = now(), current_actor().name
    raise_stamp()
    record("price_list.published", price_list, after={"version": draft.number})
    return draft


def _retire(version: PriceListVersion) -> None:
    version.state = LIFECYCLE.move(version.state, to=VersionState.PAST)
    db.session.flush()  # only one version may be published at a time


def withdraw(price_list: PriceList) -> None:
    """No version is in force any more: whoever buys by the list has no range until one is published again."""
    if price_list.published is None:
        raise Conflict(N_("Nothing of this list is published."))
    number = price_list.published.number
    _retire(price_list.published)
    raise_stamp()
    record("price_list.withdrawn", price_list, before={"version": number})


def archive(price_list: PriceList) -> None:
    """Out of the way.  Raises Conflict while somebody buys by it, or the storefront sells by it."""
    if names := queries.buyers_by(price_list):
        raise Conflict(say(N_("Give %(name)s another price list first: it buys by this one."), name=names[0]))
    if price_list.for_storefront:
        raise Conflict(N_("Choose another list for the storefront first: it sells by this one."))
    if price_list.published is not None:
        withdraw(price_list)
    price_list.archived_at = now()
    record("price_list.archived", price_list)


def restore(price_list: PriceList) -> None:
    price_list.archived_at = None
    record("price_list.restored", price_list)
