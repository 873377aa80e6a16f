"""What products are described with: categories as a tree, types, and which code or address is taken."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import joinedload

from portal.catalogue.models import Category, Overlay, Product, ProductType
from portal.catalogue.prices import Market
from portal.catalogue.queries.own import markets_column, markets_in
from portal.core.db import Page, db
from portal.core.keys import spell
from portal.core.listing import MOST_EXPORTED, Listing
from portal.core.scope import acting_scope
from portal.core.words import alphabetical, say, told


@dataclass(frozen=True, slots=True)
class Branch:
    """A category where it stands in the tree."""

    category: Category
    depth: int
    names: tuple[str, ...]  # its own and those above it, in the reader's language

    @property
    def title(self) -> str:
        return " › ".join(self.names)  # noqa: RUF001 - the sign of a path

    @property
    def is_own(self) -> bool:
        return self.category.tenant_id == acting_scope().tenant_id


def branches() -> list[Branch]:
    """All categories one may use, as they are shown: each followed by those below it.  One statement."""
    found = db.session.scalars(select(Category).order_by(Category.position, Category.id)).all()
    below: dict[UUID | None, list[Category]] = {}
    known = {row.id for row in found}
    for row in found:
        below.setdefault(row.parent_id if row.parent_id in known else None, []).append(row)
    return list(_walked(below, None, ()))


def _walked(
    below: Mapping[UUID | None, Sequence[Category]], parent: UUID | None, names: tuple[str, ...]
) -> Iterator[Branch]:
    for row in below.get(parent, ()):
        branch = Branch(row, len(names), (*names, str(row.title)))
        yield branch
        yield from _walked(below, row.id, branch.names)


def types() -> Sequence[ProductType]:
    """All types one may use, one's own and those from above."""
    return db.session.scalars(select(ProductType).order_by(func.lower(ProductType.name), ProductType.id)).all()


def namesake_of_code(code: str, *, besides: UUID | None = None) -> Product | None:
    """Another product one sees under this code."""
    return db.session.scalars(select(Product).where(Product.code == code, Product.id != besides).limit(1)).first()


def is_slug_free(slug: str) -> bool:
    """Whether no product one sees has this address in the shop."""
    return db.session.scalar(select(Product.id).where(Product.slug == slug).limit(1)) is None


def stand_in(category: Category) -> int:
    """How many of one's own products, or of one's own words for inherited ones, stand in it."""
    return sum(standing(category.id).values())


def standing(only: UUID | None = None) -> dict[UUID, int]:
    """How many stand in each category: one's own products, and inherited ones that one has put there.  One statement."""
    owner = acting_scope().tenant_id
    own, moved = (
        select(row.category_id).where(row.tenant_id == owner, row.category_id.is_not(None))
        for row in (Product, Overlay)
    )
    both = own.union_all(moved).subquery()
    counted = select(both.c.category_id, func.count()).group_by(both.c.category_id)
    found = db.session.execute(counted if only is None else counted.where(both.c.category_id == only))
    return {category: count for category, count in found}  # noqa: C416 - rows are no pairs to mypy


def is_used(kind: ProductType) -> bool:
    """Whether a product of one's own is of this type."""
    mine = (Product.tenant_id == acting_scope().tenant_id, Product.type_id == kind.id)
    return db.session.scalar(select(Product.id).where(*mine).limit(1)) is not None


def product_types(listing: Listing) -> Page[tuple[ProductType, int]]:
    """The types one may use, each with how many of one's own products are of it."""
    count = (
        select(func.count(Product.id))
        .where(Product.type_id == ProductType.id, Product.tenant_id == acting_scope().tenant_id)
        .correlate(ProductType)
        .scalar_subquery()
    )
    wanted = select(ProductType, count.label("count"))
    if listing.search:
        wanted = wanted.where(
            or_(*(column.ilike(listing.pattern) for column in (ProductType.name, ProductType.vendor)))
        )
    return listing.page(wanted, ProductType.id, rows=True)


TYPE_SORTS: dict[str, Any] = {"name": ProductType.name, "vendor": ProductType.vendor}


MOST_TAGS = 12
"""Tags that a list offers to be given."""


def tags_in(text: str) -> list[str]:
    """The tags of a product, each once."""
    return list(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def tags() -> list[str]:
    """The tags one's own hand-made products have."""
    mine = (Product.tenant_id == acting_scope().tenant_id, Product.by_hand.is_(True), Product.tags != "")
    found = db.session.scalars(select(Product.tags).where(*mine).distinct().limit(200)).all()
    return alphabetical({tag for text in found for tag in tags_in(text)})[:MOST_TAGS]


def overlays() -> Sequence[Overlay]:
    """What one says differently of inherited products."""
    return db.session.scalars(select(Overlay).where(Overlay.tenant_id == acting_scope().tenant_id)).all()


@dataclass(frozen=True, slots=True)
class Choices:
    """What a list of products offers: (key, title) of categories and types, tags, and the markets one has prices in."""

    categories: list[tuple[str, str]]
    types: list[tuple[str, str]]
    tags: list[str]
    markets: list[Market]


def choices() -> Choices:
    """In one statement, for a page that asks for much besides."""
    owner = acting_scope().tenant_id
    named = func.json_build_array(Category.id, Category.parent_id, Category.name)
    ordered = func.json_agg(aggregate_order_by(named, Category.position, Category.id))
    kind = func.json_build_array(ProductType.id, ProductType.name)
    kinds = func.json_agg(aggregate_order_by(kind, func.lower(ProductType.name), ProductType.id))
    mine = (Product.tenant_id == owner, Product.by_hand.is_(True), Product.tags != "")
    parts = (
        select(ordered).select_from(Category).scalar_subquery(),
        select(kinds).select_from(ProductType).scalar_subquery(),
        select(func.json_agg(Product.tags.distinct())).where(*mine).scalar_subquery(),
        markets_column(),
    )
    tree, found, tagged, markets = db.session.execute(select(*parts)).one()
    tags = {tag for text in tagged or () for tag in tags_in(text)}
    pairs = [(spell(UUID(key)), name) for key, name in found or ()]
    known = alphabetical(tags)[:MOST_TAGS]
    return Choices(list(_titles(tree or [])), pairs, known, markets_in(markets))


def _titles(tree: Sequence[tuple[str, str | None, str]]) -> Iterator[tuple[str, str]]:
    """(key, path) of each category, as `branches` has them."""
    below: dict[str | None, list[tuple[str, str]]] = {}
    known = {key for key, _, _ in tree}
    for key, parent, name in tree:
        below.setdefault(parent if parent in known else None, []).append((key, name))

    def walked(parent: str | None, path: str) -> Iterator[tuple[str, str]]:
        for key, name in below.get(parent, ()):
            title = f"{path}{told(say(name))}"
            yield spell(UUID(key)), title
            yield from walked(key, f"{title} › ")  # noqa: RUF001 - the sign of a path

    yield from walked(None, "")


def own_products() -> Iterator[Product]:
    """All of one's own that were not put away, with type and category, for a file."""
    mine = (Product.tenant_id == acting_scope().tenant_id, Product.archived_at.is_(None))
    wanted = select(Product).where(*mine).options(joinedload(Product.type), joinedload(Product.category))
    return iter(db.session.scalars(wanted.order_by(Product.code).limit(MOST_EXPORTED)).unique())
