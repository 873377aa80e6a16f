"""The dashboard: its figures are those of the lists they lead to."""

from __future__ import annotations

from datetime import date

from portal.accounts import actions as accounts
from portal.catalogue.actions import archive
from portal.core.db import db
from tests.accounts.conftest import TERMS
from tests.browsing import Browser
from tests.catalogue.sheets import price_list
from tests.world import House


def figures(house: House) -> dict[str, int]:
    """What the tiles say."""
    page = Browser(house.client())
    page.open("/")
    tiles = page.page.select("section.tile")
    return {tile.select_one(".muted").get_text(strip=True): int(tile.b.get_text(strip=True)) for tile in tiles}


def test_each_figure_counts_what_its_list_shows(north: House) -> None:
    before = figures(north)
    with north.office():
        kept, put_away = (accounts.open_account(**{**TERMS, "name": name}) for name in ("Kept", "Put away"))
        contact = accounts.add_contact(kept, name="Ada", role=None, email="ada@kept.example", phone=None)
        db.session.flush()
        accounts.invite_to_storefront(contact)
        accounts.archive(put_away)
        archive(price_list("Old", valid_from=date(2026, 1, 1)))
        price_list("New", valid_from=date(2026, 1, 1))
    after = figures(north)
    assert {name: after[name] - before[name] for name in after} == {
        name: int(name in {"Accounts", "Price Lists"}) for name in before
    }
