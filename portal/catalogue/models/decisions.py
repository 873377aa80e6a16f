"""What a house decided about a price when its cost had changed."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.catalogue.models.lists import PriceList, PriceListVersion
from portal.catalogue.models.products import Product
from portal.core.clock import now
from portal.core.db import Model, belongs_to, draws_on, one_of, unique
from portal.core.kinds import Belonging


class Course(StrEnum):
    """What becomes of the price."""

    FOLLOW = "follow"  # it moves with its cost
    KEEP = "keep"  # it stays
    SET = "set"  # it was fixed in the list by hand


class CostDecision(Belonging, Model):
    """The last word on the fixed price of one plan by one list: for this cost it was to be this price.

    It counts as long as the cost is the one it was made for; after that it says which margin there was.  The version is
    the one that says so, or said so already; a draft that is thrown away takes it along.
    """

    __table_args__ = (unique("price_list_id", "product_id", "plan"),)

    price_list_id: Mapped[UUID]
    price_list: Mapped[PriceList] = belongs_to(ondelete="CASCADE")
    version_id: Mapped[UUID]
    version: Mapped[PriceListVersion] = belongs_to(ondelete="CASCADE")
    product_id: Mapped[UUID]
    product_tenant_id: Mapped[int] = mapped_column(BigInteger)
    product: Mapped[Product] = draws_on(ondelete="CASCADE")
    plan: Mapped[str] = mapped_column(String(60))  # its word among those of the product
    course: Mapped[Course] = mapped_column(one_of(Course, longest=10))
    cost: Mapped[Decimal]
    price: Mapped[Decimal]
    decided_at: Mapped[datetime] = mapped_column(default=now)
