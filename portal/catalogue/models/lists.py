"""Price lists: what is sold to whom at which price, in versions, so that what was published never changes silently."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, Computed, Index, Numeric, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.catalogue.models.products import Product
from portal.core.clock import now, today
from portal.core.db import Model, belongs_to, draws_on, has_many, index, one_of, unique
from portal.core.kinds import Belonging
from portal.core.lifecycle import Lifecycle
from portal.core.words import N_


class Rule(StrEnum):
    """From what a price is made."""

    COST = "cost"  # what we pay, plus a percentage of it
    MARGIN = "margin"  # so that a percentage of the price is left when what we pay is paid
    RECOMMENDED = "recommended"  # what the vendor recommends, minus a percentage
    ON_REQUEST = "on_request"  # of nothing: it is sold, and whoever wants it asks

    @property
    def needs_cost(self) -> bool:
        return self in (Rule.COST, Rule.MARGIN)


class Rounding(StrEnum):
    """To what a price is rounded, once, after its rule."""

    COIN = "coin"  # the currency's smallest coin
    FIVE = "five"  # five of them: 0.05
    TEN = "ten"  # ten of them: 0.10
    NINETY_NINE = "ninety_nine"  # the nearest price that ends in 99 of them
    EXACT = "exact"  # to the fourth digit, as far as a price is kept

    @property
    def label(self) -> str:
        """A message id."""
        return ROUNDINGS[self]


ROUNDINGS = {
    Rounding.COIN: N_("Rounded to the smallest coin"),
    Rounding.FIVE: N_("Rounded to five of the smallest coin"),
    Rounding.TEN: N_("Rounded to ten of the smallest coin"),
    Rounding.NINETY_NINE: N_("Rounded to a price that ends in 99"),
    Rounding.EXACT: N_("Rounded to the fourth digit"),
}


class Breadth(StrEnum):
    """What an entry is about, the narrowest first: of two that speak of the same thing the narrower is heard."""

    PRODUCT = "product"
    TYPE = "type"
    CATEGORY = "category"
    VENDOR = "vendor"
    SEGMENT = "segment"

    @property
    def label(self) -> str:
        """A message id."""
        return N_("Product type") if self is Breadth.TYPE else self.value.capitalize()


class VersionState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    PAST = "past"


LIFECYCLE = Lifecycle(
    {VersionState.DRAFT: {VersionState.PUBLISHED}, VersionState.PUBLISHED: {VersionState.PAST, VersionState.DRAFT}},
)

# state -> (mood, word)
SHOWN = {
    VersionState.DRAFT: ("plain", N_("Draft")),
    VersionState.PUBLISHED: ("good", N_("Published")),
    VersionState.PAST: ("plain", N_("Past")),
}


MOST_RUNGS = 4
"""How many lists there are at most from one down to the last it falls back to."""


class PriceList(Belonging, Model):
    """Prices in one currency.  At most one version is a draft; of those published the newest that covers a day counts.

    What it does not have is sold by the list it falls back to.  How many there are below it is reckoned by the database:
    the key that leads to the next one says how many that has below it and follows it, so no list can stand below itself,
    whoever writes at the same time.
    """

    __page__ = "catalogue.price_list"
    __unlogged__ = frozenset({"falls_back_id", "falls_back_height", "height"})
    __table_args__ = (
        index("name"),
        unique("id", "currency", "height"),
        CheckConstraint("(falls_back_id is null) = (falls_back_height is null)", name="falls_back_whole"),
        CheckConstraint(f"height < {MOST_RUNGS}", name="height"),
        Index(
            "price_list_one_storefront",
            "tenant_id",
            unique=True,
            postgresql_where=text("for_storefront"),
        ),
    )

    name: Mapped[str] = mapped_column(String(120))
    currency: Mapped[str] = mapped_column(String(3))
    note: Mapped[str] = mapped_column(String(500), default="")
    for_storefront: Mapped[bool] = mapped_column(default=False)  # what the own shop's visitors see
    falls_back_id: Mapped[UUID | None]
    falls_back: Mapped[PriceList | None] = belongs_to(
        alike={"currency": "currency", "falls_back_height": "height"}, ondelete="NO ACTION"
    )
    falls_back_height: Mapped[int | None]
    height: Mapped[int] = mapped_column(Computed("coalesce(falls_back_height + 1, 0)", persisted=True))
    archived_at: Mapped[datetime | None]
    created_at: Mapped[datetime] = mapped_column(default=now)
    revision: Mapped[int] = mapped_column(default=1)

    versions: Mapped[list[PriceListVersion]] = has_many(
        "price_list",
        order_by="PriceListVersion.number.desc()",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __mapper_args__ = {"version_id_col": revision}  # noqa: RUF012 - SQLAlchemy's own name and shape

    @property
    def draft(self) -> PriceListVersion | None:
        return next((version for version in self.versions if version.state is VersionState.DRAFT), None)

    @property
    def published(self) -> PriceListVersion | None:
        """What is in force today; else the next that begins, or the last that was."""
        return self.in_force_on(today()) or next(iter(self.all_published), None)

    @property
    def all_published(self) -> list[PriceListVersion]:
        """The newest first."""
        return [version for version in self.versions if version.state is VersionState.PUBLISHED]

    @property
    def coming(self) -> list[PriceListVersion]:
        """Published for a later day."""
        return [version for version in self.all_published if version.valid_from > today()]

    @property
    def current(self) -> PriceListVersion:
        """What is in force, else what is being made of it, else its last."""
        return self.published or self.draft or self.versions[0]

    @property
    def stand_in(self) -> PriceList | None:
        """The list that sells everything while this one says nothing."""
        below = self.falls_back
        while below is not None and below.in_force_on(today()) is None:
            below = below.falls_back
        return below

    def in_force_on(self, day: date) -> PriceListVersion | None:
        """The newest version that covers the day."""
        known = (version for version in self.versions if version.state is not VersionState.DRAFT)
        return next((version for version in known if version.covers(day)), None)


class PriceListVersion(Belonging, Model):
    """What a list says while it is in force: one rule, and the products it is about."""

    __table_args__ = (
        unique("price_list_id", "number"),
        Index(
            "price_list_version_one_draft",
            "tenant_id",
            "price_list_id",
            unique=True,
            postgresql_where=text("state = 'draft'"),
        ),
        index("price_list_id", "state"),
        CheckConstraint("rule <> 'on_request' or (percent = 0 and amount = 0)", name="asks_without_a_figure"),
    )

    price_list_id: Mapped[UUID]
    price_list: Mapped[PriceList] = belongs_to(back_populates="versions", ondelete="CASCADE")
    number: Mapped[int] = mapped_column(default=1)
    state: Mapped[VersionState] = mapped_column(one_of(VersionState, longest=30), default=VersionState.DRAFT)
    valid_from: Mapped[date] = mapped_column(default=today)
    valid_until: Mapped[date | None]  # the last day
    ended_on: Mapped[date | None]  # the last day it counted, when a newer one took its place for good
    rule: Mapped[Rule] = mapped_column(one_of(Rule, longest=30), default=Rule.RECOMMENDED)
    percent: Mapped[Decimal] = mapped_column(default=Decimal(0))  # added to cost, or taken off the recommended price
    amount: Mapped[Decimal] = mapped_column(default=Decimal(0))  # added after the percentage; may be negative
    rounding: Mapped[Rounding] = mapped_column(one_of(Rounding, longest=30), default=Rounding.COIN)
    floor: Mapped[Decimal | None]  # per cent over the cost, under which no price goes
    costs_in: Mapped[str | None] = mapped_column(
        String(3)
    )  # another currency, whose costs are converted by the day's rate
    surcharge: Mapped[Decimal] = mapped_column(default=Decimal(0))  # per cent on what was converted
    market: Mapped[str | None] = mapped_column(String(2))  # whose sheet prices; a tenant follows the list it buys by
    everything: Mapped[bool] = mapped_column(default=True)  # is what no entry speaks of in the list
    published_at: Mapped[datetime | None]
    published_by: Mapped[str] = mapped_column(String(120), default="")

    entries: Mapped[list[PriceListEntry]] = has_many("version", cascade="all, delete-orphan", passive_deletes=True)
    promotions: Mapped[list[Promotion]] = has_many(
        "version", order_by="Promotion.name", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def is_in_force(self) -> bool:
        """Published, and the newest that covers today."""
        return self.price_list.in_force_on(today()) is self

    def covers(self, day: date) -> bool:
        ends = (self.valid_until, self.ended_on)
        return self.valid_from <= day and all(last is None or day <= last for last in ends)

    @property
    def mood(self) -> tuple[str, str]:
        if self.state is VersionState.PUBLISHED and not self.covers(today()):
            return ("warn", N_("Out of date")) if self.valid_from <= today() else ("busy", N_("Begins later"))
        return SHOWN[self.state]


class PriceListEntry(Belonging, Model):
    """What a version says of a part of the range: of a product, or of all of a type, category, vendor or segment.

    Whether it is in, by which rule it is priced, from which quantity on at what, how it is rounded, under what it never
    goes: each may be said or not, and what is not said is said by a broader entry, in the end by the version itself.
    A fixed amount is the price of one plan and its billing cycle; a plan that is not named follows the rule.  Some plans
    may be sold on request alone, whatever the rule says.
    """

    __table_args__ = (
        unique("version_id", "product_id"),
        unique("version_id", "breadth", "about"),
        CheckConstraint("(breadth = 'product') = (product_id is not null)", name="about_one_thing"),
        CheckConstraint("(breadth = 'product') = (about is null)", name="about_that_thing"),
        CheckConstraint(
            "rule is distinct from 'on_request' or (coalesce(percent, 0) = 0 and coalesce(amount, 0) = 0"
            " and not coalesce(jsonb_path_exists(tiers, '$[*].percent'), false)"
            " and (amounts is not null or tiers is not null or (rounding is null and floor is null)))",
            name="asks_without_a_figure",
        ),
    )

    version_id: Mapped[UUID]
    version: Mapped[PriceListVersion] = belongs_to(back_populates="entries", ondelete="CASCADE")
    breadth: Mapped[Breadth] = mapped_column(one_of(Breadth, longest=30), default=Breadth.PRODUCT)
    about: Mapped[str | None] = mapped_column(String(200))  # the key of a type or category, a vendor's name, a segment
    product: Mapped[Product | None] = draws_on()
    product_id: Mapped[UUID | None]
    product_tenant_id: Mapped[int | None] = mapped_column(BigInteger)
    sells: Mapped[bool | None]  # in the list, out of it, or as the broader one says
    featured: Mapped[bool] = mapped_column(default=False)  # shown first, with a word
    rule: Mapped[Rule | None] = mapped_column(one_of(Rule, longest=30))
    percent: Mapped[Decimal | None]
    amount: Mapped[Decimal | None]
    amounts: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))  # by the word of a plan
    requests: Mapped[list[str] | None] = mapped_column(JSONB(none_as_null=True))  # words of plans without a price
    # from a quantity on: [{"from": 10, "percent": "12"}], or {"from": 10, "amounts": {"P1Y-monthly-commercial": "8.50"}}
    tiers: Mapped[list[dict[str, Any]] | None] = mapped_column(JSONB(none_as_null=True))
    graduated: Mapped[bool] = mapped_column(default=False)  # each tier has its own price; otherwise one for all units
    rounding: Mapped[Rounding | None] = mapped_column(one_of(Rounding, longest=30))
    floor: Mapped[Decimal | None]


class Promotion(Belonging, Model):
    """What a version takes off for a while: of a product or of everything, for the first cycles, within a window."""

    version_id: Mapped[UUID]
    version: Mapped[PriceListVersion] = belongs_to(back_populates="promotions", ondelete="CASCADE")
    name: Mapped[str] = mapped_column(String(120))
    breadth: Mapped[Breadth | None] = mapped_column(one_of(Breadth, longest=30))  # nothing: everything
    about: Mapped[str | None] = mapped_column(String(200))  # as an entry's; of a product its key
    percent: Mapped[Decimal] = mapped_column(Numeric(7, 4), default=Decimal(0))
    amount: Mapped[Decimal] = mapped_column(default=Decimal(0))  # taken off each unit and cycle
    cycles: Mapped[int] = mapped_column(default=1)  # for how many billing cycles
    begins: Mapped[date]  # what is bought on these days
    ends: Mapped[date | None]
    newcomers: Mapped[bool] = mapped_column(default=False)  # only for customers who have not bought before
