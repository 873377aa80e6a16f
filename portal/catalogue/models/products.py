"""What is sold.  A product is one SKU; a plan is the product at one term, billing cycle and segment.

Products, plans and recommended prices are offered to everybody below; what we pay for them is ours alone.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, String, Text, and_, or_
from sqlalchemy.orm import Mapped, mapped_column

from portal.catalogue.models.categories import Category
from portal.catalogue.models.types import ProductType
from portal.core.clock import now, today
from portal.core.db import Model, belongs_to, draws_on, has_many, index, one_of, unique
from portal.core.kinds import Belonging, Offering
from portal.core.lifecycle import Lifecycle
from portal.core.words import N_, Line, say


class Term(StrEnum):
    """How long one is bound."""

    MONTH = "P1M"
    YEAR = "P1Y"
    THREE_YEARS = "P3Y"


class Billing(StrEnum):
    """How often one pays: what a price is the price of."""

    MONTHLY = "monthly"
    ANNUAL = "annual"
    TRIENNIAL = "triennial"
    ONE_TIME = "one_time"


class Segment(StrEnum):
    """Who may buy it."""

    COMMERCIAL = "commercial"
    EDUCATION = "education"
    CHARITY = "charity"
    GOVERNMENT_COMMUNITY_CLOUD = "government_community_cloud"


TERMS = {Term.MONTH: N_("1 month"), Term.YEAR: N_("1 year"), Term.THREE_YEARS: N_("3 years")}
BONDS = {
    Term.MONTH: N_("You are bound for a month at a time."),
    Term.YEAR: N_("You are bound for a year, and the price stays."),
    Term.THREE_YEARS: N_("You are bound for 3 years, and the price stays."),
}
BILLINGS = {
    Billing.MONTHLY: N_("billed monthly"),
    Billing.ANNUAL: N_("billed yearly"),
    Billing.TRIENNIAL: N_("billed every 3 years"),
    Billing.ONE_TIME: N_("billed once"),
}
SEGMENTS = {
    Segment.COMMERCIAL: N_("Commercial"),
    Segment.EDUCATION: N_("Education"),
    Segment.CHARITY: N_("Charity"),
    Segment.GOVERNMENT_COMMUNITY_CLOUD: N_("Government"),
}
PERIODS = {
    Billing.MONTHLY: N_("per month"),
    Billing.ANNUAL: N_("per year"),
    Billing.TRIENNIAL: N_("for 3 years"),
    Billing.ONE_TIME: N_("once"),
}
CYCLE_MONTHS = {Billing.MONTHLY: 1, Billing.ANNUAL: 12, Billing.TRIENNIAL: 36}


UNIT_NAMES = {"user": N_("per user"), "licence": N_("per licence")}
# what a price is the price of; units the vendor invents stand in the last four
UNIT_WORDS = {
    ("user", Billing.MONTHLY): N_("per user and month"),
    ("user", Billing.ANNUAL): N_("per user and year"),
    ("user", Billing.TRIENNIAL): N_("per user for 3 years"),
    ("user", Billing.ONE_TIME): N_("per user, once"),
    ("licence", Billing.MONTHLY): N_("per licence and month"),
    ("licence", Billing.ANNUAL): N_("per licence and year"),
    ("licence", Billing.TRIENNIAL): N_("per licence for 3 years"),
    ("licence", Billing.ONE_TIME): N_("per licence, once"),
    ("", Billing.MONTHLY): N_("per %(unit)s and month"),
    ("", Billing.ANNUAL): N_("per %(unit)s and year"),
    ("", Billing.TRIENNIAL): N_("per %(unit)s for 3 years"),
    ("", Billing.ONE_TIME): N_("per %(unit)s, once"),
}


class ProductKind(StrEnum):
    PRIMARY = "primary"
    ADD_ON = "add_on"


class Charging(StrEnum):
    """What is paid for."""

    ONE_OFF = "one_off"
    SUBSCRIPTION = "subscription"
    PAY_PER_USE = "pay_per_use"


class ProductState(StrEnum):
    """What its owner decided.  What no sheet names any more is discontinued besides (`discontinued_on`)."""

    DRAFT = "draft"
    ACTIVE = "active"
    DISCONTINUED = "discontinued"


LIFECYCLE = Lifecycle(
    {
        ProductState.DRAFT: {ProductState.ACTIVE},
        ProductState.ACTIVE: {ProductState.DRAFT, ProductState.DISCONTINUED},
        ProductState.DISCONTINUED: {ProductState.ACTIVE},
    }
)
KINDS = {ProductKind.PRIMARY: N_("Primary product"), ProductKind.ADD_ON: N_("Add-on")}
CHARGINGS = {
    Charging.SUBSCRIPTION: N_("Subscription"),
    Charging.ONE_OFF: N_("One-off"),
    Charging.PAY_PER_USE: N_("Pay per use"),
}
# state -> (mood, word)
SHOWN = {
    ProductState.DRAFT: ("plain", N_("Draft")),
    ProductState.ACTIVE: ("good", N_("Active")),
    ProductState.DISCONTINUED: ("warn", N_("Discontinued")),
}


def _kind_title(kind: str) -> Line:
    return say(KINDS[ProductKind(kind)])


def _charging_title(charging: str) -> Line:
    return say(CHARGINGS[Charging(charging)])


def _state_title(state: str) -> Line:
    return say(SHOWN[ProductState(state)][1])


class Product(Offering, Model):
    """One SKU.  Never deleted: what is no longer in the sheets is discontinued from a day on.

    What comes from sheets is named by them, again with each; what was made by hand is its maker's to name.
    """

    __table_args__ = (unique("code"), unique("slug"), index("name"))
    __page__ = "catalogue.product"
    __unlogged__: ClassVar[frozenset[str]] = frozenset(
        {
            "slug",
            "type_tenant_id",
            "type_id",
            "category_tenant_id",
            "category_id",
            "by_hand",
            "picture",
            "archived_at",
            "description",
        }
    )
    __words__: ClassVar[dict[str, str]] = {
        "charging": N_("Charged as"),
        "code": N_("Code"),
        "least": N_("Least quantity"),
        "most": N_("Most quantity"),
        "summary": N_("Summary"),
        "unit": N_("Unit of measure"),
        "hidden": N_("Hidden"),
    }
    __readings__: ClassVar[dict[str, Any]] = {
        "kind": _kind_title,
        "charging": _charging_title,
        "state": _state_title,
    }

    code: Mapped[str] = mapped_column(String(64))  # the vendor's: "CFQ7TTC0BCDF:0002"
    slug: Mapped[str] = mapped_column(String(170))  # its name in shop addresses
    name: Mapped[str] = mapped_column(String(200))
    family: Mapped[str] = mapped_column(String(200), default="")  # the vendor's product, of which this is one SKU
    vendor: Mapped[str] = mapped_column(String(120), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    description: Mapped[str] = mapped_column(Text, default="")  # Markdown
    unit: Mapped[str] = mapped_column(String(40), default="licence")
    tags: Mapped[str] = mapped_column(String(200), default="")
    kind: Mapped[ProductKind] = mapped_column(one_of(ProductKind), default=ProductKind.PRIMARY)
    charging: Mapped[Charging] = mapped_column(one_of(Charging), default=Charging.SUBSCRIPTION)
    least: Mapped[int] = mapped_column(default=1)  # units that may be bought at once
    most: Mapped[int | None]
    type_tenant_id: Mapped[int | None] = mapped_column(BigInteger)
    type_id: Mapped[UUID | None]
    type: Mapped[ProductType | None] = draws_on(ondelete="SET NULL")
    category_tenant_id: Mapped[int | None] = mapped_column(BigInteger)
    category_id: Mapped[UUID | None]
    category: Mapped[Category | None] = draws_on(ondelete="SET NULL")
    characteristics: Mapped[dict[str, Any]] = mapped_column(default=dict)  # code of the type's -> answer
    picture: Mapped[str] = mapped_column(String(40), default="")  # the name of a ProductPicture
    state: Mapped[ProductState] = mapped_column(one_of(ProductState), default=ProductState.ACTIVE)
    by_hand: Mapped[bool] = mapped_column(default=False)
    discontinued_on: Mapped[date | None]  # since when no sheet names it
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    plans: Mapped[list[Plan]] = has_many("product")

    @property
    def is_discontinued(self) -> bool:
        """Still renewed, no longer sold."""
        return self.state is ProductState.DISCONTINUED or (
            self.discontinued_on is not None and self.discontinued_on <= today()
        )

    def __str__(self) -> str:
        return self.name

    @property
    def archived(self) -> bool:
        return self.archived_at is not None

    @property
    def mood(self) -> tuple[str, str]:
        if self.archived:
            return ("plain", N_("Archived"))
        return SHOWN[ProductState.DISCONTINUED if self.is_discontinued else self.state]

    @classmethod
    def sellable(cls, on: Any) -> ColumnElement[bool]:
        """Whether it may be sold on a day, as far as its owner is concerned: a condition."""
        ends_later = or_(cls.discontinued_on.is_(None), cls.discontinued_on > on)
        return and_(cls.state == ProductState.ACTIVE, cls.archived_at.is_(None), ends_later)


class Plan(Offering, Model):
    """A product at one term, billing cycle and segment: what is bought."""

    __table_args__ = (unique("product_id", "term", "billing", "segment"),)
    __label__ = "title"
    __readings__: ClassVar[dict[str, Any]] = {
        "term": lambda term: say(TERMS[Term(term)]),
        "billing": lambda billing: say(BILLINGS[Billing(billing)]),
        "segment": lambda segment: say(SEGMENTS[Segment(segment)]),
    }

    product_id: Mapped[UUID]
    product: Mapped[Product] = belongs_to(back_populates="plans")
    term: Mapped[Term] = mapped_column(one_of(Term, longest=30))
    billing: Mapped[Billing] = mapped_column(one_of(Billing, longest=30))
    segment: Mapped[Segment] = mapped_column(one_of(Segment, longest=30))
    discontinued_on: Mapped[date | None]

    @property
    def title(self) -> Line:
        """How long and how often: 1 year, billed monthly."""
        return say(N_("%(term)s, %(billing)s"), term=say(TERMS[self.term]), billing=say(BILLINGS[self.billing]))


class _Period:
    """A price in one market and currency for a stretch of days.  Stretches of one plan never overlap there."""

    market: Mapped[str] = mapped_column(String(2))  # empty: it holds in any market
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal]  # for one unit and one billing cycle
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]  # the last day


ROOM = {"postgresql_with": {"fillfactor": 60}}
"""Every price ends one day, when the next begins: then its row is written anew in its page, and no index is touched."""


class RecommendedPrice(_Period, Offering, Model):
    """What the vendor says a customer should pay."""

    __table_args__ = (unique("plan_id", "market", "currency", "valid_from"), ROOM)

    plan_id: Mapped[UUID]
    plan: Mapped[Plan] = belongs_to(indexed=False)


class PurchasePrice(_Period, Belonging, Model):
    """What we pay the vendor.  Seen by nobody below."""

    __table_args__ = (unique("plan_id", "market", "currency", "valid_from"), ROOM)

    plan_id: Mapped[UUID]
    plan: Mapped[Plan] = belongs_to(indexed=False)
