"""What a shop's search finds: in the tenant's language, the best first, and never what is not to be seen."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.catalogue import actions
from portal.catalogue.models import Overlay, PriceList, Product
from portal.catalogue.prices.searching import Words
from portal.core.db import db
from portal.tenants.actions import raise_stamp
from tests.catalogue.goods import good
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.catalogue.test_shop import asking
from tests.catalogue.test_shop_list import names, offered
from tests.world import House

RANGE = [
    good(name="Backup for Lumen", vendor="Ostsee"),
    good(name="Lumen Mail Plan 2", family="Lumen Mail", code="CFQ7TTC0BCDF:0002"),
    good(name="Müller Geräte", vendor="Ostsee", summary="Sichert alle Lizenzen."),
    good(name="Écran", vendor="Lumen", summary="Telephony for everybody."),
    good(name="Υπηρεσία αντιγράφων", vendor="Ερμής"),
]
WORDS = Words(RANGE)


def found(text: str, language: str = "en", *, exact: bool = False) -> list[str]:
    scores = WORDS.look(text, language, exact=exact).scores
    return [one.name for one in sorted(scores, key=scores.__getitem__)]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("mail", ["Lumen Mail Plan 2"]),
        ("MAI plan", ["Lumen Mail Plan 2"]),
        ("muller", ["Müller Geräte"]),
        ("Mueller", ["Müller Geräte"]),
        ("ecran", ["Écran"]),
        ("υπηρεσια", ["Υπηρεσία αντιγράφων"]),
        ("ΕΡΜΗΣ", ["Υπηρεσία αντιγράφων"]),
        ("CFQ7TTC0BCDF:0002", ["Lumen Mail Plan 2"]),
        ("mail ecran", []),
        ("%_", []),
        ("", []),
    ],
)
def test_a_word_is_found_by_its_beginning_whatever_case_and_accents(text: str, names: list[str]) -> None:
    assert found(text) == names


def test_a_name_comes_before_a_maker_and_a_maker_before_a_description() -> None:
    assert found("lumen") == ["Backup for Lumen", "Lumen Mail Plan 2", "Écran"]
    assert found("telephony") == ["Écran"]


@pytest.mark.parametrize(("text", "language"), [("Lizenz", "de"), ("Gerätes", "de"), ("backups", "en")])
def test_other_forms_of_a_word_are_found_in_the_readers_language(text: str, language: str) -> None:
    assert len(found(text, language, exact=True)) == 1


@pytest.mark.parametrize(
    ("text", "instead"), [("bakcup", "Backup"), ("lumne mail", "Lumen mail"), ("telefony", "Telephony")]
)
def test_a_misspelt_word_is_taken_for_one_of_the_range(text: str, instead: str) -> None:
    assert WORDS.look(text, "en").instead == instead
    assert WORDS.look(text, "en").scores
    assert not WORDS.look(text, "en", exact=True).scores


@pytest.mark.parametrize("text", ["zebra", "xq", "lumen", "bac", "0003"])
def test_what_is_found_or_like_nothing_is_left_as_it_is(text: str) -> None:
    assert WORDS.look(text, "en").instead == ""


@pytest.fixture
def shelf(meridian: House, south: House) -> House:
    """South's shop: one product is sold, one hidden, one not in its list."""
    named = {"0001": "Lumen Mail", "0002": "Zephyr Vault", "0003": "Quasar Desk"}
    with meridian.office():
        imported(sheet(*({"SkuId": sku, "SkuTitle": name, "ProductTitle": name} for sku, name in named.items())))
        give(price_list("US Retail", percent="5"), south)
    with south.office():
        own = actions.first_sell_list()
        products = {row.name: row for row in db.session.scalars(select(Product))}
        db.session.flush()
        draft = actions.begin_draft(db.session.scalars(select(PriceList).where(PriceList.id == own.id)).one())
        quasar = products["Quasar Desk"]
        actions.tick_out(draft, [(quasar.tenant_id, quasar.id)])
        actions.publish(own)
        db.session.add(Overlay(product=products["Zephyr Vault"], hidden=True))
        raise_stamp()
    return south


@pytest.mark.parametrize("text", ["zephyr", "Zephyr Vault", "zepyhr", "quasar", "quasra", "vault", "0002"])
def test_what_is_hidden_or_not_listed_is_never_found_nor_told_by_a_correction(shelf: House, text: str) -> None:
    page = shelf.shop().get("/products", query_string={"q": text}).text
    assert names(page) == []
    assert offered(page) == {}
    assert "Showing results" not in page


def test_a_correction_is_said_and_can_be_taken_back(shelf: House) -> None:
    visitor = shelf.shop()
    page = visitor.get("/products?q=lumne").text
    assert names(page) == ["Lumen Mail"]
    assert "Showing results for “Lumen”." in page
    assert 'href="?q=lumne&amp;exact=yes">Search instead for “lumne”' in page
    typed = visitor.get("/products?q=lumne&exact=yes").text
    assert names(typed) == []
    assert "Nothing is called “lumne”" in typed


def test_the_same_words_are_looked_through_again_without_a_statement(shelf: House) -> None:
    visitor = shelf.shop()
    visitor.get("/products")
    with asking(shelf) as asked:
        for text in ("lumen", "mail", "lumne"):
            assert names(visitor.get(f"/products?q={text}").text) == ["Lumen Mail"]
    assert len(asked) == 3  # each its arrival
