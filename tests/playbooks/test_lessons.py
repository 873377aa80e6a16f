"""Every lesson stands in every language, speaks of what is there, and has its drawing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import update

from portal.commands.catalogues import catalogues, extracted
from portal.core import assets
from portal.core.db import db
from portal.core.languages import LANGUAGES
from portal.core.web import entry_of
from portal.playbooks import reading
from portal.playbooks.lessons import LESSONS
from portal.playbooks.reading import FOLDER, Block, Piece, Text, read, understood
from portal.tenants.actions import EDITIONS
from portal.tenants.models import Organization
from tests.world import House

CODES = [lesson.code for lesson in LESSONS]
SHORTEST, LONGEST = 120, 250
AWAITED = {"mail.sender": "/settings/mail"}  # pages that are being built: until then nothing leads there
DRAWINGS = assets.STATIC / "playbooks"


def languages() -> set[str]:
    """Those we offer, and those somebody has begun a catalogue of."""
    return {*LANGUAGES, *(path.parent.parent.name for path in catalogues())}


def words(text: Text) -> int:
    return sum(len("".join(piece.text for piece in line).split()) for block in text.blocks for line in block.sentences)


def shape(text: Text) -> list[int]:
    """How many sentences each block has: paragraphs one, steps as many as there are."""
    return [len(block.sentences) * (-1 if block.are_steps else 1) for block in text.blocks]


@pytest.fixture(scope="module")
def on_screen() -> set[str]:
    """Every text of the pages."""
    return {text if isinstance(text, str) else text[0] for text in (one.id for one in extracted()) if text}


@pytest.mark.parametrize("code", CODES)
def test_a_lesson_stands_in_every_language(code: str) -> None:
    assert {language for language in languages() if read(code, language).language != language} == set()


@pytest.mark.parametrize("code", CODES)
def test_it_is_the_same_lesson_in_every_language(code: str) -> None:
    """The same steps, and the same names on the screen."""
    original = read(code, reading.ORIGINAL)
    for language in languages():
        text = read(code, language)
        assert shape(text) == shape(original), language
        assert sorted(text.names) == sorted(original.names), language


@pytest.mark.parametrize("code", CODES)
def test_it_is_short_and_says_what_to_do(code: str) -> None:
    for language in languages():
        text = read(code, language)
        assert SHORTEST <= words(text) <= LONGEST, (language, words(text))
        assert any(block.are_steps for block in text.blocks), language


@pytest.mark.parametrize("code", CODES)
def test_it_names_only_what_stands_on_a_page(code: str, on_screen: set[str]) -> None:
    assert set(read(code, reading.ORIGINAL).names) - on_screen == set()


def test_there_is_no_text_without_a_lesson() -> None:
    assert {path.stem for path in FOLDER.glob("*/*")} == set(CODES)


def test_a_language_that_is_not_there_yet_is_said_in_english_and_says_so() -> None:
    assert read("brand", "xx") == read("brand", "en")
    assert read("brand", "xx").language == "en"


@pytest.fixture
def half_translated(monkeypatch, tmp_path: Path):
    """Somebody has begun German, and has not come to this lesson yet."""
    for code in CODES:
        for language in {"en", "de"} if code != "brand" else {"en"}:
            (tmp_path / language).mkdir(exist_ok=True)
            (tmp_path / language / f"{code}.md").write_bytes(reading.path_of(code, language).read_bytes())
    monkeypatch.setattr(reading, "FOLDER", tmp_path)
    read.cache_clear()
    yield
    read.cache_clear()


def test_an_untranslated_lesson_says_so_on_its_page(north: House, half_translated) -> None:
    with north.office():
        db.session.execute(update(Organization).where(Organization.tenant_id == north.tenant_id).values(language="de"))
    page = BeautifulSoup(north.client().get("/playbook/brand").text, "lxml")
    assert page.select_one("html[lang=de]")
    said = page.select_one('.said[lang="en"]')
    assert said is not None
    assert "Until you choose" in said.get_text()
    assert next(one.get_text() for one in said.select('b[lang="de"]')) == "Marke"
    assert "in Ihre Sprache übersetzt" in page.get_text()
    assert "in Ihre Sprache übersetzt" not in north.client().get("/playbook/opening").text


def test_a_lesson_is_read_as_it_is_written() -> None:
    text = understood(
        "# A title\n\nWhat it is\nabout.\n\n![A drawing](x)\n\nFirst [[Save]].\n\n1. One\n   more.\n2. [[OK]]\n", "en"
    )
    assert (text.title, text.about, text.picture) == ("A title", "What it is about.", "A drawing")
    assert text.blocks == (
        Block(((Piece("First "), Piece("Save", on_screen=True), Piece(".")),)),
        Block(((Piece("One more."),), (Piece("OK", on_screen=True),)), are_steps=True),
    )


@pytest.mark.parametrize("written", ["No title\n\nabout\n\n![x](x)\n\ntext", "# T\n\nabout\n\ntext\n\ntext", "# T"])
def test_a_text_that_is_not_written_as_a_lesson_is_told(written: str) -> None:
    with pytest.raises(ValueError, match="not written as a lesson"):
        understood(written, "en")


@pytest.mark.parametrize("code", CODES)
def test_its_drawing_is_small_and_draws_light_and_dark(code: str) -> None:
    source = (DRAWINGS / f"{code}.svg").read_text(encoding="utf-8")
    assert len(source) < 5 << 10
    assert "light-dark(" in source
    assert not re.search(r"<(script|text|image|foreignObject)|style=|href|https?://(?!www\.w3\.org/2000/svg)", source)


def test_there_is_no_drawing_without_a_lesson() -> None:
    assert {path.stem for path in DRAWINGS.glob("*.svg")} == set(CODES)


def test_every_lesson_has_a_drawing_that_is_described(north: House) -> None:
    for code in CODES:
        picture = BeautifulSoup(north.client().get(f"/playbook/{code}").text, "lxml").select_one(".lesson > img")
        assert picture is not None
        assert picture["alt"], code
        with north.client().get(str(picture["src"])) as drawing:
            assert drawing.status_code == 200


def test_every_place_a_lesson_leads_to_is_there_and_opens(north: House) -> None:
    places = {place.endpoint for lesson in LESSONS for place in lesson.places}
    with north.app.test_request_context():
        lost = {endpoint for endpoint in places if entry_of(endpoint) is None}
    assert lost <= set(AWAITED)
    served = {rule.rule for rule in north.app.url_map.iter_rules()}
    assert {AWAITED[endpoint] for endpoint in lost} & served == set(), "say in lessons.py what this page is called now"
    client, by_code = north.client(), {lesson.code: lesson for lesson in LESSONS}
    for code in CODES:
        links = BeautifulSoup(client.get(f"/playbook/{code}").text, "lxml").select(".do-it a")
        assert links or {place.endpoint for place in by_code[code].places} <= lost, code
        assert {client.get(str(link["href"])).status_code for link in links} <= {200}, code


def test_a_lessons_feature_is_one_that_an_edition_opens() -> None:
    opened = {feature for edition in EDITIONS for feature in edition["features"]}  # type: ignore[attr-defined]
    assert {lesson.feature for lesson in LESSONS if lesson.feature} <= opened
