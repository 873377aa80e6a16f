"""Questions about tenant resellers: what blocks one, what would surprise, and which there are."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, or_, select

from portal.accounts import queries as accounts
from portal.accounts.models import Account
from portal.audit.actions import facts
from portal.catalogue import queries as catalogue
from portal.catalogue.models import PriceList
from portal.core.clock import today
from portal.core.db import Page, db, page
from portal.core.errors import Invalid
from portal.core.listing import Listing
from portal.core.scope import acting_scope
from portal.core.words import N_, Line, say
from portal.onboarding.models import Weather
from portal.processes.models import OVER, Process
from portal.tenants import hosts
from portal.tenants import queries as places
from portal.tenants.models import SHOWN, Door, Edition, Host, Organization, State, Tenant
from portal.users.actions import check_username

if TYPE_CHECKING:
    from portal.onboarding.actions import Changes, Terms

SOON = timedelta(days=60)
Objection = tuple[str, Line]
SORTS: dict[str, Any] = {
    "name": func.lower(Organization.name),
    "edition": Edition.position,
    "state": Tenant.state,
    "created": Organization.created_at,
}
STATES = {str(state): SHOWN[state][1] for state in (State.ACTIVE, State.IN_PROGRESS, State.SUSPENDED, State.CLOSED)}
"""What the filter offers, in the order people ask for it."""


# ---------------------------------------------------------------------------------------------------- before the start


def usable_lists(currency: str) -> list[PriceList]:
    """Lists in force today; those in this currency first, then by name."""
    return sorted(catalogue.usable_lists(), key=lambda row: row.currency != currency)


def blocking(account: Account, terms: Terms) -> Iterator[Objection]:
    """What must be put right first: (field, what to do)."""
    yield from (("account", line) for line in accounts.obstacles(account))
    if line := _unusable(terms.price_list):
        yield "price_list", line
    elif terms.price_list.currency != terms.currency:
        yield "currency", _wrong_currency(terms.price_list, terms.currency)
    yield from _raised(lambda: check_username(terms.administrator.username))
    yield from _raised(lambda: hosts.check(terms.storefront))
    if not hosts.is_free(terms.storefront):
        yield "storefront_address", hosts.taken(terms.storefront)


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


def _wrong_currency(price_list: PriceList, currency: str) -> Line:
    text = N_("Choose %(right)s: %(list)s has no prices in %(wrong)s.")
    return say(text, right=price_list.currency, list=price_list.name, wrong=currency)


def _raised(check: Callable[[], object]) -> Iterator[Objection]:
    try:
        check()
    except Invalid as invalid:
        yield invalid.field or "", invalid.line


@dataclass(frozen=True, slots=True)
class Surprise:
    """A fact that stops nothing, what comes of it, and where it is mended."""

    fact: Line
    consequence: Line
    endpoint: str = ""
    key: str = ""


def surprises(account: Account, terms: Terms) -> Iterator[Surprise]:
    """What one should know before it happens, each by name."""
    yield from _surprises_of_range(terms)
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


def _surprises_of_range(terms: Terms) -> Iterator[Surprise]:
    price_list = terms.price_list
    version, known = price_list.published, catalogue.range_facts(price_list)
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


# ------------------------------------------------------------------------------------------------- those that there are


@dataclass(frozen=True, slots=True)
class Reseller:
    """One line of the list."""

    organization: Organization
    tenant: Tenant
    edition: Edition
    storefront: str
    process: Process | None


def resellers(listing: Listing) -> Page[Reseller]:
    """One page of the tenants one step below, each with its storefront and the process that still makes it."""
    making = (Process.subject_id == Tenant.id) & (Tenant.state == State.IN_PROGRESS) & Process.state.not_in(OVER)
    question = places.children().add_columns(_storefront(), Process).outerjoin(Process, making)
    chosen = listing.filters
    if state := chosen.get("state"):
        question = question.where(Tenant.state == State(state))
    if edition := chosen.get("edition"):
        question = question.where(Tenant.edition_code == edition)
    if listing.search:
        code = listing.pattern.replace("-", "").upper()
        question = question.where(
            or_(
                Organization.name.ilike(listing.pattern, escape="\\"),
                Tenant.client_id.like(code, escape="\\"),
                _storefront().ilike(listing.pattern, escape="\\"),
            )
        )
    found = page(listing.ordered(question, Organization.id), number=listing.number, rows=True)
    return Page([Reseller(*row) for row in found.items], found.total, found.number, found.size)


def counts() -> Mapping[str, int]:
    """How many there are in each state, in one statement."""
    below = places.children().with_only_columns(Tenant.state, func.count()).group_by(Tenant.state)
    found = {str(state): count for state, count in db.session.execute(below)}
    return {"all": sum(found.values()), **{state: found.get(state, 0) for state in STATES}}


def _storefront() -> Any:
    """The host the shop answers under now."""
    current = (Host.tenant_id == Tenant.id) & (Host.door == Door.SHOP) & Host.leads_to.is_(None)
    return select(func.min(Host.name)).where(current).correlate(Tenant).scalar_subquery().label("storefront")


# ----------------------------------------------------------------------------------------------------- changing one


def said(organization: Organization, tenant: Tenant) -> dict[str, Any]:
    """The tenant's record as the trail tells it."""
    told = facts(organization)
    for name in ("parent_id", "account_id", "price_list_id", "numbering", "suspended_because"):
        told.pop(name, None)
    edition = db.session.get_one(Edition, tenant.edition_code).name
    return told | {"edition": edition, "storefront_address": hosts.name_of(tenant.id)}


def forbidding(organization: Organization, tenant: Tenant, wanted: Changes) -> Iterator[Objection]:
    """Why the record may not become like this: (field, what to do)."""
    if wanted.price_list.id != organization.price_list_id:
        if line := _unusable(wanted.price_list):
            yield "price_list", line
        elif wanted.price_list.currency != organization.currency:
            yield "price_list", _wrong_list(wanted.price_list, organization.currency)
    if wanted.edition != tenant.edition_code:
        yield from _in_use(tenant, wanted.edition)
    if wanted.storefront != hosts.name_of(tenant.id):
        yield from _raised(lambda: hosts.check(wanted.storefront))
        if not hosts.is_free(wanted.storefront, to=tenant.id):
            yield "storefront_address", hosts.taken(wanted.storefront)


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


def _features(code: str) -> list[str]:
    return db.session.get_one(Edition, code).features


def lists_for(organization: Organization) -> list[PriceList]:
    """The lists a tenant may be given: usable ones, and the one it has."""
    found = usable_lists(organization.currency)
    if organization.price_list_id and all(row.id != organization.price_list_id for row in found):
        current = db.session.scalar(select(PriceList).where(PriceList.id == organization.price_list_id))
        return [*found, current] if current else found
    return found


def all_editions() -> Sequence[Edition]:
    return db.session.scalars(select(Edition).order_by(Edition.position)).all()


def list_of(organization: Organization) -> PriceList | None:
    """The list of ours that the tenant buys by."""
    return db.session.scalar(select(PriceList).where(PriceList.id == organization.price_list_id))


def account_of(organization: Organization) -> Account | None:
    """The account it was made of."""
    return db.session.scalar(select(Account).where(Account.id == organization.account_id))


def weather() -> Sequence[Weather]:
    """What the pretend world was told, by us."""
    return db.session.scalars(select(Weather).where(Weather.tenant_id == acting_scope().tenant_id)).all()
