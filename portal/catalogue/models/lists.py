"""Price lists: what is sold to whom at which price, in versions, so that what was published never changes silently."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, Index, String, text
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

    @property
    def needs_cost(self) -> bool:
        return self is not Rule.RECOMMENDED


class VersionState(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    PAST = "past"


LIFECYCLE = Lifecycle(
    {VersionState.DRAFT: {VersionState.PUBLISHED}, VersionState.PUBLISHED: {VersionState.PAST}},
)

# state -> (mood, word)
SHOWN = {
    VersionState.DRAFT: ("plain", N_("Draft")),
    VersionState.PUBLISHED: ("good", N_("Published")),
    VersionState.PAST: ("plain", N_("Past")),
}


class PriceList(Belonging, Model):
    """Prices in one currency.  At most one version is published, at most one is a draft."""

    __page__ = "catalogue.price_list"
    __table_args__ = (
        index("name"),
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
        return next((version for version in self.versions if version.state is VersionState.PUBLISHED), None)

    @property
    def current(self) -> PriceListVersion:
        """What is in force, else what is being made of it, else its last."""
        return self.published or self.draft or self.versions[0]


class PriceListVersion(Belonging, Model):
    """What a list says while it is in force: one rule, and the products it is about."""

    __table_args__ = (
        unique("price_list_id", "number"),
        *(
            Index(
                f"price_list_version_one_{state.value}",
                "tenant_id",
                "price_list_id",
                unique=True,
                postgresql_where=text(f"state = '{state.value}'"),
            )
            for state in (VersionState.DRAFT, VersionState.PUBLISHED)
        ),
    )

    price_list_id: Mapped[UUID]
    price_list: Mapped[PriceList] = belongs_to(back_populates="versions", ondelete="CASCADE")
    number: Mapped[int] = mapped_column(default=1)
    state: Mapped[VersionState] = mapped_column(one_of(VersionState, longest=30), default=VersionState.DRAFT)
    valid_from: Mapped[date] = mapped_column(default=today)
    valid_until: Mapped[date | None]  # the last day
    rule: Mapped[Rule] = mapped_column(one_of(Rule, longest=30), default=Rule.RECOMMENDED)
    percent: Mapped[Decimal] = mapped_column(default=Decimal(0))  # added to cost, or taken off the recommended price
    market: Mapped[str | None] = mapped_column(String(2))  # whose sheet prices; a tenant follows the list it buys by
    everything: Mapped[bool] = mapped_column(default=True)  # its entries say what is out; otherwise what is in
    published_at: Mapped[datetime | None]
    published_by: Mapped[str] = mapped_column(String(120), default="")

    entries: Mapped[list[PriceListEntry]] = has_many("version", cascade="all, delete-orphan", passive_deletes=True)

    @property
    def is_in_force(self) -> bool:
        """Published, and today is one of its days."""
        return self.state is VersionState.PUBLISHED and self.covers(today())

    def covers(self, day: date) -> bool:
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    @property
    def mood(self) -> tuple[str, str]:
        if self.state is VersionState.PUBLISHED and not self.covers(today()):
            return ("warn", N_("Out of date")) if self.valid_from <= today() else ("busy", N_("Begins later"))
        return SHOWN[self.state]


class PriceListEntry(Belonging, Model):
    """A product that differs from what the version says of everything: ticked apart, priced or shown in its own way.

    Its own way is one rule for all its plans, or an amount for each plan that is named: a fixed amount is the price of
    one plan and its billing cycle.  A plan that is not named follows the list.
    """

    __table_args__ = (unique("version_id", "product_id"),)

    version_id: Mapped[UUID]
    version: Mapped[PriceListVersion] = belongs_to(back_populates="entries", ondelete="CASCADE")
    product: Mapped[Product] = draws_on()
    product_id: Mapped[UUID]
    product_tenant_id: Mapped[int] = mapped_column(BigInteger)
    apart: Mapped[bool] = mapped_column(default=True)  # ticked out of everything, or ticked into nothing
    featured: Mapped[bool] = mapped_column(default=False)  # shown first, with a word
    rule: Mapped[Rule | None] = mapped_column(one_of(Rule, longest=30))
    percent: Mapped[Decimal | None]
    amounts: Mapped[dict[str, str] | None] = mapped_column(JSONB(none_as_null=True))  # by the word of a plan
