"""Pages the owner writes: kept as typed, shown when nothing is left to be filled in, harmless whatever is in them."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup

from portal.core import markdown
from portal.core.db import db
from portal.core.languages import LANGUAGES
from portal.settings.models import Company
from portal.storefront import actions, queries
from portal.storefront.models import Topic
from tests.browsing import Browser
from tests.queries import counted
from tests.world import House, World

RTL = "שלום עולם 👩‍👩‍👧‍👦 مرحبا"


def write(house: House, topic: Topic = Topic.TERMS, language: str = "en", **words: str) -> None:
    with house.office():
        page = queries.page_of(topic, language)
        said = {"title": "Our terms", "text": "Be kind.", **words}
        actions.write_page(page, topic=topic, language=language, **said)


def article(house: House, path: str, **headers: str) -> BeautifulSoup:
    answer = house.shop().get(path, headers=headers)
    assert answer.status_code == 200, answer.status_code
    found = BeautifulSoup(answer.text, "lxml").select_one("article.written")
    assert found is not None
    return found


def footer(house: House) -> str:
    return str(BeautifulSoup(house.shop().get("/").text, "lxml").select_one("footer"))


@pytest.fixture
def editor(north: House) -> Browser:
    page = Browser(north.client())
    page.open("/storefront/pages/terms/en")
    return page


def test_what_is_written_is_shown_and_the_foot_leads_there(north: House, editor: Browser) -> None:
    assert 'href="/terms"' not in footer(north)
    assert north.shop().get("/terms").status_code == 404
    editor.send(button="Save", title="Our terms", text="# First\n\nBe **kind**.")
    assert editor.answer is not None
    assert editor.answer.status_code == 303
    editor.follow()
    assert "Shown" in editor.text
    page = article(north, "/terms")
    assert page.h1 is not None
    assert page.h1.text == "Our terms"
    assert [heading.name for heading in page.select("h2")] == ["h2"]
    assert "<strong>kind</strong>" in str(page)
    assert 'href="/terms"' in footer(north)


def test_a_page_with_something_to_fill_in_is_kept_and_shown_to_nobody(north: House, editor: Browser) -> None:
    editor.send(button="Save", text="We are [your company].")
    editor.follow()
    assert "To be filled in" in editor.text
    assert "1 place in brackets" in editor.text
    assert north.shop().get("/terms").status_code == 404
    assert 'href="/terms"' not in footer(north)
    editor.open("/storefront/pages/terms/en")
    assert editor.values()["text"].strip() == "We are [your company]."
    assert "[your company]" in editor.text


def test_an_empty_page_is_no_page(north: House, editor: Browser) -> None:
    write(north)
    editor.open("/storefront/pages/terms/en")
    editor.send(button="Save", text="")
    assert north.shop().get("/terms").status_code == 404


def test_the_preview_saves_nothing_and_keeps_all_that_is_typed(north: House, editor: Browser) -> None:
    editor.send(button="Preview", title="", text="## Hello\n\n[a link](https://a.example)")
    assert editor.answer is not None
    assert editor.answer.status_code == 200
    assert editor.values()["text"].strip() == "## Hello\n\n[a link](https://a.example)"
    assert 'rel="noopener"' in str(editor.page.select_one("#preview"))
    with north.office():
        assert queries.pages() == {}


def test_the_starting_text_knows_what_the_house_has_said_of_itself(north: House, editor: Browser) -> None:
    with north.office():
        db.session.add(Company(legal_name="Nordlicht IT GmbH", street="1 Quay", city="Kiel", country="DE"))
    editor.open("/storefront/pages/imprint/de")
    editor.send(button="Use the starting text")
    text = editor.values()["text"]
    assert "Nordlicht IT GmbH" in text
    assert "Deutschland" in text
    assert "Vertreten durch: [" in text
    editor.send(button="Save")
    assert north.shop().get("/imprint").status_code == 404


def test_every_page_has_a_starting_text_with_something_to_fill_in(editor: Browser) -> None:
    for topic in Topic:
        for language in LANGUAGES:
            editor.open(f"/storefront/pages/{topic}/{language}")
            editor.send(button="Use the starting text")
            assert len(markdown.placeholders(editor.values()["text"])) >= 2, (topic, language)


def test_a_visitor_reads_his_language_else_the_shops(north: House) -> None:
    write(north, language="de", title="Unsere Bedingungen", text="Auf Deutsch.")
    assert article(north, "/terms")["lang"] == "de"
    write(north, text="In English.")
    assert article(north, "/terms")["lang"] == "en"


def test_of_two_who_write_at_once_the_second_sees_both(north: House, editor: Browser) -> None:
    other = Browser(north.client())
    other.open("/storefront/pages/terms/en")
    other.send(button="Save", text="Theirs.")
    editor.send(button="Save", text="Mine, [with](https://a.example)\n\ntwo paragraphs.")
    assert editor.answer is not None
    assert editor.answer.status_code == 409
    assert "Theirs." in editor.text
    assert "Mine," in editor.text
    editor.send(button="Save mine")
    assert editor.answer.status_code == 303
    assert len(article(north, "/terms").select("p")) == 2


def test_a_stranger_sees_nothing_of_it(north: House, world: World) -> None:
    write(north)
    assert world.strand.shop().get("/terms").status_code == 404
    assert "Our terms" not in Browser(world.strand.client()).open("/storefront/pages/terms/en").text


def test_who_may_only_look_writes_nothing(north: House) -> None:
    client = north.client("sales")
    assert "Missing" in client.get("/storefront/pages").text
    assert client.get("/storefront/pages/terms/en").status_code == 403


@pytest.mark.parametrize("path", ["nothing/en", "terms/xx", "terms/EN", "TERMS/en", "terms/%00"])
def test_an_address_of_no_page_is_not_there(north: House, path: str) -> None:
    assert north.client().get(f"/storefront/pages/{path}").status_code == 404


XSS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt&#58;alert(1))",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "[x](vbscript:x)",
    "![x](https://tracker.example/x.png)",
    "<a href='javascript:alert(1)'>x</a>",
    '[x](https://a.example "onmouseover=alert(1)")',
    '[x](https://a.example/"onmouseover="alert(1))',
    "<style>*{}</style><iframe src=//a.example></iframe><form action=//a.example>",
    "```html\n<script>alert(1)</script>\n```",
    "<https://a.example/><svg/onload=alert(1)>",
    "[a]: javascript:alert(1)\n\n[a]",
)


@pytest.mark.parametrize("text", XSS)
def test_no_script_and_no_foreign_picture_gets_out_of_markdown(text: str) -> None:
    page = BeautifulSoup(markdown.shown(text), "html.parser")
    for tag in page.find_all(True):
        assert tag.name in markdown.TAGS
        assert set(tag.attrs) <= {"href", "title", "rel", "start"}
        assert str(tag.get("href", "https:")).startswith(("https:", "http:", "mailto:", "tel:", "/"))


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "x" * 120, RTL, "{{ 7*7 }}"])
def test_a_title_is_shown_as_it_was_typed(north: House, title: str) -> None:
    write(north, title=title)
    page = article(north, "/terms")
    assert page.h1 is not None
    assert page.h1.text == title


def test_brackets_that_are_links_code_or_escaped_need_no_filling_in() -> None:
    assert markdown.placeholders("[a](/b) `[c]` \\[d\\] [e][f]\n\n[f]: /g") == []
    assert markdown.placeholders("[name, **bold**] and [two\nlines]") == ["[name, bold]", "[two lines]"]


def test_a_written_page_asks_no_more_than_three_times(north: House) -> None:
    write(north)
    visitor = north.shop()
    visitor.get("/terms")
    with counted(north.app) as asked:
        visitor.get("/terms")
    assert len(asked) <= 2, asked
