"""What must be right before a tenant reseller is made or changed, and what one should know before it happens."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from portal.accounts import queries as accounts
from portal.accounts.models import Account
from portal.catalogue import queries as catalogue
from portal.catalogue.models import PriceList
from portal.catalogue.queries import RangeFacts
from portal.core.clock import today
from portal.core.db import db
from portal.core.errors import Invalid, Problem
from portal.core.words import N_, Line, say
from portal.tenants import own_hosts
from portal.tenants.models import Edition, Organization, State, Tenant
from portal.users.actions import check_username

if TYPE_CHECKING:
    from portal.onboarding.actions import Changes, Terms

SOON = timedelta(days=60)
Objection = tuple[str, Line]


@dataclass(frozen=True, slots=True)
class Surprise:
    """A fact that stops nothing, what comes of it, and where it is mended."""

    fact: Line
    consequence: Line
    endpoint: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found when nothing blocks: what the range will be, and what one should know before it happens."""

    range: RangeFacts
    surprises: tuple[Surprise, ...]

    @property
    def mark(self) -> str:
        """Names exactly these facts, so that what was not read is asked again; empty when there are none."""
        facts = "\n".join(one.fact.plain for one in self.surprises)
        return hashlib.sha256(facts.encode()).hexdigest()[:16] if facts else ""


class Surprising(Problem):
    """Nothing blocks, but somebody should read this first."""

    status = 409

    def __init__(self, judgement: Judgement) -> None:
        super().__init__(say(N_("Read what will surprise you, and confirm it.")))
        self.judgement = judgement


def judge(account: Account, terms: Terms) -> Judgement:
    """Whether it can begin, found out once.  Raises Invalid with every field that blocks."""
    refuse(_blocking(account, terms))
    found = catalogue.range_facts(terms.price_list)
    return Judgement(found, (*_surprises_of_range(terms, found), *_surprises_of_account(account, terms)))


def refuse(objections: Iterable[Objection]) -> None:
    """Raise Invalid with all of them, if there are any."""
    problems = [Invalid(line, field=field) for field, line in objections]
    if problems:
        raise Invalid(problems[0].line, field=problems[0].field, besides=problems[1:])


def _blocking(account: Account, terms: Terms) -> Iterator[Objection]:
    """What must be put right first: (field, what to do).  The names are judged when they are taken."""
    yield from (("account", line) for line in accounts.obstacles(account))
    if line := _unusable(terms.price_list):
        yield "price_list", line
    elif terms.price_list.currency != terms.currency:
        yield "currency", accounts.wrong_currency(terms.price_list, terms.currency)
    yield from _raised(lambda: check_username(terms.administrator.username))


def forbidding(organization: Organization, tenant: Tenant, wanted: Changes) -> Iterator[Objection]:
    """Why the record may not become like this: (field, what to do)."""
    if wanted.price_list.id != organization.price_list_id:
        if line := _unusable(wanted.price_list):
            yield "price_list", line
        elif wanted.price_list.currency != organization.currency:
            yield "price_list", _wrong_list(wanted.price_list, organization.currency)
    if wanted.edition != tenant.edition_code:
        yield from _in_use(tenant, wanted.edition)


def _unusable(price_list: PriceList) -> Line | None:
    """Why nobody can be sold to by this list today."""
    version = price_list.published
    if price_list.archived_at or version is None:
        return say(N_("Publish %(list)s first, or choose another: it has no published version."), list=price_list.name)
    if version.valid_from > today():
        return say(N_("Choose another list: %(list)s begins later."), list=price_list.name)
    if not version.is_in_force:
        return say(N_("Choose another list, or publish a new version: %(list)s is out of date."), list=price_list.name)
    return None


def _wrong_list(price_list: PriceList, currency: str) -> Line:
    text = N_("Choose a list in %(right)s: %(list)s is in %(wrong)s.")
    return say(text, right=currency, list=price_list.name, wrong=price_list.currency)


def _in_use(tenant: Tenant, edition: str) -> Iterator[Objection]:
    """Features the tenant would lose while it uses them.  What stands below it is known to the platform."""
    lost = set(_features(tenant.edition_code)) - set(_features(edition))
    below = select(func.count()).select_from(Tenant).where(Tenant.parent_id == tenant.id, Tenant.state != State.CLOSED)
    count = db.session.scalar(below) if "tenant_resellers" in lost else 0
    if count:
        yield (
            "edition",
            say(
                N_("Keep the edition: he has %(count)s tenant reseller of his own."),
                N_("Keep the edition: he has %(count)s tenant resellers of his own."),
                count=count,
            ),
        )
    names = own_hosts.count(tenant.id) if "own_domain" in lost else 0
    if names:
        yield (
            "edition",
            say(
                N_("Keep the edition: he is reached under %(count)s domain of his own."),
                N_("Keep the edition: he is reached under %(count)s domains of his own."),
                count=names,
            ),
        )


def _features(code: str) -> list[str]:
    return db.session.get_one(Edition, code).features


def _raised(check: Callable[[], object]) -> Iterator[Objection]:
    try:
        check()
    except Invalid as invalid:
        yield invalid.field or "", invalid.line


def _surprises_of_range(terms: Terms, known: RangeFacts) -> Iterator[Surprise]:
    price_list = terms.price_list
    version = price_list.published
    if known.priced == 0:
        fact = say(N_("%(list)s is empty"), list=price_list.name)
        yield Surprise(fact, say(N_("The storefront opens without products.")), "catalogue.price_list", price_list.key)
    elif known.unpriced:
        fact = say(
            N_("%(count)s product has no price in %(currency)s"),
            N_("%(count)s products have no price in %(currency)s"),
            count=known.unpriced,
            currency=terms.currency,
        )
        line = say(N_("They stay invisible in the storefront until %(list)s names a price."), list=price_list.name)
        yield Surprise(fact, line, "catalogue.price_list", price_list.key)
    if version and version.valid_until and version.valid_until - today() < SOON:
        fact = say(N_("%(list)s ends on %(day)s"), list=price_list.name, day=version.valid_until.isoformat())
        yield Surprise(fact, say(N_("After that nothing has a price unless a new version is published.")))


def _surprises_of_account(account: Account, terms: Terms) -> Iterator[Surprise]:
    contact = accounts.first_contact(account)
    if contact is None:
        fact = say(N_("The account has no contact"))
        line = say(N_("Letters go to the administrator, %(name)s."), name=terms.administrator.name)
        yield Surprise(fact, line, "accounts.contacts", account.key)
    if not account.email and not (contact and contact.email):
        fact = say(N_("Nobody at the account can be mailed"))
        line = say(
            N_("Only the administrator gets letters: neither the account nor its first contact has an e-mail address.")
        )
        yield Surprise(fact, line, "accounts.edit", account.key)
    if terms.logo is None:
        fact = say(N_("There is no logo"))
        yield Surprise(fact, say(N_("The storefront opens with a monogram and a colour made from the name.")))
