"""A furnished house: a row of everything that has an address, so that every route has something to show."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select, update

from portal.accounts.models import Account, Address, Contact, Kind
from portal.branding.actions import dress
from portal.branding.designing import Wish
from portal.branding.models import Brand, DraftStep
from portal.branding.models import State as BrandState
from portal.branding.queries import draft, published
from portal.catalogue import staging
from portal.catalogue.actions import Draft, import_sheet, make_list, publish, say_broadly, show_in_storefront
from portal.catalogue.models import (
    Billing,
    Breadth,
    Category,
    Plan,
    PriceList,
    PriceSheet,
    Product,
    ProductImport,
    ProductLink,
    ProductPicture,
    ProductType,
    Promotion,
    Relation,
    Rule,
    Segment,
    SheetState,
    Term,
)
from portal.catalogue.prices import Way
from portal.content.models import Kind as SectionKind
from portal.content.models import MenuEntry, Section, SectionPicture
from portal.content.models import Place as MenuPlace
from portal.core.clock import now, today
from portal.core.db import db
from portal.core.keys import new_id, spell
from portal.core.scope import acting
from portal.domains.models import Domain
from portal.lists.models import Deed, SavedView
from portal.notifications.models import Envelope, Notice
from portal.notifications.stopping import way_out
from portal.overview import whats_next
from portal.processes.models import Process, Task
from portal.processes.models import State as ProcessState
from portal.storefront import actions as storefront
from portal.storefront import preview
from portal.storefront import queries as storefronts
from portal.storefront.models import Enquiry, Topic
from portal.storefront.models import Kind as AskedFor
from portal.support import entrance
from portal.support.models import State as SupportState
from portal.support.models import SupportEntry
from portal.tenants import actions as tenants
from portal.tenants import client_ids
from portal.tenants.models import Door, Organization, Tenant
from portal.users import tickets
from portal.users.models import Kind as UserKind
from portal.users.models import Purpose, SignIn, State, User
from portal.users.roles import Role
from tests.house.authorization import NOT_THERE

if TYPE_CHECKING:
    from tests.world import House, World

SHEET = Path(__file__).parent.parent / "data" / "price-sheet-2026-11-us-usd.csv"
LINES = 12
Rows = dict[str, str]  # what it is -> how addresses name it


def furnish_world(world: World) -> None:
    """Brands for all, a range from the distributor down to Fjord, and an open shop in each."""
    for house in world.houses:
        with house.office():
            dress(Wish(house.name))
    with world.meridian.office(), SHEET.open("rb") as file:
        import_sheet("few.csv", BytesIO(b"".join(islice(file, LINES))))
    above = _sell(world.meridian)
    for house in (world.north, world.south, world.strand):
        _buy_by(house, above)
        below = _sell(house)
        if house is world.north:
            _buy_by(world.fjord, below)
    _sell(world.fjord)
    for house in (world.south, world.fjord):
        _found_below(house)


def _found_below(house: House) -> None:
    """One more tenant below, so that every house has one that is nobody else's."""
    with house.app.app_context():
        tenant = tenants.reserve(house.scope, edition=tenants.BASIC, name=f"below-{house.word}")
        tenants.reserve_client_id(tenant)
        tenants.activate(tenant)
        below = tenant.scope
        db.session.commit()
    with house.app.app_context(), acting(below):
        words = {"name": f"Below {house.name}", "country": "US", "currency": "USD", "language": "en"}
        tenants.open_organization(**words, time_zone="UTC", date_format="d MMM y")
        db.session.commit()


def _sell(house: House) -> PriceList:
    """A list in force that the house's shop sells by."""
    market = "US" if house.word == "meridian" else None
    draft = Draft(valid_from=today(), valid_until=None, rule=Rule.RECOMMENDED, market=market)
    with house.office():
        row = make_list(name=f"Sold by {house.name}", currency="USD", draft=draft)
        db.session.flush()
        publish(row)
        show_in_storefront(row)
    return row


def _buy_by(house: House, row: PriceList) -> None:
    with house.office():
        words = {"price_list_id": row.id, "price_list_name": row.name}
        db.session.execute(update(Organization).where(Organization.tenant_id == house.tenant_id).values(**words))


def furnish(house: House, role: str = "administrator") -> Rows:
    """Fresh rows of everything in this house; `role` is who looks at them."""
    mark = spell(new_id())[-12:]
    with house.office():
        account = Account(
            number=f"A-{mark}",
            name=f"{house.name} account {mark}",
            kind=Kind.RESELLER,
            currency="USD",
            country="US",
            language="en",
            time_zone="UTC",
            email="a@b.example",
        )
        contact = Contact(account=account, name=f"{house.name} contact", email="c@b.example")
        address = Address(account=account, street="1 Quay", city="Porto", country="PT")
        product = Product(code=mark, slug=mark, name=f"{house.name} product {mark}", by_hand=True)
        plan = Plan(product_id=product.id, term=Term.YEAR, billing=Billing.MONTHLY, segment=Segment.COMMERCIAL)
        kind, place = ProductType(code=mark, name=f"Type {mark}"), Category(code=mark, name=f"Category {mark}")
        seen = ProductPicture(sha=product.id.hex, extension="webp", width=1, height=1, content=b"RIFF")
        prices = make_list(
            name=f"{house.name} {mark}",
            currency="USD",
            draft=Draft(valid_from=today(), valid_until=None, rule=Rule.RECOMMENDED, market="US"),
        )
        sheet = PriceSheet(name=f"{mark}.csv", sha="0" * 64, size=1, state=SheetState.READY)
        user = User(
            username=mark, name=f"{house.name} person", email=f"{mark}@b.example", role=Role.SUPPORT, state=State.ACTIVE
        )
        process = Process(
            plan_name="letter",
            about=mark,
            name={"text": f"{house.name} process"},
            subject_id=house.tenant_id,
            state=ProcessState.ATTENTION,
        )
        process.tasks.append(Task(process_id=process.id, name="deliver", position=1))
        envelope = Envelope(process_id=process.id, kind="letter", address="e@b.example", subject=f"About {mark}")
        db.session.add_all(
            [envelope, account, contact, address, product, kind, place, seen, prices, sheet, user, process]
        )
        db.session.flush()
        taken = ProductImport(name=f"{mark}-products.csv", sha="0" * 64, state=SheetState.READY)
        db.session.add_all([plan, taken, tied := _related(product)])
        db.session.flush()
        offer = Promotion(version_id=prices.current.id, name=f"{house.name} offer", percent=5, begins=today())
        db.session.add(offer)
        rule = say_broadly(prices.current, Breadth.VENDOR, mark, sells=False, way=Way(Rule.COST))
        db.session.flush()
        ticket = tickets.issue(user, purpose=Purpose.PASSWORD, client_id=house.client_id).rpartition("/")[2]
        invitation = tickets.issue(user, purpose=Purpose.INVITATION, client_id=house.client_id).rpartition("/")[2]
        new_email = tickets.issue(user, purpose=Purpose.EMAIL, client_id=house.client_id, email=f"new-{mark}@b.example")
        sign_in, customers = _sign_in(house, role), _customer(house, account, contact, mark)
        brand, ranged = _brand_with_draft(), _in_the_range()
        return {
            "account": account.key,
            "contact": contact.key,
            "address": address.key,
            "product": product.key,
            "plan": plan.key,
            "product link": tied.key,
            "product import": taken.key,
            "product picture": seen.file,
            "product type": kind.key,
            "category": place.key,
            "price list": prices.key,
            "list rule": rule.key,
            "promotion": offer.key,
            "list version": "1",
            "price sheet": sheet.key,
            "user": user.key,
            "process": process.key,
            "password ticket": ticket,
            "invitation": invitation,
            "e-mail ticket": new_email.rpartition("/")[2],
            "sign-in": sign_in.key,
            **customers,
            "stylesheet": brand.stylesheet_hash,
            "brand's past version": _past_brand(),
            "step of the draft": "1",
            "picture replaced": "mail",
            "picture": next(iter(brand.files.values())),
            "slug": product.slug,
            "product in the range": ranged.key if ranged else product.key,
            "word of a plan": _word_of(ranged) if ranged else f"{plan.term}-{plan.billing}-{plan.segment}",
            "slug in the range": ranged.slug if ranged else product.slug,
            "tenant below": _tenant_below(house),
            "task": "dress_storefront",
            "preview word": preview.word(house.tenant_id, storefronts.storefront().link_number),
            "staging word": staging.word(house.tenant_id, prices.current),
            "lesson": "sign-in",
            "line to settle": "sell_prices",
            "settled line": _settled_line(),
            "domain": _domain(mark),
            **_sections(mark),
            "menu entry": _menu_entry(mark),
            "enquiry": _asked(mark),
            "envelope": envelope.key,
            "notice": _told(house, role, mark),
            "way out of letters": way_out(user.id, "enquiry").rpartition("/")[2],
            "kind of letter": "invitation",
            "page": _written_pages(),
            "page's language": "en",
            "page's version": "1",
            "text's language": "de",
            "saved view": _saved_view(house, role),
            "deed on accounts": _deed(house, role, "accounts.index", "archive"),
            "deed on products": _deed(house, role, "catalogue.products", "archive"),
            "deed on price changes": _deed(house, role, "catalogue.price_changes", "keep"),
            "deed on a price list": _deed(house, role, "catalogue.price_list", "on_request"),
            "deed on users": _deed(house, role, "users.index", "disable"),
            **_support(house),
        }


def _related(product: Product) -> ProductLink:
    """What the product is to another of the house's."""
    other = Product(code=f"{product.code}-2", slug=f"{product.slug}-2", name="Beside it", by_hand=True)
    db.session.add(other)
    db.session.flush()
    ends = {"product_tenant_id": product.tenant_id, "other_tenant_id": other.tenant_id, "other_id": other.id}
    return ProductLink(product_id=product.id, relation=Relation.RELATED, **ends)


def _told(house: House, role: str, mark: str) -> str:
    """What the person was told."""
    person = db.session.scalars(select(User).where(User.username == house.people[role])).one()
    row = Notice(user_id=person.id, kind="enquiry", line={"text": f"About {mark}"}, place="/enquiries")
    db.session.add(row)
    return row.key


def _customer(house: House, account: Account, contact: Contact, mark: str) -> Rows:
    """A customer of the shop, and the links in letters to him."""
    user = User(
        username=f"customer-{mark}",
        name=f"{house.name} customer",
        email=f"customer-{mark}@b.example",
        role=Role.READ_ONLY,
        kind=UserKind.CUSTOMER,
        state=State.ACTIVE,
        account_id=account.id,
        contact_id=contact.id,
    )
    db.session.add(user)
    db.session.flush()
    names = {"invitation": Purpose.INVITATION, "password ticket": Purpose.PASSWORD, "e-mail ticket": Purpose.EMAIL}
    issued = {
        f"customer's {name}": tickets.issue(
            user, purpose=purpose, client_id=house.client_id, email=f"newer-{mark}@b.example"
        )
        for name, purpose in names.items()
    }
    return {name: link.rpartition("/")[2] for name, link in issued.items()}


def _sign_in(house: House, role: str) -> SignIn:
    """Another browser in which the same person is signed in."""
    person = db.session.scalars(select(User).where(User.username == house.people[role])).one()
    moment = now() - timedelta(minutes=1)
    row = SignIn(
        token_hash=new_id().bytes * 2,
        user_id=person.id,
        door="office",
        host="elsewhere.example",
        source="127.0.0.1",
        agent="another",
        created_at=moment,
    )
    db.session.add(row)
    db.session.flush()
    return row


def _brand_with_draft() -> Brand:
    """The brand that is worn; beside it stands a draft to be published or dropped, a picture of which was replaced."""
    worn = published()
    assert worn is not None
    if draft() is None:
        same = {"name": worn.name, "colours": worn.colours, "pictures": worn.pictures, "stylesheet": worn.stylesheet}
        number = db.session.scalar(select(func.max(Brand.number))) or 0
        sent = {**worn.pictures, "mail": {**worn.pictures["icon_180"], "by_hand": True}}
        begun = Brand(number=number + 1, stylesheet_hash=worn.stylesheet_hash, **{**same, "pictures": sent}, step=1)
        db.session.add(DraftStep(brand=begun, number=1, kept=begun.kept))
        db.session.add(Brand(number=number + 2, state=BrandState.PAST, stylesheet_hash=worn.stylesheet_hash, **same))
        db.session.flush()
    return worn


def _past_brand() -> str:
    return str(db.session.scalar(select(Brand.number).where(Brand.state == BrandState.PAST).limit(1)))


def _saved_view(house: House, role: str) -> str:
    """A view of the list of accounts, of the same person's."""
    person = db.session.scalars(select(User).where(User.username == house.people[role])).one()
    view = SavedView(user_id=person.id, place="accounts.index", name=spell(new_id()), query="?kind=reseller")
    db.session.add(view)
    db.session.flush()
    return view.key


def _deed(house: House, role: str, place: str, verb: str) -> str:
    """Something the same person did with rows that are no longer there."""
    person = db.session.scalars(select(User).where(User.username == house.people[role])).one()
    deed = Deed(user_id=person.id, place=place, verb=verb, changed={})
    db.session.add(deed)
    db.session.flush()
    return deed.key


def _settled_line() -> str:
    """A line of the checklist that somebody said is right as it is."""
    whats_next.settle("second_administrator")
    return "second_administrator"


def _sections(mark: str) -> Rows:
    """Two parts of a home page, hidden, so that the theme still lays it out: a text, and a row of logos with one in it."""
    said = {"en": {"title": f"Said {mark}", "text": "Written."}}
    text = Section(kind=SectionKind.TEXT, position=1, hidden=True, words=said)
    sha = text.id.hex
    logo = {"file": f"{sha}.webp", "width": 1, "height": 1, "name": f"Partner {mark}", "target": ""}
    logos = Section(kind=SectionKind.LOGOS, position=2, hidden=True, pictures=[logo])
    db.session.add_all([text, logos, SectionPicture(sha=sha, width=1, height=1, content=b"RIFF")])
    return {"section": text.key, "section of logos": logos.key, "section picture": f"{sha}.webp"}


def _menu_entry(mark: str) -> str:
    """A way through the shop, hidden, so that the usual ones stand in its menu."""
    row = MenuEntry(place=MenuPlace.MENU, position=1, hidden=True, target="products", words={"en": f"All of {mark}"})
    db.session.add(row)
    return row.key


def _domain(mark: str) -> str:
    """A name that waits for its proof."""
    row = Domain(name=f"{mark}.example", door=Door.SHOP)
    db.session.add(row)
    return row.key


def _asked(mark: str) -> str:
    """What a visitor asked."""
    row = Enquiry(kind=AskedFor.CONTACT, name=f"Visitor {mark}", email="v@b.example", message="Why?", language="en")
    db.session.add(row)
    return row.key


def _written_pages() -> Topic:
    """Every page the shop may have."""
    there = storefronts.pages()
    for topic in Topic:
        if (topic, "en") not in there:
            storefront.write_page(
                None, topic=topic, language="en", title=f"{topic}, in words of his own", text="Written."
            )
    return Topic.TERMS


def _tenant_below(house: House) -> str:
    """The Client ID of one tenant below."""
    below = db.session.scalar(select(Tenant.client_id).where(Tenant.parent_id == house.tenant_id).order_by(Tenant.id))
    return client_ids.spelled(below)


def _support(house: House) -> Rows:
    """Somebody of the house asks to enter below; somebody above asks to enter here, and may."""
    below = db.session.scalars(select(Tenant).where(Tenant.parent_id == house.tenant_id).order_by(Tenant.id)).first()
    above = house.scope.above[0] if house.scope.above else None
    into_below = _asked_to_enter(below.id, house.tenant_id) if below else None
    into_here = _asked_to_enter(house.tenant_id, above) if above else None
    db.session.flush()
    return {
        "support entry below": into_below.key if into_below else NOT_THERE,
        "support request": into_here.key if into_here else NOT_THERE,
        "support word": entrance.word(into_here, new_id()) if into_here else "no-such-word",
    }


def _asked_to_enter(tenant_id: int, parent_id: int) -> SupportEntry:
    row = SupportEntry(
        tenant_id=tenant_id,
        parent_id=parent_id,
        person_id=new_id(),
        person_name="Robin Vale",
        provider="Whoever stands above",
        reason="Something is wrong",
        minutes=15,
        state=SupportState.WAITING,
        until=now() + timedelta(hours=1),
    )
    db.session.add(row)
    return row


def _in_the_range() -> Product | None:
    """A product that came with the distributor's sheet: it stands in every range of the world."""
    return db.session.scalars(select(Product).where(Product.code.contains(":")).order_by(Product.code)).first()


def _word_of(product: Product) -> str:
    """A plan of it, as addresses name plans."""
    plan = db.session.scalars(select(Plan).where(Plan.product_id == product.id).order_by(Plan.id).limit(1)).one()
    return f"{plan.term}-{plan.billing}-{plan.segment}"
