"""What is said beside a product: relations to others, pictures, and what a tenant says differently of an inherited one."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.catalogue.models.categories import Category
from portal.catalogue.models.products import Product
from portal.core.db import Model, draws_on, one_of, unique
from portal.core.kinds import Belonging, Offering
from portal.core.words import N_, Line, say


class Relation(StrEnum):
    """What one product is to another."""

    REQUIRES = "requires"
    EXCLUDES = "excludes"
    UPGRADES_TO = "upgrades_to"
    ADD_ON_OF = "add_on_of"
    RELATED = "related"

    @property
    def is_mutual(self) -> bool:
        """Whether it reads the same from both sides."""
        return self in {Relation.EXCLUDES, Relation.RELATED}


# relation -> as read from the one that says it, and from the other side
RELATIONS = {
    Relation.REQUIRES: (N_("Requires"), N_("Is required by")),
    Relation.EXCLUDES: (N_("Excludes"), N_("Excludes")),
    Relation.UPGRADES_TO: (N_("Can be upgraded to"), N_("Is an upgrade of")),
    Relation.ADD_ON_OF: (N_("Is an add-on of"), N_("Has the add-on")),
    Relation.RELATED: (N_("Goes well with"), N_("Goes well with")),
}


def relation_title(relation: str) -> Line:
    return say(RELATIONS[Relation(relation)][0])


class ProductLink(Offering, Model):
    """One product is something to another; whoever sees both sees it, on both pages."""

    __table_args__ = (unique("product_id", "other_id", "relation"),)
    __words__: ClassVar[dict[str, str]] = {"partial": N_("For a part of the quantity, too")}
    __readings__: ClassVar[dict[str, Any]] = {"relation": relation_title}

    product_tenant_id: Mapped[int] = mapped_column(BigInteger)
    product_id: Mapped[UUID]
    product: Mapped[Product] = draws_on(ondelete="CASCADE")
    other_tenant_id: Mapped[int] = mapped_column(BigInteger)
    other_id: Mapped[UUID]
    other: Mapped[Product] = draws_on(ondelete="CASCADE")
    relation: Mapped[Relation] = mapped_column(one_of(Relation))
    partial: Mapped[bool] = mapped_column(default=False)  # of an upgrade: also of a part of the quantity


class Overlay(Belonging, Model):
    """What a tenant says differently of a product it inherits.  None: as the product itself says it."""

    __table_args__ = (unique("product_id"),)
    __unlogged__: ClassVar[frozenset[str]] = frozenset({"category_id", "category_tenant_id"})

    product_tenant_id: Mapped[int] = mapped_column(BigInteger)
    product_id: Mapped[UUID]
    product: Mapped[Product] = draws_on(ondelete="CASCADE")
    name: Mapped[str | None] = mapped_column(String(200))
    summary: Mapped[str | None] = mapped_column(Text)
    description: Mapped[str | None] = mapped_column(Text)
    category_tenant_id: Mapped[int | None] = mapped_column(BigInteger)
    category_id: Mapped[UUID | None]
    category: Mapped[Category | None] = draws_on(ondelete="SET NULL")
    picture: Mapped[str | None] = mapped_column(String(40))
    hidden: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)


class ProductPicture(Offering, Model):
    """A picture of products or types, drawn anew by us, named by the hash of its content."""

    __table_args__ = (unique("sha"),)
    __unlogged__: ClassVar[frozenset[str]] = frozenset({"content"})

    sha: Mapped[str] = mapped_column(String(32))
    extension: Mapped[str] = mapped_column(String(4))
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    @property
    def file(self) -> str:
        """Its name in addresses."""
        return f"{self.sha}.{self.extension}"
