"""What is sold.  A product is one SKU; a plan is the product at one term, billing cycle and segment.

Products, plans and recommended prices are offered to everybody below; what we pay for them is ours alone.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now, today
from portal.core.db import Model, belongs_to, has_many, index, one_of, unique
from portal.core.kinds import Belonging, Offering
from portal.core.words import N_


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


class Product(Offering, Model):
    """One SKU of a vendor.  Never deleted: what is no longer in the sheets is discontinued from a day on."""

    __table_args__ = (unique("code"), unique("slug"), index("name"))

    code: Mapped[str] = mapped_column(String(64))  # the vendor's: "CFQ7TTC0BCDF:0002"
    slug: Mapped[str] = mapped_column(String(170))  # its name in shop addresses
    name: Mapped[str] = mapped_column(String(200))
    family: Mapped[str] = mapped_column(String(200), default="")  # the vendor's product, of which this is one SKU
    vendor: Mapped[str] = mapped_column(String(120), default="")
    summary: Mapped[str] = mapped_column(Text, default="")
    unit: Mapped[str] = mapped_column(String(40), default="licence")
    tags: Mapped[str] = mapped_column(String(200), default="")
    discontinued_on: Mapped[date | None]
    created_at: Mapped[datetime] = mapped_column(default=now)

    plans: Mapped[list[Plan]] = has_many("product")

    @property
    def is_discontinued(self) -> bool:
        return self.discontinued_on is not None and self.discontinued_on <= today()


class Plan(Offering, Model):
    """A product at one term, billing cycle and segment: what is bought."""

    __table_args__ = (unique("product_id", "term", "billing", "segment"),)

    product_id: Mapped[UUID]
    product: Mapped[Product] = belongs_to(back_populates="plans")
    term: Mapped[Term] = mapped_column(one_of(Term, longest=30))
    billing: Mapped[Billing] = mapped_column(one_of(Billing, longest=30))
    segment: Mapped[Segment] = mapped_column(one_of(Segment, longest=30))
    discontinued_on: Mapped[date | None]


class _Period:
    """A price in one market and currency for a stretch of days.  Stretches of one plan never overlap there."""

    market: Mapped[str] = mapped_column(String(2))
    currency: Mapped[str] = mapped_column(String(3))
    amount: Mapped[Decimal]  # for one unit and one billing cycle
    valid_from: Mapped[date]
    valid_until: Mapped[date | None]  # the last day


class RecommendedPrice(_Period, Offering, Model):
    """What the vendor says a customer should pay."""

    __table_args__ = (unique("plan_id", "market", "currency", "valid_from"),)

    plan_id: Mapped[UUID]
    plan: Mapped[Plan] = belongs_to()


class PurchasePrice(_Period, Belonging, Model):
    """What we pay the vendor.  Seen by nobody below."""

    __table_args__ = (unique("plan_id", "market", "currency", "valid_from"),)

    plan_id: Mapped[UUID]
    plan: Mapped[Plan] = belongs_to()
