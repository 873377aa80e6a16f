"""Through the tiers: who answers for which price, and what of it may be remembered.

A tenant's cost is what the one above asks of it.  The way up is walked tier by tier: each is asked, in its own scope and
in one statement, what its list for the one below says, by which list it buys itself, and what it put on its own shelf.
What crosses from tier to tier are values; nobody reads anybody's rows, and what leaves a tier are its prices.

What was read is kept in the process under the stamps of the tier and all above it, which rise when anything they say has
changed.  A tier answers in a transaction of its own, in which nothing is that whoever asks has written and not yet
committed; what is put together from what he sees himself is kept only by requests that look.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from typing import Any
from uuid import UUID

from flask import g, has_request_context, request
from sqlalchemy import BigInteger, Date, Select, Uuid, bindparam, select

from portal.catalogue.kept import Kept
from portal.catalogue.models import PriceList
from portal.catalogue.prices.goods import ANY_MARKET, Market, Shelf, shelf_from
from portal.catalogue.prices.ladder import asked_by
from portal.catalogue.prices.own import Rewording, known_of, rewording_column
from portal.catalogue.prices.reading import markets_named, published, versions_column
from portal.catalogue.prices.selling import Selling
from portal.catalogue.prices.shelf import shelf_column
from portal.catalogue.prices.supplies import Own, Supply
from portal.catalogue.prices.terms import Terms, standing
from portal.core.clock import today
from portal.core.db import db
from portal.core.scope import Scope, acting, acting_scope
from portal.tenants.models import Organization

Source = UUID | Market | None
"""By what one buys: a list of the tier above, or, owning products, in a market."""
MOST_GOODS = 30_000
"""How many goods each of the first four keeps.  One of six plans takes 5 kB on its shelf, and 2 kB in a list that prices it."""


def _weight(kept: Supply | Selling | None) -> int:
    supply, rungs = (kept.supply, len(kept.rungs)) if isinstance(kept, Selling) else (kept, 1)
    return 1 + len(supply.goods) * rungs if supply else 1


SHELVES: Kept[Shelf] = Kept(MOST_GOODS, lambda shelf: 1 + len(shelf.goods))
SUPPLIES: Kept[Supply | None] = Kept(MOST_GOODS, _weight)
SELLINGS: Kept[Selling] = Kept(MOST_GOODS, _weight)
SOLD: Kept[Selling | None] = Kept(MOST_GOODS, _weight)
LISTS: Kept[_Said] = Kept(2_000)


def forget() -> None:
    """What a process that has just begun remembers."""
    for kept in (SHELVES, SUPPLIES, SELLINGS, SOLD, LISTS):
        kept.clear()


@dataclass(frozen=True, slots=True)
class Wish:
    """What is wanted of a range: on which day, whose recommended prices besides, of which products alone."""

    on: date
    markets: frozenset[str] = frozenset()
    only: frozenset[UUID] | None = None

    @classmethod
    def of(cls, on: date, *markets: str | None) -> Wish:
        """The whole range, with the recommended prices of these markets, as far as they are named."""
        return cls(on, frozenset(filter(None, markets)))

    def also_in(self, markets: frozenset[str]) -> Wish:
        """The same, with the recommended prices of these markets, too."""
        return self if markets <= self.markets else replace(self, markets=self.markets | markets)

    @classmethod
    def about(cls, product_id: UUID, on: date, *markets: str | None) -> Wish:
        """What answers for one product: of today the whole range, which is kept, of another day that product alone."""
        whole = cls.of(on, *markets)
        return whole if on == today() else replace(whole, only=frozenset({product_id}))


def supply(source: Source, wish: Wish) -> Supply | None:
    """What the acting tenant may buy; None when a list on the way is not in force.  Cold: a statement for each tier."""
    me = acting_scope()
    stamps = _stamps(me)
    if stamps is None or wish.only is not None:
        return _supply(me, source, wish)
    return SUPPLIES.get((stamps, source, wish), lambda: _supply(me, source, wish))


def own_shelf(wish: Wish) -> Shelf:
    """What the acting tenant put on its own shelf.  Cold: one statement."""
    return _shelf(acting_scope(), wish.markets, wish)


def selling(source: Source, wish: Wish, terms: Terms) -> Selling | None:
    """What the acting tenant asks for its supply by these terms of its own; None when it has no supply."""
    wish = wish.also_in(terms.markets)
    found = supply(source, wish)
    if found is None:
        return None
    stamps, chain = _stamps(acting_scope()), terms.chain
    if stamps is None or wish.only is not None or not all(one.is_published for one in chain):
        return asked_by(terms, found)
    key = (stamps, source, wish, tuple(one.version_id for one in chain))
    return SELLINGS.get(key, lambda: asked_by(terms, found))


def sold_by(tier: Scope, list_id: UUID, wish: Wish) -> Selling | None:
    """What `tier` asks of whoever buys by this list of its; None when it is not in force.

    Kept for all who buy by it: what one of them asked, the next is answered at once.
    """
    stamps = _line_of(tier)
    if stamps is None or wish.only is not None:
        return _sold_by(tier, list_id, wish)
    return SOLD.get((stamps, list_id, wish), lambda: _sold_by(tier, list_id, wish))


def _sold_by(tier: Scope, list_id: UUID, wish: Wish) -> Selling | None:
    said = _said(tier, list_id, wish)
    chosen = standing(said.versions, wish.on)
    if chosen is None:
        return None
    market, above = chosen.market or ANY_MARKET, None
    if tier.above:
        above = sold_by(_parent_of(tier), said.buys_by, wish.also_in(chosen.markets)) if said.buys_by else None
        if above is None:
            return None
        market = chosen.market or above.supply.market
    shelf = _shelf(tier, wish.markets | chosen.markets | {market}, wish, said.shelf)
    followed = chosen.market if above else market
    return asked_by(chosen, Supply(Own(tier.tenant_id, shelf, said.rewording), followed, above))


def _supply(me: Scope, source: Source, wish: Wish) -> Supply | None:
    if isinstance(source, Market):
        return Supply(Own(me.tenant_id, _shelf(me, wish.markets | {source.market}, wish)), source.market)
    if source is None or not me.above:
        return None
    above = sold_by(_parent_of(me), source, wish)
    if above is None:
        return None
    has_goods, rewording = known_of(me)
    shelf = _shelf(me, (), wish) if has_goods else Shelf(me.tenant_id, {})
    return Supply(Own(me.tenant_id, shelf, rewording), None, above)


@dataclass(frozen=True, slots=True)
class _Said:
    """What one tier answered: what its list says, by which list it buys itself, and its shelf if that was read along."""

    versions: list[Terms] = field(default_factory=list)
    buys_by: UUID | None = None
    rewording: Rewording = None
    shelf: Shelf | None = None


def _said(tier: Scope, list_id: UUID, wish: Wish) -> _Said:
    """The published versions of one of the tier's lists, with its shelf beside them: whoever answers is asked once."""
    stamps = _line_of(tier)  # of all above, too: what they say of a category counts for those who draw on it
    key = (stamps, list_id, wish.on)
    if stamps is not None and (known := LISTS.look(key)) is not None:
        return known
    facts = {"list": list_id, "tier": tier.tenant_id, **_of_shelf(tier, wish.markets, wish)}
    with acting(tier):
        row = db.session.execute(_written(narrowed=wish.only is not None), facts).one_or_none()
    if row is None:
        return _Said()
    said = _Said(published(row.versions), row.price_list_id, row.reworded)
    if stamps is not None:
        LISTS.put(key, said)
    return replace(said, shelf=shelf_from(tier.tenant_id, row.shelf))


def _shelf(tier: Scope, markets: Collection[str], wish: Wish, read: Shelf | None = None) -> Shelf:
    """What the tier put on its own shelf, with its prices in these markets and those that hold in any."""

    def ask() -> Shelf:
        if read is not None:
            return read
        facts = _of_shelf(tier, markets, wish)
        with acting(tier):
            found = db.session.scalar(_written_shelf(narrowed=wish.only is not None), facts)
        return shelf_from(tier.tenant_id, found)

    stamps = _line_of(tier)
    if stamps is None or wish.only is not None:
        return ask()
    return SHELVES.get((stamps, wish.on, frozenset({*markets, ANY_MARKET})), ask)


def _of_shelf(tier: Scope, markets: Collection[str], wish: Wish) -> dict[str, Any]:
    facts = {"owner": tier.tenant_id, "on": wish.on, "markets": sorted({*markets, ANY_MARKET})}
    return facts if wish.only is None else facts | {"only": list(wish.only)}


@lru_cache(maxsize=2)
def _written(*, narrowed: bool) -> Select[Any]:
    """Written once: to write it takes longer than to ask it, and each tier in between is asked."""
    mine = PriceList.id == bindparam("list", type_=Uuid)
    shelf = shelf_column(narrowed=narrowed, also_in=markets_named(mine))
    tier = bindparam("tier", type_=BigInteger)
    said = (
        versions_column(mine, back_to=bindparam("on", type_=Date)).label("versions"),
        shelf.label("shelf"),
        rewording_column(tier).label("reworded"),
    )
    columns = (Organization.price_list_id, *said)
    return select(*columns).where(Organization.tenant_id == tier).execution_options(kept=True)


@lru_cache(maxsize=2)
def _written_shelf(*, narrowed: bool) -> Select[Any]:
    return select(shelf_column(narrowed=narrowed)).execution_options(kept=True)


def _stamps(me: Scope) -> tuple[Any, ...] | None:
    """Everything that changes when anything on the line changes; None where nothing may be remembered."""
    if not _has_arrived() or request.method not in ("GET", "HEAD"):
        return None
    return (g.here.tenant_id, g.here.stamps) if g.here.tenant_id == me.tenant_id else None


def _stamp_of(tenant_id: int) -> int | None:
    """The stamp of a tenant on the line of this arrival."""
    if not _has_arrived() or g.here.tenant_id is None:
        return None
    return dict(zip(sorted((g.here.tenant_id, *g.here.above)), g.here.stamps, strict=False)).get(tenant_id)


def _line_of(tier: Scope) -> tuple[Any, ...] | None:
    """The tier with the stamps of everybody on its line; None where nothing may be remembered."""
    stamps = [_stamp_of(tenant_id) for tenant_id in tier.line]
    return None if None in stamps else (tier.tenant_id, *stamps)


def _has_arrived() -> bool:
    return has_request_context() and g.get("here") is not None


def _parent_of(tier: Scope) -> Scope:
    return Scope(tier.above[0], tier.above[1:])
