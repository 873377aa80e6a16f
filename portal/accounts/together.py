"""What can be done with several accounts at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext

from portal.accounts import actions, queries
from portal.accounts.models import Account
from portal.catalogue.models import PriceList
from portal.core.db import get
from portal.core.keys import spell
from portal.core.words import N_, by_count
from portal.lists.together import Selection, Verb

NO_LIST = "none"


def selection() -> Selection:
    lists = queries.price_lists()
    return Selection(Account, "accounts.index", "accounts.undoing", {**_states(), **_price_lists(lists)})


def offered(lists: Sequence[PriceList]) -> list[tuple[str, list[tuple[str, str]]]]:
    """(group, [(verb, label), …]) as the list offers them."""
    states = [(word, verb.label) for word, verb in _states().items()]
    return [("", states), (gettext("Price list"), [(word, verb.label) for word, verb in _price_lists(lists).items()])]


def _states() -> dict[str, Verb]:
    return {
        "archive": Verb(
            gettext("Archive"),
            by_count(N_("Archive %(count)s account?"), N_("Archive %(count)s accounts?")),
            by_count(N_("%(count)s account is archived."), N_("%(count)s accounts are archived.")),
            lambda account: account.archived,
            actions.archive,
            lambda account, _: actions.restore(account),
        ),
        "restore": Verb(
            gettext("Restore"),
            by_count(N_("Restore %(count)s account?"), N_("Restore %(count)s accounts?")),
            by_count(N_("%(count)s account is back."), N_("%(count)s accounts are back.")),
            lambda account: not account.archived,
            actions.restore,
            lambda account, _: actions.archive(account),
        ),
        "open": Verb(
            gettext("Enable for ordering"),
            by_count(N_("Enable %(count)s account for ordering?"), N_("Enable %(count)s accounts for ordering?")),
            by_count(
                N_("%(count)s account is enabled for ordering."), N_("%(count)s accounts are enabled for ordering.")
            ),
            lambda account: account.enabled_for_ordering,
            actions.open_for_ordering,
            lambda account, _: actions.close_for_ordering(account),
        ),
        "close": Verb(
            gettext("Disable for ordering"),
            by_count(N_("Disable %(count)s account for ordering?"), N_("Disable %(count)s accounts for ordering?")),
            by_count(
                N_("%(count)s account is disabled for ordering."), N_("%(count)s accounts are disabled for ordering.")
            ),
            lambda account: not account.enabled_for_ordering,
            actions.close_for_ordering,
            lambda account, _: actions.open_for_ordering(account),
        ),
    }


def _price_lists(lists: Sequence[PriceList]) -> dict[str, Verb]:
    given = {f"price_list:{one.key}": _giving(one) for one in lists}
    return {**given, f"price_list:{NO_LIST}": _taking()} if given else {}


def _giving(price_list: PriceList) -> Verb:
    name = price_list.name
    return Verb(
        name,
        by_count(
            N_("Give %(count)s account the list %(list)s?"), N_("Give %(count)s accounts the list %(list)s?"), list=name
        ),
        by_count(
            N_("%(count)s account has the list %(list)s."), N_("%(count)s accounts have the list %(list)s."), list=name
        ),
        lambda account: account.price_list_id == price_list.id,
        lambda account: actions.give_price_list(account, price_list),
        _give_back,
        before=_list_before,
    )


def _taking() -> Verb:
    return Verb(
        gettext("No price list"),
        by_count(N_("Give %(count)s account no price list?"), N_("Give %(count)s accounts no price list?")),
        by_count(
            N_("%(count)s account has no price list of its own."),
            N_("%(count)s accounts have no price list of their own."),
        ),
        lambda account: account.price_list_id is None,
        lambda account: actions.give_price_list(account, None),
        _give_back,
        before=_list_before,
    )


def _give_back(account: Account, before: str | None) -> None:
    actions.give_price_list(account, get(PriceList, before) if before else None)


def _list_before(account: Account) -> Any:
    return spell(account.price_list_id) if account.price_list_id else None
