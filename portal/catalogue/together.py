"""What can be done with several products at once: one's own are changed, inherited ones are said differently."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_babel import gettext
from sqlalchemy import or_

from portal.catalogue import actions, prices, queries
from portal.catalogue.buying import source_of
from portal.catalogue.models import Category, Product
from portal.catalogue.prices import Question
from portal.catalogue.together_own import is_own, states, tagging, typing, untagging
from portal.core.clock import today
from portal.core.db import get
from portal.core.here import here
from portal.core.keys import read_key, spell
from portal.core.listing import MOST_EXPORTED
from portal.core.words import N_, by_count
from portal.lists.together import Selection, Verb

NONE = "none"
OWN = "own_products"


def selection() -> Selection:
    """What is chosen in the list: rows of one's own, and those of the range."""
    own = Product.tenant_id == here.tenant_id
    reached = own if here.is_root else or_(own, Product.id.in_(_in_range()))
    places = ("catalogue.products", "catalogue.products_undoing")
    return Selection(Product, *places, _verbs(), only=reached, former=_former, lent=not here.is_root)


def offered(found: queries.Choices) -> list[tuple[str, list[tuple[str, str]]]]:
    """(group, [(verb, label), …]) as the list offers them."""
    inherits, makes = not here.is_root, here.opens(OWN)
    stands = [(word, verb.label) for word, verb in states().items()]
    shown = [(word, verb.label) for word, verb in _showing().items()]
    categories = [(f"category:{key}", title) for key, title in found.categories]
    as_inherited = [(f"category:{NONE}", gettext("As inherited"))] if inherits else []
    kinds = [(f"type:{key}", name) for key, name in found.types]
    groups = [
        ("", shown if inherits else []),
        (gettext("State"), stands if makes else []),
        (gettext("Category"), [*categories, *as_inherited]),
        (gettext("Product type"), [*kinds, (f"type:{NONE}", gettext("No type"))] if kinds and makes else []),
        (gettext("Add a tag"), [(f"tag:{tag}", tag) for tag in found.tags] if makes else []),
        (gettext("Take a tag away"), [(f"untag:{tag}", tag) for tag in found.tags] if makes else []),
    ]
    return [(title, words) for title, words in groups if words]


def _in_range() -> list[Any]:
    """The chosen ones that are in the range: whoever guesses a key learns nothing."""
    chosen = {read_key(key) for key in request.form.getlist("row")} - {None}
    if not chosen:  # taking a deed back: what was changed was in the range
        return [row.product_id for row in queries.overlays()]
    everything = Question(on=today(), size=MOST_EXPORTED)
    return [one for _, one in prices.range_ids(everything, source_of([], "")) if one in chosen]


def _former(word: str) -> Verb | None:
    """A tag that no product has any more is offered to nobody; what was done with it can still be taken back."""
    act, _, tag = word.partition(":")
    ways = {"tag": tagging, "untag": untagging}
    return ways[act](tag) if act in ways and here.opens(OWN) else None


def _verbs() -> dict[str, Verb]:
    verbs: dict[str, Verb] = {f"category:{branch.category.key}": _sorting(branch) for branch in queries.branches()}
    if not here.is_root:
        verbs |= {**_showing(), f"category:{NONE}": _unsorting()}
    if here.opens(OWN):
        verbs |= {f"type:{kind.key}": typing(kind, kind.name) for kind in queries.types()}
        for tag in queries.tags():
            verbs |= {f"tag:{tag}": tagging(tag), f"untag:{tag}": untagging(tag)}
        verbs |= {**states(), f"type:{NONE}": typing(None, gettext("No type"))}
    return verbs


# ------------------------------------------------------------------------------------------------ inherited products


def _showing() -> dict[str, Verb]:
    return {
        "hide": Verb(
            gettext("Hide"),
            by_count(N_("Hide %(count)s product?"), N_("Hide %(count)s products?")),
            by_count(N_("%(count)s product is hidden."), N_("%(count)s products are hidden.")),
            lambda product: _overlay(product, "hidden") is True,
            actions.hide,
            lambda product, _: actions.show(product),
        ),
        "show": Verb(
            gettext("Show"),
            by_count(N_("Show %(count)s product?"), N_("Show %(count)s products?")),
            by_count(N_("%(count)s product is shown."), N_("%(count)s products are shown.")),
            lambda product: is_own(product) or not _overlay(product, "hidden"),
            actions.show,
            lambda product, _: actions.hide(product),
        ),
    }


def _overlay(product: Product, name: str) -> Any:
    row = None if is_own(product) else actions.overlay_of(product)
    return getattr(row, name) if row else None


# -------------------------------------------------------------------------------------------------------- categories


def _sorting(branch: queries.Branch) -> Verb:
    title = branch.title
    return Verb(
        title,
        by_count(
            N_("Put %(count)s product into %(category)s?"),
            N_("Put %(count)s products into %(category)s?"),
            category=title,
        ),
        by_count(
            N_("%(count)s product is in %(category)s."), N_("%(count)s products are in %(category)s."), category=title
        ),
        lambda product: _category(product) == branch.category.id,
        lambda product: _sort(product, branch.category),
        lambda product, before: _sort(product, get(Category, before) if before else None),
        before=_own_category,
    )


def _unsorting() -> Verb:
    return Verb(
        gettext("As inherited"),
        by_count(
            N_("Put %(count)s product back where it is inherited from?"),
            N_("Put %(count)s products back where they are inherited from?"),
        ),
        by_count(
            N_("%(count)s product is where it is inherited from."),
            N_("%(count)s products are where they are inherited from."),
        ),
        lambda product: not is_own(product) and _overlay(product, "category_id") is None,
        lambda product: actions.sort_into(product, None),
        lambda product, before: actions.sort_into(product, get(Category, before) if before else None),
        before=_own_category,
    )


def _category(product: Product) -> Any:
    """Where it stands here."""
    return _overlay(product, "category_id") or product.category_id


def _own_category(product: Product) -> str | None:
    found = product.category_id if is_own(product) else _overlay(product, "category_id")
    return spell(found) if found else None


def _sort(product: Product, category: Category | None) -> None:
    if is_own(product):
        actions.change_product(product, version=product.version, category=category)
    else:
        actions.sort_into(product, category)
