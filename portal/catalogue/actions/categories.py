"""What is done with categories: made, renamed, moved in the tree and among their siblings, removed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select, update

from portal.audit import facts, record
from portal.catalogue import queries
from portal.catalogue.categories import OTHERS, SHIPPED, sort_in
from portal.catalogue.models import Category, Overlay, Product
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.keys import slug, spell
from portal.core.scope import acting_scope
from portal.core.words import N_, say
from portal.tenants.actions import raise_stamp

DEEPEST = 5
"""Levels of the tree."""
CODE_LENGTH = 50


def lay_out_categories() -> None:
    """The categories we ship, for the owner of the products.  Laid out before: left as they are."""
    there = select(Category.id).where(Category.tenant_id == acting_scope().tenant_id).limit(1)
    if db.session.scalar(there) is not None:
        return
    shipped = enumerate((*SHIPPED, OTHERS), start=1)
    rows = (
        Category(code=one.code, name=one.name, glyph=one.glyph, words=list(one.words), position=position)
        for position, one in shipped
    )
    db.session.add_all(rows)
    db.session.flush()
    sort_in()


def add_category(*, name: str, parent: Category | None, glyph: str, words: Sequence[str]) -> Category:
    """One more, before the one that takes the rest.  Raises Invalid at the field."""
    category = Category(code="", name=name, glyph=glyph, words=list(words))
    _place(category, parent)
    category.code = _free_code(category)
    category.position = _before_the_rest()
    db.session.add(category)
    raise_stamp()
    record("category.created", category, after=_said(category))
    return category


def change_category(category: Category, *, version: int, **terms: Any) -> None:
    """Write new terms over those of `version`: name, parent, glyph, words.  Raises Conflict, Invalid at the field."""
    db.session.refresh(category, with_for_update=True)
    if category.version != version:
        raise Conflict(say(N_("Somebody changed this category while you were writing.")))
    before = _said(category)
    if terms["name"] == str(category.title):
        terms["name"] = category.name  # still the shipped name, in every language
    _place(category, terms.pop("parent"))
    for name, value in terms.items():
        setattr(category, name, value)
    after = _said(category)
    if before != after:
        category.version += 1
        raise_stamp()
        record("category.changed", category, before=before, after=after)


def move_up(category: Category) -> None:
    _swap(category, by=-1)


def move_down(category: Category) -> None:
    _swap(category, by=1)


def remove_category(category: Category, *, target: Category | None) -> None:
    """Gone; what stands in it goes to the target, what stands below it one level up.  Raises Conflict, Invalid."""
    if category.takes_the_rest:
        raise Conflict(say(N_("This one stays: it takes what no other category knows.")))
    if target is None and queries.stand_in(category):
        raise Invalid(say(N_("Say where its products go.")), field="target")
    for row in (Product, Overlay):
        place = {"category_id": target.id, "category_tenant_id": target.tenant_id} if target else _NOWHERE
        mine = (row.tenant_id == category.tenant_id, row.category_id == category.id)
        db.session.execute(update(row).where(*mine).values(place), execution_options=_UNSEEN)
    below = (Category.tenant_id == category.tenant_id, Category.parent_id == category.id)
    up = {"parent_id": category.parent_id, "parent_tenant_id": category.parent_tenant_id}
    db.session.execute(update(Category).where(*below).values(up), execution_options=_UNSEEN)
    record("category.removed", category, before=_said(category), after={"target": target} if target else None)
    db.session.delete(category)
    raise_stamp()


_NOWHERE = {"category_id": None, "category_tenant_id": None}
_UNSEEN = {"synchronize_session": False}


def _place(category: Category, parent: Category | None) -> None:
    """Hang it below the parent.  Raises Invalid when it would stand below itself, or too deep."""
    by_id = {branch.category.id: branch for branch in queries.branches()}
    above, depth = parent, 1
    while above is not None:
        if above.id == category.id:
            raise Invalid(say(N_("Choose another place: this one is below the category itself.")), field="parent")
        above, depth = by_id[above.parent_id].category if above.parent_id in by_id else None, depth + 1
    if depth + _height(category, by_id) - 1 > DEEPEST:
        raise Invalid(say(N_("Choose a higher place: the tree has %(most)s levels."), most=DEEPEST), field="parent")
    category.parent = parent


def _height(category: Category, by_id: dict[Any, queries.Branch]) -> int:
    """How many levels stand from here down."""
    branches = list(by_id.values())
    at = next((number for number, branch in enumerate(branches) if branch.category.id == category.id), None)
    if at is None:
        return 1
    top, deepest = branches[at].depth, branches[at].depth
    for branch in branches[at + 1 :]:
        if branch.depth <= top:
            break
        deepest = max(deepest, branch.depth)
    return deepest - top + 1


def _swap(category: Category, *, by: int) -> None:
    """Change places with its neighbour among one's own siblings; the first stays first, the last stays last."""
    mine = Category.tenant_id == category.tenant_id
    same = Category.parent_id == category.parent_id if category.parent_id else Category.parent_id.is_(None)
    wanted = select(Category).where(mine, same).order_by(Category.position, Category.id).with_for_update()
    rows = list(db.session.scalars(wanted))
    at = rows.index(category)
    if not 0 <= at + by < len(rows):
        return
    rows[at], rows[at + by] = rows[at + by], rows[at]
    for position, row in enumerate(rows, start=1):
        row.position = position
    raise_stamp()
    record("category.moved", category)


def _before_the_rest() -> int:
    last = select(func.coalesce(func.max(Category.position), 0)).where(
        Category.tenant_id == acting_scope().tenant_id, Category.code != OTHERS.code
    )
    return int(db.session.scalar(last) or 0) + 1


def _free_code(category: Category) -> str:
    """Its word in addresses: its name, with a part of its id where that is taken."""
    wanted = slug(category.name, longest=CODE_LENGTH).replace("-", "_") or "category"
    taken = db.session.scalar(select(Category.id).where(Category.code == wanted).limit(1))
    return wanted if taken is None else f"{wanted}_{spell(category.id)[-6:]}"


def _said(category: Category) -> dict[str, Any]:
    return facts(category) | {"parent": category.parent}
