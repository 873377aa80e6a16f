"""Reads what price lists say: in a column of whatever statement is being made anyway, or of a version that is looked at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import g, has_request_context, request
from sqlalchemy import ColumnElement, Select, Text, Uuid, and_, bindparam, cast, func, or_, select
from sqlalchemy.dialects.postgresql import JSONB, aggregate_order_by, array
from sqlalchemy.orm import aliased

from portal.branding import wardrobe
from portal.catalogue.models import Breadth, PriceList, PriceListEntry, PriceListVersion, Promotion, VersionState
from portal.catalogue.models.lists import MOST_RUNGS
from portal.catalogue.prices.facts import terms_from
from portal.catalogue.prices.terms import Terms, falling_back, standing
from portal.core.clock import today
from portal.core.db import db, json_object
from portal.core.scope import acting_scope


def versions_column(*which: ColumnElement[bool], back_to: Any = None) -> Any:
    """A column with the published versions of the list that `which` picks; with those past that counted on a day, too.

    After them come those of the list it falls back to, and so on, in the order they are asked.
    """
    rung = aliased(PriceList)
    wanted = _down_the_chain(_told(rung), rung, *which)
    return wanted.where(*_counting(rung, back_to)).scalar_subquery()


def own_versions_column(*which: ColumnElement[bool]) -> Any:
    """The same of this list alone."""
    wanted = _told(PriceList).select_from(PriceList).join(PriceList.versions)
    return wanted.where(*which, *_counting(PriceList, None)).scalar_subquery()


def _told(rung: Any) -> Select[Any]:
    listed = aggregate_order_by(_facts(rung), rung.height.desc(), PriceListVersion.number.desc())
    return select(func.jsonb_agg(listed, type_=JSONB))


def _counting(rung: Any, back_to: Any) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    it = PriceListVersion
    counts: ColumnElement[bool] = it.state == VersionState.PUBLISHED
    if back_to is not None:
        counts = or_(counts, and_(it.state == VersionState.PAST, it.ended_on >= back_to))
    return rung.archived_at.is_(None), counts


def markets_named(*which: ColumnElement[bool]) -> Select[Any]:
    """The markets that versions of this list, or of one it falls back to, follow."""
    return _down_the_chain(select(PriceListVersion.market), aliased(PriceList), *which)


def _down_the_chain(wanted: Select[Any], rung: Any, *which: ColumnElement[bool]) -> Select[Any]:
    """What is wanted of the versions of each list, as `rung`, from the one that `which` picks down to the last."""
    ids, last = [PriceList.id, PriceList.falls_back_id], PriceList
    wanted = wanted.select_from(PriceList)
    for _ in range(MOST_RUNGS - len(ids)):
        below = aliased(PriceList)
        wanted = wanted.outerjoin(below, and_(below.tenant_id == last.tenant_id, below.id == last.falls_back_id))
        ids.append(below.falls_back_id)
        last = below
    same = and_(rung.tenant_id == PriceList.tenant_id, rung.id == func.any(array(ids)))
    return wanted.join(rung, same).join(rung.versions).where(*which)


def _facts(of: Any = PriceList) -> Any:
    """One version of a list as JSON; numbers as text, so that none becomes a float."""
    it = PriceListVersion
    plainly = (it.state, it.number, it.market, it.costs_in, it.rule, it.rounding, it.everything, it.valid_from)
    exactly = (it.percent, it.amount, it.floor, it.surcharge)
    return json_object(
        list_id=of.id,
        name=of.name,
        currency=of.currency,
        version_id=it.id,
        **{column.key: column for column in plainly},
        **{column.key: cast(column, Text) for column in exactly},
        valid_until=func.least(it.valid_until, it.ended_on),
        entries=_entries(),
        promotions=_promotions(),
    )


def _entries() -> Any:
    """Ids of what is ticked in, ticked out and featured; what is priced in its own way; what is said more broadly."""
    it = PriceListEntry
    product, single = cast(it.product_id, Text), it.breadth == Breadth.PRODUCT
    rule = (it.rule, cast(it.percent, Text), cast(it.amount, Text), it.amounts, it.tiers, it.graduated)
    way = (*rule, it.rounding, cast(it.floor, Text), it.requests)
    saying = (it.rule, it.amounts, it.tiers, it.rounding, it.floor, it.requests)
    own = and_(single, or_(*(column.is_not(None) for column in saying)))
    said = json_object(
        inside=func.jsonb_agg(product).filter(single, it.sells.is_(True)),
        outside=func.jsonb_agg(product).filter(single, it.sells.is_(False)),
        featured=func.jsonb_agg(product).filter(single, it.featured),
        ways=func.jsonb_agg(func.jsonb_build_array(product, *way)).filter(own),
        broad=func.jsonb_agg(func.jsonb_build_array(it.breadth, it.about, it.sells, *way)).filter(~single),
    )
    mine = (it.tenant_id == PriceListVersion.tenant_id, it.version_id == PriceListVersion.id)
    return select(said).where(*mine).correlate(PriceListVersion).scalar_subquery()


def _promotions() -> Any:
    it = Promotion
    said = (it.name, it.breadth, it.about, cast(it.percent, Text), cast(it.amount, Text), it.cycles)
    facts = func.jsonb_build_array(*said, it.begins, it.ends, it.newcomers)
    mine = (it.tenant_id == PriceListVersion.tenant_id, it.version_id == PriceListVersion.id)
    listed = func.jsonb_agg(aggregate_order_by(facts, it.name, it.id), type_=JSONB)
    return select(listed).where(*mine).correlate(PriceListVersion).scalar_subquery()


Facts = Sequence[Mapping[str, Any]] | None
"""The versions of a list as a statement gave them."""


def in_force(facts: Facts) -> Terms | None:
    """What counts of them today."""
    return standing(published(facts), today())


def published(facts: Facts) -> list[Terms]:
    """The published versions, each read once: what was published never changes."""
    return [_kept(one["version_id"], one["name"], _Held(one)) for one in facts or ()]


class _Held:
    """Facts beside a key: for the memory they are all the same, because the key says everything."""

    def __init__(self, facts: Mapping[str, Any]) -> None:
        self.facts = facts

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Held) and self.facts == other.facts

    def __hash__(self) -> int:
        return 0


@lru_cache(maxsize=500)
def _kept(_version: str, _name: str, held: _Held) -> Terms:
    return terms_from(held.facts)


def storefront_column() -> Any:
    """The list the own shop sells by, as one more column of another statement."""
    return versions_column(PriceList.for_storefront.is_(True))


SELLS_BY = "sells_by"
wardrobe.ALONG[SELLS_BY] = storefront_column


def storefront_terms() -> Terms | None:
    """By what the own shop sells today.  One statement; none for whoever has arrived to look, whose clothes say it."""
    here = g.get("here") if has_request_context() and request.method in ("GET", "HEAD") else None
    if here is not None and here.tenant_id == acting_scope().tenant_id and SELLS_BY in here.dress:
        return in_force(here.dress[SELLS_BY])
    return in_force(db.session.scalar(select(storefront_column())))


def terms_of_version(version: PriceListVersion) -> Terms:
    """The terms of a version that is being looked at, published or not.  One statement."""
    return terms_of(version.id)


def terms_of_both(one: UUID, other: UUID) -> tuple[Terms, Terms]:
    """The terms of two versions of one list, in the order they are named.  One statement."""
    wanted = select(PriceListVersion.id, _facts()).select_from(PriceList).join(PriceList.versions)
    rows = db.session.execute(wanted.where(PriceListVersion.id.in_({one, other})))
    found = {key: terms_from(facts) for key, facts in rows}
    return found[one], found[other]


def terms_of(version_id: UUID) -> Terms:
    return terms_from(db.session.execute(_of_version(), {"version": version_id}).scalar_one())


def terms_as_sold(version_id: UUID, on: date) -> Terms:
    """The terms of a version that is being looked at, with what its list falls back to on that day.  One statement."""
    it = aliased(PriceListVersion)
    said = select(_facts()).select_from(PriceList).join(PriceList.versions).where(PriceListVersion.id == it.id)
    columns = (said.scalar_subquery(), versions_column(PriceList.id == it.price_list_id, back_to=on))
    row = db.session.execute(select(*columns).where(it.id == version_id)).one()
    return with_rest(terms_from(row[0]), published(row[1]), on)


def with_rest(terms: Terms, versions: Sequence[Terms], on: date) -> Terms:
    """The terms of one version with what the other lists of its chain say on that day; `versions` are those of all."""
    return falling_back(terms, standing([one for one in versions if one.list_id != terms.list_id], on))


@lru_cache(maxsize=1)
def _of_version() -> Select[Any]:
    """Written once: to write it takes longer than to ask it."""
    wanted = select(_facts()).select_from(PriceList).join(PriceList.versions)
    return wanted.where(PriceListVersion.id == bindparam("version", type_=Uuid)).execution_options(kept=True)
