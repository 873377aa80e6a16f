"""A furnished house with as many rows as one wants in each of its lists, and inside the rows that have lists of their own."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from portal import audit
from portal.accounts.models import Account, Address, Contact, Kind
from portal.catalogue.models import PriceList, PriceListVersion, PriceSheet, Product, SheetState
from portal.core.clock import now
from portal.core.db import db, get
from portal.core.keys import new_id
from portal.core.scope import acting
from portal.core.words import say
from portal.lists.models import SavedView
from portal.notifications.models import Envelope, Notice
from portal.onboarding.steps import ONBOARDING
from portal.processes.models import Process, Task
from portal.processes.models import State as ProcessState
from portal.storefront.models import Enquiry
from portal.storefront.models import Kind as AskedFor
from portal.support.models import State as SupportState
from portal.support.models import SupportEntry
from portal.tenants import actions as tenants
from portal.tenants.models import Tenant
from portal.users.models import SignIn, State, User
from portal.users.roles import Role
from tests.house.furniture import Rows, furnish
from tests.world import House

WORDS = {"currency": "USD", "country": "US", "language": "en", "time_zone": "UTC"}


def fill(house: House, count: int) -> Rows:
    """Fresh furniture with so many rows inside it, and at least so many beside it."""
    rows = furnish(house)
    with house.office():
        there = db.session.scalar(select(func.count(Account.id)).where(Account.number.startswith("L-"))) or 0
        keller = db.session.scalars(select(User).where(User.username == house.people["administrator"])).one()
        for number in range(there, count):
            _beside(house, f"{number:04}")
        for number in range(count):
            _inside(get(Account, rows["account"]), f"{number:04}")
            _of(keller, f"{number:04}")
        below = db.session.scalars(
            select(Tenant).where(Tenant.parent_id == house.tenant_id).order_by(Tenant.id)
        ).first()
        for number in range(count if below else 0):
            _about(house, below, f"{number:04}")
    for number in range(there, count):
        _tenant(house, f"{house.word}-{number}")
    return rows


def _beside(house: House, mark: str) -> None:
    """One more in every list of the menu, and the line of the log that tells of it."""
    account = Account(number=f"L-{mark}", name=f"Listed {mark}", kind=Kind.RESELLER, **WORDS)
    product = Product(code=f"L-{house.word}-{mark}", slug=f"l-{house.word}-{mark}", name=f"Listed {mark}")
    sheet = PriceSheet(name=f"{mark}.csv", sha="0" * 64, size=1, state=SheetState.READY)
    prices = PriceList(name=f"Listed {mark}", currency="USD")
    person = User(
        username=f"l{mark}", name=f"Listed {mark}", email=f"l{mark}@b.example", role=Role.SUPPORT, state=State.ACTIVE
    )
    enquiry = Enquiry(kind=AskedFor.CONTACT, name=f"Listed {mark}", email="v@b.example", message=mark, language="en")
    letter = Envelope(process=_process(house.tenant_id, mark), kind="welcome", address="l@b.example", subject=mark)
    listed = [account, product, sheet, prices, person, enquiry, letter]
    db.session.add_all([*listed, PriceListVersion(price_list=prices, market="US")])
    db.session.flush()
    for row in listed:
        audit.record(f"{row.__tablename__}.made", row)


def _inside(account: Account, mark: str) -> None:
    contact = Contact(account=account, name=f"Listed {mark}", email=f"c{mark}@b.example")
    address = Address(account=account, street=f"{mark} Quay", city="Porto", country="PT")
    db.session.add_all([contact, address])
    db.session.flush()
    audit.record("contact.added", contact, whole=account)


def _of(person: User, mark: str) -> None:
    """What one's own pages list."""
    moment = now() - timedelta(minutes=1)
    browser = {"door": "office", "host": "elsewhere.example", "source": "127.0.0.1", "agent": mark}
    db.session.add(SignIn(token_hash=new_id().bytes * 2, user_id=person.id, created_at=moment, **browser))
    db.session.add(SavedView(user_id=person.id, place="accounts.index", name=str(new_id()), query="?kind=reseller"))
    line = say("Listed %(mark)s", mark=mark).stored()
    db.session.add(Notice(user_id=person.id, kind="enquiry", line=line, place="/enquiries"))


def _about(house: House, below: Tenant, mark: str) -> None:
    """What the page of a tenant below lists."""
    db.session.add(_process(below.id, mark))
    asked = {"person_id": new_id(), "person_name": f"Listed {mark}", "provider": house.name, "reason": "It is stuck"}
    times = {"minutes": 15, "until": now() - timedelta(hours=1)}
    ends = {"tenant_id": below.id, "parent_id": house.tenant_id, "state": SupportState.ENDED}
    db.session.add(SupportEntry(**ends, **asked, **times))


def _process(subject_id: int, mark: str) -> Process:
    name = say("Listed %(mark)s", mark=mark).stored()
    process = Process(plan_name=ONBOARDING.name, about=f"listed {new_id()}", name=name, subject_id=subject_id)
    process.state = ProcessState.DONE
    process.tasks = [
        Task(process_id=process.id, name=step.name, position=at) for at, step in enumerate(ONBOARDING.steps)
    ]
    db.session.add(process)
    return process


def _tenant(house: House, name: str) -> None:
    with house.app.app_context():
        tenant = tenants.reserve(house.scope, edition=tenants.BASIC, name=name)
        tenants.reserve_client_id(tenant)
        tenants.activate(tenant)
        below = tenant.scope
        db.session.commit()
    with house.app.app_context(), acting(below):
        tenants.open_organization(name=name, date_format="d MMM y", **WORDS)
        db.session.commit()
