"""What a version says of a type, category, vendor or segment, and all that it says of one product.  Only in a draft."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from sqlalchemy import select

from portal.audit import record
from portal.catalogue.actions.exceptions import check_way, say_price
from portal.catalogue.actions.ticking import changeable, drop_silent, entries_of
from portal.catalogue.models import Breadth, PriceListEntry, PriceListVersion
from portal.catalogue.prices import Way, coin
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.words import N_


def say_broadly(
    version: PriceListVersion, breadth: Breadth, about: str, *, sells: bool | None, way: Way
) -> PriceListEntry:
    """A rule for all of a type, category, vendor or segment.  Raises Invalid where there is one already."""
    changeable(version)
    same = (PriceListEntry.version_id == version.id, PriceListEntry.breadth == breadth, PriceListEntry.about == about)
    if db.session.scalar(select(PriceListEntry.id).where(*same)) is not None:
        raise Invalid(N_("There is a rule for it already: change that one."), field="about")
    entry = PriceListEntry(version_id=version.id, breadth=breadth, about=about)
    entry.version = version
    _say(entry, sells=sells, way=way)
    db.session.add(entry)
    record("price_list.rule_added", version.price_list, after={"breadth": breadth, "about": about, **said_by(entry)})
    return entry


def change_rule(entry: PriceListEntry, *, sells: bool | None, way: Way) -> None:
    """The rule says something else from now on."""
    changeable(entry.version)
    before = said_by(entry)
    _say(entry, sells=sells, way=way)
    about = {"about": entry.about}
    record("price_list.rule_changed", entry.version.price_list, before=before, after={**about, **said_by(entry)})


def remove_rule(entry: PriceListEntry) -> None:
    """What it spoke of follows what is broader."""
    changeable(entry.version)
    record("price_list.rule_removed", entry.version.price_list, before={"about": entry.about, **said_by(entry)})
    db.session.delete(entry)


def say_of_product(version: PriceListVersion, product: tuple[int, UUID], *, sells: bool | None, way: Way) -> None:
    """All that the version says of one product (owner, id); nothing: it follows the broader ones."""
    changeable(version)
    check_way(way)
    (entry,) = entries_of(version, [product])
    before = said_by(entry)
    entry.sells = sells
    say_price(entry, way, coin(version.price_list.currency))
    name = entry.product.name if entry.product else ""
    record("price_list.priced", version.price_list, before=before, after={"product": name, **said_by(entry)})
    drop_silent(version)


def _say(entry: PriceListEntry, *, sells: bool | None, way: Way) -> None:
    check_way(way)
    if sells is None and not way.says_price and way.rounding is None and way.floor is None:
        raise Invalid(N_("Say something: whether it is in the list, its price, its rounding or its floor."))
    entry.sells = sells
    say_price(entry, way, coin(entry.version.price_list.currency))


SAID = ("sells", "rule", "percent", "amount", "amounts", "requests", "tiers", "rounding", "floor")


def said_by(entry: PriceListEntry) -> dict[str, Any]:
    """What an entry says, without what it leaves open."""
    return {name: value for name in SAID if (value := getattr(entry, name)) is not None}
