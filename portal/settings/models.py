"""Who the tenant is by law, what tax it charges, and where it is paid.  One row of each; nobody above can read them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Model, one_of, unique
from portal.core.kinds import Belonging
from portal.core.words import N_


class Shown(StrEnum):
    """How the storefront writes its prices."""

    NET = "net"  # without tax, as firms compare them
    GROSS = "gross"  # with tax, as the law asks where private people buy

    @property
    def label(self) -> str:
        """A message id."""
        return N_("Without tax") if self is Shown.NET else N_("With tax")


class Company(Belonging, Model):
    """The legal person behind the storefront: its imprint, letters and invoices name it."""

    __table_args__ = (unique(),)
    __label__ = "legal_name"
    __words__ = {  # noqa: RUF012 - read by the audit trail
        "legal_name": N_("Legal name"),
        "street": N_("Street and number"),
        "postal_code": N_("Postal code"),
        "vat_number": N_("VAT number"),
        "register_court": N_("Register"),
        "register_number": N_("Number in the register"),
        "represented_by": N_("Represented by"),
        "email": N_("E-mail"),
    }

    legal_name: Mapped[str] = mapped_column(String(200), default="")
    street: Mapped[str] = mapped_column(String(200), default="")
    postal_code: Mapped[str] = mapped_column(String(20), default="")
    city: Mapped[str] = mapped_column(String(120), default="")
    country: Mapped[str] = mapped_column(String(2), default="")
    vat_number: Mapped[str] = mapped_column(String(40), default="")
    register_court: Mapped[str] = mapped_column(String(120), default="")
    register_number: Mapped[str] = mapped_column(String(60), default="")
    represented_by: Mapped[str] = mapped_column(String(300), default="")
    email: Mapped[str] = mapped_column(String(254), default="")
    phone: Mapped[str] = mapped_column(String(40), default="")
    changed_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and shape


class Tax(Belonging, Model):
    """What tax the tenant charges at home.  `rate` is in per cent; nobody who is not registered charges any."""

    __table_args__ = (unique(),)
    __label__ = "name"
    __words__ = {  # noqa: RUF012 - read by the audit trail
        "registered": N_("Charges tax"),
        "name": N_("What the tax is called"),
        "rate": N_("Standard rate"),
        "shown": N_("Prices in the storefront"),
    }

    registered: Mapped[bool] = mapped_column(default=True)
    name: Mapped[str] = mapped_column(String(40), default="")
    rate: Mapped[Decimal] = mapped_column(Numeric(5, 2), default=Decimal(0))
    shown: Mapped[Shown] = mapped_column(one_of(Shown), default=Shown.NET)
    changed_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and shape


class Bank(Belonging, Model):
    """Where customers pay to.  It stands on invoices."""

    __table_args__ = (unique(),)
    __label__ = "holder"
    __words__ = {  # noqa: RUF012 - read by the audit trail
        "holder": N_("Account holder"),
        "iban": N_("IBAN or account number"),
        "bic": N_("BIC or routing number"),
        "bank": N_("Bank"),
    }

    holder: Mapped[str] = mapped_column(String(200), default="")
    iban: Mapped[str] = mapped_column(String(40), default="")
    bic: Mapped[str] = mapped_column(String(20), default="")
    bank: Mapped[str] = mapped_column(String(120), default="")
    changed_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and shape
