"""Every catalogue is whole, keeps what is filled in, ends as it must, and speaks to people as we do."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

import pytest
from flask import g

from portal.accounts.models import terms_title
from portal.commands import catalogues
from portal.core import dates
from portal.core.forms import Amount, Day, Form, Number
from portal.core.languages import LANGUAGES
from portal.core.words import told
from tests.house.languages import TRANSLATED, each_language, messages, names, pairs
from tests.world import OFFICE

QUESTION = {"el": ";"}
"""How a question ends where it does not end in "?"."""
UNWANTED = {"de": r"\b(bitte|hoppla|erfolgreich)\b", "el": r"παρακαλ|επιτυχ[ήώί]"}


def test_every_text_is_translated_and_none_is_doubtful() -> None:
    assert list(catalogues.complaints()) == []


def test_every_language_is_offered_in_its_own_words() -> None:
    assert {"en": "English", "de": "Deutsch", "el": "Ελληνικά"}.items() <= LANGUAGES.items()
    assert [path.parent.parent.name for path in catalogues.catalogues()] == TRANSLATED


@each_language
def test_every_placeholder_is_kept(language: str) -> None:
    wrong = [m.id for m in messages(language) for ids, said in pairs(m) if names(*ids) != names(*said)]
    assert wrong == []


@each_language
def test_every_translation_can_be_filled(language: str) -> None:
    for message in messages(language):
        for ids, said in pairs(message):
            values = {name: 1 for name, _ in names(*ids)}
            for text in said if values else ():
                assert "%(" not in text % values


@each_language
def test_a_translation_ends_as_its_source(language: str) -> None:
    wrong = [
        text
        for message in messages(language)
        for ids, said in pairs(message)
        for text in said
        if text != text.strip()
        or ending(text.removesuffix("USt-IdNr."), QUESTION.get(language, "?")) != ending(ids[0], "?")
    ]
    assert wrong == []


def ending(text: str, question: str) -> str:
    return "?" if text.endswith(question) else text[-1:] if text.endswith((".", ":", "!")) else ""


@each_language
def test_it_says_please_and_hurrah_as_little_as_english(language: str) -> None:
    unwanted = re.compile(UNWANTED.get(language, "(?!)"), re.IGNORECASE)
    wrong = [
        text
        for message in messages(language)
        for ids, said in pairs(message)
        for text in said
        if unwanted.search(text) or ("!" in text and "!" not in ids[0])
    ]
    assert wrong == []


def test_no_greek_word_has_a_latin_letter_in_it() -> None:
    """An "o" that is typed on the wrong keyboard looks the same, and is found by nobody who searches."""
    mixed = re.compile(r"[A-Za-z][\u0370-\u03ff]|[\u0370-\u03ff][A-Za-z]")
    assert [text for m in messages("el") for _, said in pairs(m) for text in said if mixed.search(text)] == []


@pytest.mark.parametrize(
    ("language", "refusals"),
    [
        ("de", ["Schreiben Sie einen Betrag wie 1250,00.", "Kein gültiges Datum.", "Keine ganze Zahl."]),
        ("el", ["Γράψτε ποσό όπως 1250,00.", "Μη έγκυρη ημερομηνία.", "Μη έγκυρος ακέραιος αριθμός."]),
    ],
)
def test_what_a_form_cannot_take_it_refuses_in_the_readers_words(north, language, refusals):
    class Offer(Form):
        amount = Amount("Betrag")
        day = Day("Tag")
        number = Number("Zahl")

    catalogues.compile_stale()
    sent = {"amount": "viel", "day": "x", "number": "y"}
    with north.app.test_request_context("/", base_url=OFFICE, method="POST", data=sent):
        g.speaking = language
        form = Offer(meta={"csrf": False})
        assert not form.accepted()
        assert [field.errors[0] for field in (form.amount, form.day, form.number)] == refusals


@pytest.mark.parametrize(("language", "lines"), [("de", ["1 Tag", "30 Tage"]), ("el", ["1 ημέρα", "30 ημέρες"])])
def test_a_counted_line_has_both_its_forms(north, language, lines):
    catalogues.compile_stale()
    with north.app.app_context():
        g.speaking = language
        assert [told(terms_title(days)) for days in (1, 30)] == lines


def test_greek_writes_numbers_money_and_days_as_greeks_do(north):
    with north.app.app_context():
        g.speaking = "el"
        assert dates.number(Decimal("1234.5")) == "1.234,5"
        assert dates.money(Decimal("1234.5"), "EUR") == "1.234,50\u00a0€"
        assert dates.day(date(2026, 5, 4)) == "4 Μαΐ 2026"
