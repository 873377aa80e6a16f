"""What every creation begins with: a small range, a list in force, a reseller's account with a contact and a logo."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from portal.accounts import actions as accounts
from portal.accounts.models import Account, Kind
from portal.catalogue.actions import import_sheet, make_list, publish
from portal.catalogue.actions.lists import Draft
from portal.catalogue.models import PriceList, Rule
from portal.core.clock import today
from portal.core.db import db, get
from portal.onboarding import actions
from portal.onboarding.actions import Administrator, Terms
from portal.onboarding.models import Mood, Weather
from portal.processes.models import Process
from portal.tenants.models import Organization, Tenant
from tests.accounts.conftest import TERMS
from tests.browsing import Browser
from tests.workers import InProcessWorker
from tests.world import House, World

SHEET = Path(__file__).parent.parent / "data" / "price-sheet-2026-11-us-usd.csv"
LINES = 12


@pytest.fixture
def worker(app) -> InProcessWorker:
    return InProcessWorker(app)


@pytest.fixture
def strand(world: World) -> House:
    return world.strand


@pytest.fixture
def priced(built: Any, meridian: House) -> str:
    """A list of the distributor's in force, with a few products; its key."""
    built("priced", lambda: _price(meridian))
    with meridian.office():
        return db.session.scalars(select(PriceList).where(PriceList.name == "US Retail")).one().key


def _price(house: House) -> None:
    with SHEET.open("rb") as file:
        few = BytesIO(b"".join(islice(file, LINES)))
    with house.office():
        import_sheet("few.csv", few)
        list_in_force("US Retail")


def list_in_force(name: str, currency: str = "USD", market: str | None = "US") -> PriceList:
    draft = Draft(valid_from=today(), valid_until=None, rule=Rule.RECOMMENDED, percent=Decimal(10), market=market)
    row = make_list(name=name, currency=currency, draft=draft)
    db.session.flush()
    publish(row)
    return row


@dataclass
class Candidate:
    """A reseller's account about to get a tenant."""

    house: House
    key: str

    def account(self) -> Account:
        return get(Account, self.key)

    def tenant(self) -> Tenant:
        with self.house.office():
            return db.session.get_one(Tenant, self.account().reseller_tenant_id)


@pytest.fixture
def halcyon(meridian: House, priced: str) -> Candidate:
    with meridian.office():
        account = accounts.open_account(
            **{**TERMS, "name": "Larkspur Cloud", "kind": Kind.RESELLER, "email": "office@larkspur.example"}
        )
        accounts.add_contact(account, name="Nora Whitfield", role="Owner", email="nora@larkspur.example", phone=None)
        return Candidate(meridian, account.key)


@pytest.fixture
def keller(meridian: House, priced: str) -> Browser:  # signs in, so what is built once comes first
    return Browser(meridian.client("administrator"))


def terms_for(priced: str, **changed: Any) -> Terms:
    """Usual terms.  Acts for the maker."""
    usual: dict[str, Any] = {
        "price_list": get(PriceList, priced),
        "currency": "USD",
        "country": "US",
        "language": "en",
        "time_zone": "America/Chicago",
        "date_format": "d MMM y",
        "edition": "basic",
        "separate_invoices": False,
        "storefront": "larkspur-cloud",
        "administrator": Administrator("Nora Whitfield", "nora@larkspur.example", "nora.whitfield"),
    }
    return Terms(**{**usual, **changed})


@pytest.fixture
def begun(halcyon: Candidate, priced: str) -> Callable[..., str]:
    """Begin the creation as the distributor; the process's key."""

    def begin(**changed: Any) -> str:
        with halcyon.house.office():
            return actions.begin(halcyon.account(), terms_for(priced, **changed)).key

    return begin


@pytest.fixture
def trouble(meridian: House) -> Callable[[str, Mood], None]:
    """Tell the pretend world how to behave at a task."""

    def tell(task: str, mood: Mood) -> None:
        with meridian.office():
            db.session.add(Weather(task=task, mood=mood))

    return tell


@pytest.fixture
def fair(meridian: House) -> Callable[[], None]:
    """No more trouble."""

    def clear() -> None:
        with meridian.office():
            for weather in db.session.scalars(select(Weather)):
                db.session.delete(weather)

    return clear


def process_of(house: House, key: str) -> Process:
    """The process with its tasks, to look at."""
    with house.office():
        process = get(Process, key)
        assert process.tasks
        return process


def organization_below(house: House, tenant: Tenant) -> Organization | None:
    with house.office():
        return db.session.scalar(select(Organization).where(Organization.tenant_id == tenant.id))


def picture(colour: str = "#00626b", size: int = 96) -> BytesIO:
    """A logo somebody might upload."""
    file = BytesIO()
    Image.new("RGB", (size, size), colour).save(file, "PNG")
    file.seek(0)
    return file
