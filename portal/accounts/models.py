"""The nouns: an account, the people one talks to, and the places it can be reached at."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, ForeignKey, Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.catalogue.models import PriceList
from portal.core import clock
from portal.core.db import Model, belongs_to, has_many, index, one_of, unique
from portal.core.kinds import Belonging
from portal.core.words import N_, Line, say

NAME_LENGTH = 120
TERMS = (0, 7, 14, 30, 45, 60, 90)


class Kind(StrEnum):
    CUSTOMER = "customer"
    RESELLER = "reseller"

    @property
    def label(self) -> Line:
        return say(N_("Reseller")) if self is Kind.RESELLER else say(N_("Customer"))


class Place(StrEnum):
    """What an address is for."""

    BILLING = "billing"
    DELIVERY = "delivery"
    OTHER = "other"

    @property
    def label(self) -> Line:
        titles = {Place.BILLING: N_("Billing"), Place.DELIVERY: N_("Delivery"), Place.OTHER: N_("Other")}
        return say(titles[self])


def terms_title(days: int) -> Line:
    """Payment terms as a person reads them."""
    if days == 0:
        return say(N_("Payable at once"))
    return say(N_("%(count)s day"), N_("%(count)s days"), count=days)


class Account(Belonging, Model):
    """A business partner.  `bill_to` names the reseller who pays for it; nobody named, it pays for itself."""

    __table_args__ = (unique("number"), index("name"), index("created_at"))
    __page__ = "accounts.show"
    __found_by__ = ("name", "number", "email", "vat_number")
    __personal__: ClassVar[dict[str, str]] = {"email": "id"}
    __unlogged__ = frozenset({"bill_to_id", "price_list_id", "reseller_tenant_id"})
    __readings__: ClassVar[dict[str, Any]] = {"payment_terms": terms_title}

    number: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    kind: Mapped[Kind] = mapped_column(one_of(Kind), default=Kind.CUSTOMER)
    enabled_for_ordering: Mapped[bool] = mapped_column(default=True)
    bill_to_id: Mapped[UUID | None]
    bill_to: Mapped[Account | None] = belongs_to()
    price_list_id: Mapped[UUID | None]
    price_list: Mapped[PriceList | None] = belongs_to()
    currency: Mapped[str] = mapped_column(String(3))
    credit_limit: Mapped[Decimal | None] = mapped_column(Numeric(14, 2))
    payment_terms: Mapped[int] = mapped_column(default=30)  # days after the date of the invoice
    country: Mapped[str] = mapped_column(String(2))
    language: Mapped[str] = mapped_column(String(12))
    time_zone: Mapped[str] = mapped_column(String(64))
    vat_number: Mapped[str | None] = mapped_column(String(24))
    email: Mapped[str | None] = mapped_column(String(254))
    # the tenant it was made into; once that is closed, the account may be made into another
    reseller_tenant_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("tenant.id", ondelete="SET NULL"), index=True
    )
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    archived_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column(default=1)

    contacts: Mapped[list[Contact]] = has_many("account", passive_deletes=True, order_by="Contact.created_at")
    addresses: Mapped[list[Address]] = has_many("account", passive_deletes=True, order_by="Address.created_at")

    @property
    def archived(self) -> bool:
        return self.archived_at is not None

    @property
    def terms(self) -> Line:
        return terms_title(self.payment_terms)

    def __str__(self) -> str:
        return self.name


class Contact(Belonging, Model):
    """Somebody one talks to at an account."""

    __found_by__ = ("name", "email", "phone")
    __found_as__ = ("account", "account_id")
    __personal__: ClassVar[dict[str, str]] = {"name": "id", "email": "id", "phone": "id", "role": "id"}
    __unlogged__ = frozenset({"account_id"})

    account_id: Mapped[UUID]
    account: Mapped[Account] = belongs_to(back_populates="contacts", ondelete="CASCADE")
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    role: Mapped[str | None] = mapped_column(String(80))
    email: Mapped[str | None] = mapped_column(String(254))
    phone: Mapped[str | None] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    def __str__(self) -> str:
        return self.name


class Address(Belonging, Model):
    """A place of an account."""

    __label__ = "street"
    __unlogged__ = frozenset({"account_id"})

    account_id: Mapped[UUID]
    account: Mapped[Account] = belongs_to(back_populates="addresses", ondelete="CASCADE")
    purpose: Mapped[Place] = mapped_column(one_of(Place), default=Place.BILLING)
    street: Mapped[str] = mapped_column(String(200))
    postal_code: Mapped[str | None] = mapped_column(String(20))
    city: Mapped[str] = mapped_column(String(120))
    region: Mapped[str | None] = mapped_column(String(120))
    country: Mapped[str] = mapped_column(String(2))
    created_at: Mapped[datetime] = mapped_column(default=clock.now)

    def __str__(self) -> str:
        return f"{self.street}, {self.city}"
