"""What can be done with several products of one's own at once: their states, their type, their tags."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask_babel import gettext

from portal.catalogue import actions, queries
from portal.catalogue.models import Product, ProductState, ProductType
from portal.core.db import get
from portal.core.errors import Conflict
from portal.core.here import here
from portal.core.keys import spell
from portal.core.words import N_, Line, by_count, say
from portal.lists.together import Verb


def is_own(product: Product) -> bool:
    return product.tenant_id == here.tenant_id


def states() -> dict[str, Verb]:
    on_sale, draft, ended = ProductState.ACTIVE, ProductState.DRAFT, ProductState.DISCONTINUED
    asked: dict[str, Callable[[int], Line]] = {
        "activate": by_count(N_("Put %(count)s product on sale?"), N_("Put %(count)s products on sale?")),
        "set_aside": by_count(N_("Make %(count)s product a draft?"), N_("Make %(count)s products drafts?")),
        "discontinue": by_count(N_("Discontinue %(count)s product?"), N_("Discontinue %(count)s products?")),
        "archive": by_count(N_("Archive %(count)s product?"), N_("Archive %(count)s products?")),
        "restore": by_count(N_("Restore %(count)s product?"), N_("Restore %(count)s products?")),
    }
    done: dict[str, Callable[[int], Line]] = {
        "activate": by_count(N_("%(count)s product is on sale."), N_("%(count)s products are on sale.")),
        "set_aside": by_count(N_("%(count)s product is a draft."), N_("%(count)s products are drafts.")),
        "discontinue": by_count(N_("%(count)s product is discontinued."), N_("%(count)s products are discontinued.")),
        "archive": by_count(N_("%(count)s product is archived."), N_("%(count)s products are archived.")),
        "restore": by_count(N_("%(count)s product is back."), N_("%(count)s products are back.")),
    }
    ways: dict[
        str, tuple[str, Callable[[Product], bool], Callable[[Product], None], Callable[[Product, Any], None]]
    ] = {
        "activate": (gettext("Put on sale"), lambda row: _stands(row, on_sale), actions.activate, _state_back),
        "set_aside": (gettext("Back to a draft"), lambda row: _stands(row, draft), actions.set_aside, _state_back),
        "discontinue": (gettext("Discontinue"), lambda row: _stands(row, ended), actions.discontinue, _state_back),
        "archive": (
            gettext("Archive"),
            lambda row: row.archived,
            actions.archive_product,
            lambda row, _: actions.restore_product(row),
        ),
        "restore": (
            gettext("Restore"),
            lambda row: not row.archived,
            actions.restore_product,
            lambda row, _: actions.archive_product(row),
        ),
    }
    return {
        word: Verb(
            label,
            asked[word],
            done[word],
            _if_own(holds),
            _only_own(do),
            undo,
            before=lambda product: str(product.state),
        )
        for word, (label, holds, do, undo) in ways.items()
    }


def _stands(product: Product, state: ProductState) -> bool:
    return product.state is state and not (state is ProductState.ACTIVE and product.is_discontinued)


def _state_back(product: Product, before: str) -> None:
    """To the state it had, by way of being sold."""
    if product.state is not ProductState.ACTIVE:
        actions.activate(product)
    back = {ProductState.DRAFT: actions.set_aside, ProductState.DISCONTINUED: actions.discontinue}
    if act := back.get(ProductState(before)):
        act(product)


def _if_own(holds: Callable[[Product], bool]) -> Callable[[Product], bool]:
    return lambda product: is_own(product) and holds(product)


def _only_own(do: Callable[[Product], None]) -> Callable[[Product], None]:
    def act(product: Product) -> None:
        if not is_own(product):
            raise Conflict(say(N_("It is inherited: your provider decides that.")))
        do(product)

    return act


def typing(kind: ProductType | None, name: str) -> Verb:
    def give(product: Product, wanted: ProductType | None) -> None:
        actions.change_product(product, version=product.version, type=wanted)

    return Verb(
        name,
        by_count(
            N_("Make %(count)s product of the type %(type)s?"),
            N_("Make %(count)s products of the type %(type)s?"),
            type=name,
        ),
        by_count(
            N_("%(count)s product is of the type %(type)s."),
            N_("%(count)s products are of the type %(type)s."),
            type=name,
        ),
        lambda product: product.type_id == (kind.id if kind else None),
        _only_own(lambda product: give(product, kind)),
        lambda product, before: give(product, get(ProductType, before) if before else None),
        before=lambda product: spell(product.type_id) if product.type_id else None,
    )


def _retag(product: Product, tags: str) -> None:
    if not product.by_hand:
        raise Conflict(say(N_("Its price sheets say its tags.")))
    actions.change_product(product, version=product.version, tags=tags)


def tagging(tag: str) -> Verb:
    return Verb(
        tag,
        by_count(
            N_("Give %(count)s product the tag %(tag)s?"), N_("Give %(count)s products the tag %(tag)s?"), tag=tag
        ),
        by_count(N_("%(count)s product has the tag %(tag)s."), N_("%(count)s products have the tag %(tag)s."), tag=tag),
        lambda product: tag in queries.tags_in(product.tags),
        _rewriting(lambda tags: [*tags, tag]),
        _retag,
        before=_tags_before,
    )


def untagging(tag: str) -> Verb:
    return Verb(
        tag,
        by_count(
            N_("Take the tag %(tag)s away from %(count)s product?"),
            N_("Take the tag %(tag)s away from %(count)s products?"),
            tag=tag,
        ),
        by_count(
            N_("%(count)s product no longer has the tag %(tag)s."),
            N_("%(count)s products no longer have the tag %(tag)s."),
            tag=tag,
        ),
        lambda product: tag not in queries.tags_in(product.tags),
        _rewriting(lambda tags: [one for one in tags if one != tag]),
        _retag,
        before=_tags_before,
    )


def _rewriting(wanted: Callable[[Sequence[str]], Sequence[str]]) -> Callable[[Product], None]:
    return _only_own(lambda product: _retag(product, ", ".join(wanted(queries.tags_in(product.tags)))))


def _tags_before(product: Product) -> str:
    return product.tags
