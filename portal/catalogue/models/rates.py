"""Exchange rates: what one unit of a currency is worth in another from a day on, and who said so."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import ClassVar

from sqlalchemy import Numeric, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Model, index, unique
from portal.core.kinds import Belonging


class ExchangeRate(Belonging, Model):
    """It holds from its day on, until a newer one of the same two currencies."""

    __label__ = "pair"
    __page__ = "catalogue.rates"
    __table_args__ = (unique("base", "quote", "on"), index("on"))
    __unlogged__: ClassVar[frozenset[str]] = frozenset()

    base: Mapped[str] = mapped_column(String(3))
    quote: Mapped[str] = mapped_column(String(3))
    rate: Mapped[Decimal] = mapped_column(Numeric(20, 10))
    on: Mapped[date]
    source: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(default=now)

    @property
    def pair(self) -> str:
        return f"{self.base} – {self.quote}"
