"""Loads the demo, step by step, each only where it is missing: loading twice adds nothing twice.

Its processes are the real ones, carried out here by the same function the workers call.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path

from sqlalchemy import func, select

from portal import catalogue
from portal.accounts import actions as accounts
from portal.accounts.models import Account, Kind
from portal.audit.actor import Actor, acting_as
from portal.branding.actions import dress
from portal.branding.designing import Wish
from portal.catalogue.actions import lists as price_lists
from portal.catalogue.actions.rates import import_rates
from portal.catalogue.actions.sheets import import_sheet
from portal.catalogue.models import ExchangeRate, PriceList, PriceSheet, Rule
from portal.core.clock import today
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.scope import Scope, acting
from portal.core.themes import PLAIN
from portal.onboarding import actions as onboarding
from portal.onboarding.models import Mood, Weather
from portal.onboarding.names import storefront_for, username_for
from portal.overview.demo import goods
from portal.overview.demo.domains import add_domains
from portal.overview.demo.people import BILLED_TO, FIRMS, FJORDLINE, HALCYON, LUMEN, NORDLICHT, PLACES, STAFF, Firm
from portal.processes.runner import Hands, carry_on
from portal.storefront import actions as storefront
from portal.storefront import queries as storefronts
from portal.storefront.models import Visibility
from portal.tenants import actions as tenants
from portal.tenants.models import Organization
from portal.tenants.queries import organization, root_scope, scope_of
from portal.users.actions import invite
from portal.users.models import User
from portal.users.roles import Role

SAMPLES = Path(catalogue.__file__).parent / "samples"
SHEETS = ("price-sheet-2026-11-us-usd.csv", "price-sheet-2026-11-de-eur.csv")
RATES = "exchange-rates-2026-11.xml"
# name, currency, market, rule, per cent
LISTS = (
    ("US Retail", "USD", "US", Rule.COST, Decimal(8)),
    ("DE Handel", "EUR", "DE", Rule.COST, Decimal(10)),
    ("Nordics", "EUR", "DE", Rule.RECOMMENDED, Decimal(12)),
)
LIST_OF = {"USD": "US Retail", "EUR": "DE Handel"}
DISTRIBUTOR_COLOUR = "#2f55c4"
COLOURS = {HALCYON.name: ("#00626b", "#c2410c"), NORDLICHT.name: ("#352c8f", "#0f766e")}
THEMES = {NORDLICHT.name: "market"}
EARLIEST = date(2026, 11, 1)
SYLLABLES = ("Ash", "Birch", "Clear", "Dawn", "East", "Fern", "Glen", "High", "Iris", "Lark")
TRADES = ("Cloud", "Systems", "Networks", "Computing", "Digital", "IT")


def load(*, tenants: int = 2) -> None:
    """Load the demo below the founded distributor, with this many living tenants.  Raises NotFound without one."""
    root = root_scope()
    if root is None:
        raise NotFound
    db.session.rollback()  # what was read above must not stay open meanwhile
    with acting_as(Actor(kind="system", name="Demo")):
        for fill in (_furnish, _import_sheets, _import_rates, goods.furnish_distributor, _price, _open_accounts):
            with _kept(root):
                fill()
        for firm in itertools.islice(_living(), tenants):
            _bring_to_life(root, firm)
        _leave_two_unfinished(root)


@contextmanager
def _kept(scope: Scope) -> Iterator[None]:
    """Act for a tenant and keep what was done: the demo's work is a command's, not a request's."""
    with acting(scope):
        yield
        db.session.commit()


def _furnish() -> None:
    dress(Wish(organization().name, DISTRIBUTOR_COLOUR))
    _open_shop("sales@meridian.example")
    there = set(db.session.scalars(select(User.username)))
    for name, username, role in STAFF:
        if username not in there:
            email = f"{username}@meridian.example"
            invite(name=name, email=email, username=username, role=Role(role))


def _import_sheets() -> None:
    there = set(db.session.scalars(select(PriceSheet.name)))
    for name in SHEETS:
        if name not in there:
            with (SAMPLES / name).open("rb") as stream:
                import_sheet(name, stream)


def _import_rates() -> None:
    if db.session.scalar(select(ExchangeRate.id).limit(1)) is None:
        import_rates((SAMPLES / RATES).read_bytes())


def _price() -> None:
    there = set(db.session.scalars(select(PriceList.name)))
    for name, currency, market, rule, percent in LISTS:
        if name not in there:
            valid_from = min(EARLIEST, today())
            draft = price_lists.Draft(valid_from=valid_from, market=market, rule=rule, percent=percent)
            made = price_lists.make_list(name=name, currency=currency, draft=draft)
            db.session.flush()
            price_lists.publish(made)


def _open_accounts() -> None:
    if db.session.scalar(select(func.count(Account.id))):
        return
    by_name: dict[str, Account] = {}
    for firm in FIRMS:
        by_name[firm.name] = _open_account(firm, bill_to=by_name.get(BILLED_TO.get(firm.name, "")))


def _open_account(firm: Firm, *, bill_to: Account | None = None) -> Account:
    currency, language, zone = PLACES[firm.country]
    listed = db.session.scalar(select(PriceList).where(PriceList.name == LIST_OF[currency]))
    account = accounts.open_account(
        name=firm.name,
        kind=Kind(firm.kind),
        enabled_for_ordering=True,
        bill_to=bill_to,
        price_list=listed,
        currency=currency,
        credit_limit=Decimal(25000) if firm.kind == "reseller" else Decimal(5000),
        payment_terms=30,
        country=firm.country,
        language=language,
        time_zone=zone,
        vat_number=None,
        email=f"office@{firm.domain}",
    )
    db.session.flush()
    accounts.add_contact(account, name=firm.contact, role=firm.role, email=firm.email, phone=None)
    return account


def _living() -> Iterator[Firm]:
    """Halcyon Works, Nordlicht IT, then as many invented resellers as are wanted."""
    yield HALCYON
    yield NORDLICHT
    for number, (first, second, trade) in enumerate(itertools.product(SYLLABLES, SYLLABLES, TRADES)):
        word = f"{first}{second.lower()}" if first != second else f"{first}mere"
        country = ("US", "DE")[number % 2]
        yield Firm(f"{word} {trade}", "reseller", country, f"Robin {word}", "Owner", "Springfield")


def _bring_to_life(root: Scope, firm: Firm) -> None:
    with _kept(root):
        if _tenant_named(firm.name) is not None:
            return
        _begin(firm, edition=tenants.PREMIUM if firm is NORDLICHT else tenants.BASIC)
    _carry_out_all()
    with _kept(root):
        born = _tenant_named(firm.name)
        scope = scope_of(born) if born else None
    if scope is not None:
        with _kept(scope):
            _settle_in(firm)


def _begin(firm: Firm, *, edition: str) -> None:
    """What Save does on the form, for the firm's account."""
    account = db.session.scalar(select(Account).where(Account.name == firm.name)) or _open_account(firm)
    currency, language, zone = PLACES[firm.country]
    listed = account.price_list
    if listed is None:
        raise NotFound
    terms = onboarding.Terms(
        price_list=listed,
        currency=currency,
        country=firm.country,
        language=language,
        time_zone=zone,
        date_format={"US": "MM/dd/y", "DE": "dd.MM.y"}.get(firm.country, "d MMM y"),
        edition=edition,
        separate_invoices=edition == tenants.PREMIUM,
        storefront=storefront_for(firm.name),
        administrator=onboarding.Administrator(firm.contact, firm.email, username_for(firm.contact, firm.email)),
    )
    onboarding.begin(account, terms)


def _tenant_named(name: str) -> int | None:
    return db.session.scalar(
        select(Account.reseller_tenant_id)
        .join(Organization, Organization.tenant_id == Account.reseller_tenant_id)
        .where(Account.name == name)
    )


def _settle_in(firm: Firm) -> None:
    """The tenant's own first day: its colours, and two customers."""
    brand, accent = COLOURS.get(firm.name, (None, None))
    if brand:
        dress(Wish(firm.name, brand, accent, THEMES.get(firm.name, PLAIN)))
        _open_shop(f"hello@{firm.domain}")
    if firm is NORDLICHT:
        goods.furnish_reseller()
        add_domains(firm.domain)
    currency, language, zone = PLACES[firm.country]
    for name in ("Merganser Insurance", "Tidewater Clinics"):
        accounts.open_account(
            name=name,
            kind=Kind.CUSTOMER,
            enabled_for_ordering=True,
            bill_to=None,
            price_list=None,
            currency=currency,
            credit_limit=None,
            payment_terms=14,
            country=firm.country,
            language=language,
            time_zone=zone,
            vat_number=None,
            email=None,
        )


def _open_shop(email: str) -> None:
    """Let visitors in, and say where questions go."""
    mine = storefronts.storefront()
    storefront.describe(mine, email=email, phone="", hours="", networks={})
    storefront.admit(mine, Visibility.OPEN)


def _leave_two_unfinished(root: Scope) -> None:
    """One process that failed and waits for somebody, one that is still running when the demo opens."""
    with _kept(root):
        if db.session.scalar(select(func.count(Weather.id))):
            return
        db.session.add(Weather(task="open_storefront", mood=Mood.REJECTING, storefront="lumen"))
        db.session.add(Weather(task="check", mood=Mood.SLOW, storefront="fjordline"))
        _begin(LUMEN, edition=tenants.BASIC)
    _carry_out_all()
    with _kept(root):
        _begin(FJORDLINE, edition=tenants.BASIC)


def _carry_out_all() -> None:
    hands = Hands(worker="demo")
    while carry_on(hands):
        pass
