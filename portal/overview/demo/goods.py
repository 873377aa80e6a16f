"""What the demo sells besides the sheets: services of the distributor's own, and what a reseller says in his own words."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select

from portal.catalogue import actions, prices
from portal.catalogue.models import (
    Answer,
    Billing,
    Category,
    Characteristic,
    Product,
    ProductKind,
    ProductType,
    Relation,
    Segment,
    Term,
)
from portal.core.clock import today
from portal.core.db import db
from portal.core.money import Money
from portal.tenants.queries import organization

BACKUP = (
    Characteristic("space", "Storage", Answer.NUMBER, unit="GB", required=True),
    Characteristic("site", "Data centre", Answer.CHOICE, choices=("Chicago", "Frankfurt")),
    Characteristic("sealed", "Encrypted", Answer.YES_NO),
)
CARE = (Characteristic("answered", "Answered within", Answer.TEXT, required=True),)
# code, name, GB, cost, recommended
BACKUPS = (
    ("MB-100", "Meridian Backup 100", "100", "4.20", "6.90"),
    ("MB-500", "Meridian Backup 500", "500", "11.00", "17.50"),
)
ABOUT = (
    "**Every night**, encrypted before it leaves the device.\n\n- Restored by the user or by you\n- Kept for 90 days\n"
)
CURRENCIES = ("USD", "EUR")


def furnish_distributor() -> None:
    """Types with characteristics, two backups of which one is the upgrade of the other, and an add-on."""
    if db.session.scalar(select(ProductType.id).limit(1)) is not None:
        return
    kind = actions.add_type(name="Backup", vendor="Meridian", glyph="database", asks=BACKUP)
    actions.add_type(name="Care plan", glyph="users", asks=CARE)
    storage = db.session.scalar(select(Category).where(Category.code == "storage"))
    shared = {"vendor": "Meridian", "unit": "device", "type": kind, "category": storage}
    made = []
    for code, name, space, cost, recommended in BACKUPS:
        answers = {"space": space, "site": "Chicago", "sealed": "yes"}
        words = {"code": code, "name": name, "summary": f"{space} GB for each device.", "description": ABOUT}
        made.append(actions.add_product(**words, **shared, characteristics=answers))
        _sell(made[-1], cost, recommended)
    answers = {"space": "0", "sealed": "yes"}
    words = {"code": "MB-LONG", "name": "Long retention", "summary": "Keeps backups for ten years."}
    longer = actions.add_product(**words, **shared, characteristics=answers, kind=ProductKind.ADD_ON)
    _sell(longer, "1.10", "1.90")
    small, large = made
    actions.link(small, large, relation=Relation.UPGRADES_TO, partial=True)
    for backup in made:
        actions.link(longer, backup, relation=Relation.ADD_ON_OF)


def furnish_reseller() -> None:
    """A service of his own, and one inherited product in his own words."""
    if db.session.scalar(select(Product.id).where(Product.by_hand.is_(True), Product.code == "NIT-CARE")) is not None:
        return
    words = {"code": "NIT-CARE", "name": "Nordlicht Sorglos", "vendor": "Nordlicht IT", "unit": "user"}
    care = actions.add_product(**words, summary="Ein Ansprechpartner für alles, werktags 8 bis 18 Uhr.")
    _sell(care, "9.00", "14.00")
    question = prices.Question(on=today(), search="Business", size=2)
    found = [offer.id for offer in prices.bought(question, organization().price_list_id)]
    reworded = db.session.scalars(select(Product).where(Product.id.in_(found)).order_by(Product.name)).all()
    for product in reworded[:1]:
        said = {"name": f"{product.name} mit Einrichtung", "summary": "Wir richten es ein und erklären es."}
        actions.reword(product, version=0, **said)
        actions.link(care, product, relation=Relation.RELATED)
    for product in reworded[1:]:
        actions.hide(product)


def _sell(product: Product, cost: str, recommended: str) -> None:
    """By the year, paid monthly, at the same figures in both currencies."""
    db.session.flush()
    plan = actions.add_plan(product, term=Term.YEAR, billing=Billing.MONTHLY, segment=Segment.COMMERCIAL)
    db.session.flush()
    for currency in CURRENCIES:
        amounts = (Money(Decimal(cost), currency), Money(Decimal(recommended), currency))
        actions.price_plan(plan, cost=amounts[0], recommended=amounts[1], valid_from=today())
    actions.activate(product)
