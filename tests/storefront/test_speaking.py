"""The shop speaks the visitor's language: chosen by an address, kept by the browser, else as the browser asks."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from portal.core.languages import LANGUAGES
from portal.storefront import actions, queries
from portal.storefront.models import Topic, Visibility
from tests.world import House, World

GERMAN = {"Accept-Language": "fr;q=0.9, de-AT;q=0.8, en;q=0.1"}


def said(house: House, path: str = "/contact", **asked: object) -> str:
    page = BeautifulSoup(house.shop().get(path, **asked).text, "lxml")
    assert page.html is not None
    return str(page.html["lang"])


def test_a_browser_is_spoken_to_in_its_own_language(north: House) -> None:
    assert said(north) == "en"
    assert said(north, headers=GERMAN) == "de"
    assert said(north, headers={"Accept-Language": "fr"}) == "en"


def test_a_choice_is_kept_and_wins_over_the_browser(north: House) -> None:
    visitor = north.shop()
    answer = visitor.get("/contact?language=de")
    assert 'lang="de"' in answer.text
    assert answer.headers["Content-Language"] == "de"
    assert 'lang="de"' in visitor.get("/contact", headers={"Accept-Language": "en"}).text
    assert 'lang="en"' in visitor.get("/contact?language=en").text
    assert 'lang="en"' in visitor.get("/products", headers=GERMAN).text


@pytest.mark.parametrize("nonsense", ["xx", "", "DE", "%00", "de%0d%0aSet-Cookie:x=1", "../de", "x" * 5000])
def test_a_language_we_do_not_have_changes_nothing(north: House, nonsense: str) -> None:
    answer = north.shop().get(f"/contact?language={nonsense}")
    assert 'lang="en"' in answer.text
    assert "language=" not in str(answer.headers.getlist("Set-Cookie"))


def test_every_page_leads_to_itself_in_each_language(north: House) -> None:
    page = BeautifulSoup(north.shop().get("/products?q=mail&page=2").text, "lxml")
    ways = {str(link["hreflang"]): str(link["href"]) for link in page.select(".tongues a")}
    assert ways == {code: f"?q=mail&page=2&language={code}" for code in LANGUAGES}


def test_pages_are_never_handed_to_readers_of_another_language(north: House) -> None:
    varies = {word.strip() for word in north.shop().get("/").headers["Vary"].split(",")}
    assert {"Accept-Language", "Cookie"} <= varies


def test_a_shop_below_a_client_id_keeps_its_own_choice(north: House, world: World) -> None:
    visitor = north.visitor("http://shop.localhost:8000")
    visitor.get(f"/@{north.client_id}/contact?language=de")
    assert 'lang="de"' in visitor.get(f"/@{north.client_id}/contact").text
    assert 'lang="en"' in visitor.get(f"/@{world.south.client_id}/contact").text


def test_a_written_page_and_what_is_not_there_speak_it_as_well(north: House) -> None:
    with north.office():
        for language, text in (("en", "Hello."), ("de", "Guten Tag.")):
            actions.write_page(None, topic=Topic.ABOUT, language=language, title="X", text=text)
    assert "Guten Tag." in north.shop().get("/about", headers=GERMAN).text
    assert 'lang="de"' in north.shop().get("/nowhere", headers=GERMAN).text


def test_opening_soon_speaks_it_as_well(north: House) -> None:
    with north.office():
        actions.admit(queries.storefront(), Visibility.PRIVATE)
    assert 'lang="de"' in north.shop().get("/", headers=GERMAN).text
