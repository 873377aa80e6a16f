"""What must not be seen: how those above a tenant are called, where and how they are reached, what they look like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any, Final

from flask import current_app
from sqlalchemy import select

from portal.branding.models import Brand, State
from portal.branding.models import Picture as BrandPicture
from portal.catalogue.models import Overlay, Product
from portal.content.models import Analytics, Announcement, MenuEntry, Section
from portal.core import assets
from portal.core.db import db
from portal.core.scope import Scope, acting, acting_scope
from portal.notifications.models import MailSender, MessageText
from portal.settings.models import Company
from portal.storefront.models import Page, Storefront
from portal.tenants import hosts, own_hosts
from portal.tenants.models import Door
from portal.tenants.queries import hosts_of, organization
from portal.users.models import Kind, User

PRODUCT: Final = "Vitrine"
HOUSE = 0
"""The level of the product itself, and of the platform it runs on; the provider is 1, who stands above him 2, and so on."""
COLOUR = re.compile(r"#(?:[0-9a-f]{6}|[0-9a-f]{3})(?![0-9a-z])", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
_NOBODYS = frozenset({"#ffffff", "#000000"})
_LEGAL = re.compile(
    r"[\s,]+(gmbh|ag|kg|se|inc\.?|llc|ltd\.?|limited|corp\.?|plc|bv|b\.v\.|s\.?a\.?r?\.?l?\.?|a\.e\.|ε\.?π\.?ε\.?)$",
    re.IGNORECASE,
)

_TEXTS: Final = (
    (Page, Page.title, Page.text),
    (Overlay, Overlay.name, Overlay.summary, Overlay.description),
    (Product, Product.name, Product.summary, Product.description, Product.vendor, Product.family),
    (MessageText, MessageText.subject, MessageText.message),
    (Storefront, Storefront.contact_email, Storefront.contact_hours),
    (Brand, Brand.name),
    (Section, Section.words, Section.target),
    (MenuEntry, MenuEntry.words, MenuEntry.target),
    (Announcement, Announcement.words, Announcement.target),
    (Analytics, Analytics.address),
)


@dataclass(frozen=True, slots=True)
class Own:
    """What is the tenant's own, and therefore no leak wherever it stands."""

    origin: str
    names: frozenset[str]
    host: str
    colours: frozenset[str]
    pictures: frozenset[str]
    addresses: frozenset[str]
    words: str = ""  # all that he wrote himself, as `plain_words` makes it


@dataclass(frozen=True, slots=True)
class Above:
    """Each thing, and how far above its owner stands."""

    own: Own
    names: Mapping[str, int] = field(default_factory=dict)
    hosts: Mapping[str, int] = field(default_factory=dict)
    colours: Mapping[str, int] = field(default_factory=dict)
    pictures: Mapping[str, int] = field(default_factory=dict)
    addresses: Mapping[str, int] = field(default_factory=dict)
    sender: str = ""  # the platform's address, which letters leave by as long as the tenant has no sender of his own


def above() -> Above:
    """What is above the acting tenant.  Each tier is asked in its own scope, and answers with words alone."""
    own, scope = replace(_own(), words=plain_words("\n".join(_written()))), acting_scope()
    names, addresses = {PRODUCT: HOUSE}, dict[str, int]()
    colours, pictures = dict[str, int](), dict[str, int]()
    for level, number in enumerate(scope.above, start=1):
        with acting(Scope(number, scope.above[level:])):
            said = _own()
            people = db.session.scalars(select(User.email).where(User.kind == Kind.STAFF)).all()
        names |= dict.fromkeys(said.names, level)
        colours |= dict.fromkeys(said.colours, level)
        pictures |= dict.fromkeys(said.pictures, level)
        addresses |= {address.casefold(): level for address in (*said.addresses, *people)}
    return Above(
        own,
        _without(names, own.names),
        _hosts(scope, own),
        _without(colours, own.colours | _NOBODYS | _of_everybody()),
        _without(pictures, own.pictures),
        _without({address: level for address, level in addresses.items() if address}, own.addresses),
        sender=current_app.config["VITRINE"].mail_sender.casefold(),
    )


def plain_words(text: str) -> str:
    """The words of a text with one blank between them, so that marks and spaces make no difference."""
    return " ".join(["", *_WORD.findall(text.casefold()), ""])


def long(colour: str) -> str:
    """`#ABC` → `#aabbcc`."""
    digits = colour.lower().removeprefix("#")
    return "#" + ("".join(digit * 2 for digit in digits) if len(digits) == 3 else digits)  # noqa: PLR2004 - three digits


def _without(found: Mapping[str, int], own: Iterable[str]) -> dict[str, int]:
    mine = {one.casefold() for one in own}
    return {one: level for one, level in found.items() if one.casefold() not in mine}


def _hosts(scope: Scope, own: Own) -> dict[str, int]:
    """Theirs, and those of the platform; what stands before the platform's is found by that."""
    settings = current_app.config["VITRINE"]
    levels = {number: level for level, number in enumerate(scope.above, start=1)}
    theirs = {name: levels[number] for name, number in hosts_of(scope.above)}
    ours = {
        hosts.plain(host): HOUSE for host in (settings.office_host, settings.shop_host, settings.domain_target) if host
    }
    return {name: level for name, level in {**theirs, **ours}.items() if name != own.host}


def _own() -> Own:
    """What the acting tenant is known by."""
    company = db.session.scalar(select(Company))
    storefront = db.session.scalar(select(Storefront))
    brands = db.session.scalars(select(Brand).where(Brand.state == State.PUBLISHED)).all()
    names = {organization().name, *(brand.name for brand in brands), company.legal_name if company else ""}
    senders = db.session.scalars(select(MailSender)).all()
    addresses = {company.email if company else "", storefront.contact_email if storefront else ""}
    addresses |= {address for sender in senders for address in (sender.address, sender.reply_to)}
    origin = own_hosts.home(Door.SHOP)
    return Own(
        origin,
        frozenset(_shapes(names)),
        hosts.plain(origin.partition("://")[2]),
        frozenset(colour for brand in brands for colour in _colours(brand)),
        frozenset(db.session.scalars(select(BrandPicture.sha))),
        frozenset(address.casefold() for address in addresses if address),
    )


def _shapes(names: Iterable[str]) -> Iterator[str]:
    """Each name as it is, and without the letters of its legal form."""
    for name in filter(None, names):
        yield name
        yield _LEGAL.sub("", name)


def _colours(brand: Brand) -> Iterator[str]:
    """All it is made of, and all that was made of it."""
    made = [colour for pair in brand.colours.values() for colour in pair]
    typed = COLOUR.findall(brand.css)
    yield from (long(str(one)) for one in (*brand.made_of, brand.brand_colour, brand.accent, *made, *typed) if one)


def _written() -> Iterator[str]:
    """All that the tenant wrote himself and shows."""
    for table, *columns in _TEXTS:
        for row in db.session.execute(select(*columns).where(table.tenant_id == acting_scope().tenant_id)):
            yield from _said_in(list(row))


def _said_in(value: Any) -> Iterator[str]:
    """All that is said in it, in whatever languages and parts."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (list, dict)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from _said_in(one)


@lru_cache(maxsize=1)
def _of_everybody() -> frozenset[str]:
    """Colours of the house's own stylesheets, which every shop has."""
    sheets = (path for name, path in assets.collect().items() if name.endswith(".css"))
    return frozenset(long(colour) for path in sheets for colour in COLOUR.findall(path.read_text()))
