"""One search over everything the reader may see: what is found of each kind, and where all of it stands.

Accounts (with the people at them), users and processes may be a million: they are found by their words, in one statement
for the three.  Products are found in the range, and tenants among the children, as their own lists find them: what stands
there is decided by the tier above, and by the tree.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from typing import Any
from uuid import UUID

from flask import g
from sqlalchemy import JSON, ColumnElement, Select, String, cast, func, literal, select
from werkzeug.datastructures import MultiDict

from portal.accounts.models import Account, Contact
from portal.catalogue import prices
from portal.catalogue import queries as catalogue
from portal.catalogue.buying import source_of
from portal.catalogue.office import OWN
from portal.core.db import db
from portal.core.finding import hits, parameters, terms_of, words_of
from portal.core.here import here
from portal.core.keys import spell
from portal.core.listing import Listing, alphabetical, listing
from portal.core.web import url
from portal.core.words import N_, told
from portal.onboarding import queries as resellers
from portal.onboarding.office import FEATURE
from portal.processes.models import SHOWN as PROCESS_STATES
from portal.processes.models import Process
from portal.processes.models import State as ProcessState
from portal.users.models import Kind as UserKind
from portal.users.models import User

SHOWN = 5


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found: what it is called, what tells it apart, its page."""

    title: str
    detail: str
    at: str


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind.  `more`: there are so many that nobody counted."""

    title: str
    icon: str
    hits: Sequence[Hit]
    total: int
    more: bool
    at: str  # all of them, in their own list


def found(text: str) -> list[Group]:
    """What the text finds of each kind the reader may see; kinds of which nothing is found are left out."""
    if not terms_of(text):
        return []
    kinds = tuple(name for name, kind in BY_WORDS.items() if g.person.may(kind.permission))
    groups = [*_by_words(text, kinds), *_catalogue(text), *_tenants(text)]
    return [group for group in groups if group.hits or group.more]


# ---------------------------------------------------------------------------------------------------------- by words


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of rows that are found by their words; `asked` gives title, detail and part of the first few."""

    row: Any
    title: str
    icon: str
    permission: str
    page: str
    all: str
    asked: Callable[[Any], Any]
    read: Callable[[Any, Any, Any], tuple[str, str]]


def _by_words(text: str, kinds: tuple[str, ...]) -> Iterator[Group]:
    answers = db.session.execute(question(kinds), parameters(text)).one() if kinds else ()
    for name, (rows, more) in zip(kinds, answers, strict=True):
        kind, total = BY_WORDS[name], rows[0][-1] if rows else 0
        items = [Hit(*kind.read(*words), url(kind.page, key=spell(UUID(row_id)))) for row_id, *words, _ in rows or ()]
        yield Group(kind.title, kind.icon, items, total, more, url(kind.all, q=text))


@lru_cache(maxsize=20)
def question(kinds: tuple[str, ...]) -> Select[Any]:
    """Of each kind, as JSON: the first few rows, and whether there are more than were looked at."""
    return select(*(_first_of(BY_WORDS[name]) for name in kinds)).execution_options(kept=True)


def _first_of(kind: Kind) -> ColumnElement[Any]:
    """Of each row: id, title, detail, the part that was found, and how many there are in all."""
    some, more = hits(kind.row)
    counted = kind.asked(some).add_columns(func.count().over().label("total")).limit(SHOWN).subquery()
    rows = select(func.json_agg(func.json_build_array(*counted.c))).scalar_subquery()
    return func.json_build_array(rows, more)


def _accounts(some: Any) -> Any:
    """The living ones, each with the person by whom it was found."""
    return (
        select(Account.id, Account.name.label("title"), Account.number, Contact.name.label("person"))
        .join(some, some.c.row_id == Account.id)
        .outerjoin(Contact, (Contact.id == some.c.part_id) & (Contact.account_id == Account.id))
        .where(Account.archived_at.is_(None))
        .order_by(alphabetical(Account.name), Account.id)
    )


def _users(some: Any) -> Any:
    named = select(User.id, User.name.label("title"), User.username, literal("").label("nothing"))
    staff = named.where(User.kind == UserKind.STAFF)
    return staff.join(some, some.c.row_id == User.id).order_by(alphabetical(User.name), User.id)


def _processes(some: Any) -> Any:
    named = select(
        Process.id, cast(Process.name, JSON).label("title"), cast(Process.state, String), literal("").label("nothing")
    )
    return named.join(some, some.c.row_id == Process.id).order_by(Process.id.desc())


BY_WORDS = {
    "accounts": Kind(
        Account,
        N_("Accounts"),
        "building",
        "accounts.view",
        "accounts.show",
        "accounts.index",
        _accounts,
        lambda name, number, person: (name, f"{number} · {person}" if person else number),
    ),
    "users": Kind(
        User,
        N_("Users"),
        "users",
        "users.view",
        "users.show",
        "users.index",
        _users,
        lambda name, username, _: (name, username),
    ),
    "processes": Kind(
        Process,
        N_("Processes"),
        "progress",
        "processes.view",
        "processes.show",
        "processes.index",
        _processes,
        lambda name, state, _: (told(name), told(PROCESS_STATES[ProcessState(state)][1])),
    ),
}


# ------------------------------------------------------------------------------------------------- as their lists do


def _catalogue(text: str) -> Iterator[Group]:
    """Products in the range, by what the reader's house buys; types and categories that he may use."""
    if not g.person.may("catalogue.view"):
        return
    choices = catalogue.choices()
    source = source_of(choices.markets if here.is_root else [], "")
    question = catalogue.question_of(_asked(text, catalogue.PRODUCT_SORTS, "name"))
    offers = prices.bought(replace(question, size=SHOWN), source)
    items = [Hit(offer.name, offer.code, url("catalogue.product", key=offer.key)) for offer in offers]
    yield Group(N_("Products"), "package", items, offers.total, more=False, at=url("catalogue.products", q=text))
    tree = url("catalogue.categories")
    yield _titled(N_("Categories"), "sitemap", text, choices.categories, tree, lambda key: f"{tree}#{key}")
    if here.opens(OWN):
        all_types = url("catalogue.product_types", q=text)
        leads = partial(url, "catalogue.product_type")
        yield _titled(N_("Product Types"), "apps", text, choices.types, all_types, lambda key: leads(key=key))


def _titled(
    title: str, icon: str, text: str, pairs: Sequence[tuple[str, str]], at: str, leads: Callable[[str], str]
) -> Group:
    """Those of a few rows whose title has every word that is looked for."""
    terms = terms_of(text)
    found = [
        (key, name)
        for key, name in pairs
        if all(any(word.startswith(term) for word in words_of(name)) for term in terms)
    ]
    return Group(title, icon, [Hit(name, "", leads(key)) for key, name in found[:SHOWN]], len(found), more=False, at=at)


def _tenants(text: str) -> Iterator[Group]:
    if not (g.person.may("tenants.view") and here.opens(FEATURE)):
        return
    page = resellers.resellers(_asked(text, resellers.SORTS, "name"))
    items = [
        Hit(row.organization.name, row.tenant.spelled, url("tenants.show", client_id=row.tenant.spelled))
        for row in page.items[:SHOWN]
        if row.tenant.client_id
    ]
    yield Group(
        N_("Tenant Resellers"), "building-store", items, page.total, more=False, at=url("tenants.index", q=text)
    )


def _asked(text: str, sorts: Any, default: str) -> Listing:
    return listing(MultiDict({"q": text}), sorts=sorts, default=default)
