"""Everything people see can be translated, is translated into German, and is shown in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
from babel.messages.pofile import read_po
from bs4 import BeautifulSoup, Comment, Doctype
from flask import g
from jinja2 import nodes
from sqlalchemy import update

from portal.accounts.models import terms_title
from portal.audit import words as trail
from portal.commands import catalogues
from portal.core.db import db
from portal.core.forms import Amount, Day, Form
from portal.core.words import say, told
from portal.notifications import write
from portal.notifications.letters import LETTERS
from portal.processes.actions import start
from portal.processes.models import OVER, State, TaskState
from portal.processes.plans import PLANS
from portal.tenants import actions as tenants
from portal.tenants.models import Organization
from tests.conftest import forget_everything
from tests.house.asking import Route, Visit, map_of
from tests.house.furniture import furnish, furnish_world
from tests.house.rules import calls, modules, texts
from tests.house.test_templates import TEMPLATES, name_of, tree
from tests.notifications.test_letters import LINK, VALUES, parts, sent
from tests.world import OFFICE

PLACEHOLDER = re.compile(r"%\((\w+)\)([sd])")
WORD = re.compile(r"[^\W\d_]{2,}")
PROBLEMS = {"Invalid", "Conflict", "Forbidden", "TooMany", "Permanent", "ValidationError"}
FIELDS = {"Text", "LongText", "Email", "Choice", "Tick", "Number", "Amount", "Day", "Secret", "FileField", "RadioField"}
SAID_BY = PROBLEMS | FIELDS | {"flash", "say"}
"""Whose first argument people read."""
SEEN = ("alt", "aria-description", "aria-label", "aria-roledescription", "data-th", "label", "placeholder", "title")
MARKS = {"_", "gettext", "ngettext"}
SENTENCE = re.compile(r"[A-Z][a-z]+ [a-z]+|^[A-Z][a-z]+$")
NO_WORDS_OF_OURS = {"HiddenField", "CSRFTokenField", "AmountField"}
"""Names of Python's classes that templates ask for."""


def messages() -> list[Any]:
    path = catalogues.TRANSLATIONS / "de" / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        return [message for message in read_po(file, locale="de") if message.id]


def pairs(message: Any) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """(what may be said, what is said) of each form."""
    if isinstance(message.id, str):
        return [((message.id,), (message.string,))]
    return [(tuple(message.id), tuple(message.string))]


def names(*texts: str) -> set[tuple[str, str]]:
    return {found for text in texts for found in PLACEHOLDER.findall(text)}


# ------------------------------------------------------------------------------------------------------ the catalogue


def test_every_text_is_translated_and_none_is_doubtful() -> None:
    assert list(catalogues.complaints()) == []


def test_every_placeholder_is_kept() -> None:
    wrong = [message.id for message in messages() for ids, said in pairs(message) if names(*ids) != names(*said)]
    assert wrong == []


def test_every_translation_can_be_filled() -> None:
    for message in messages():
        for ids, said in pairs(message):
            values = {name: 1 for name, _ in names(*ids)}
            for text in said if values else ():
                assert "%(" not in text % values


def test_a_translation_ends_as_its_source() -> None:
    wrong = [
        text
        for message in messages()
        for ids, said in pairs(message)
        for text in said
        if text != text.strip() or ending(text.removesuffix("USt-IdNr.")) != ending(ids[0])
    ]
    assert wrong == []


def ending(text: str) -> str:
    return text[-1:] if text.endswith((".", ":", "?", "!")) else ""


def test_german_says_please_and_hurrah_as_little_as_english() -> None:
    wrong = [
        text
        for message in messages()
        for ids, said in pairs(message)
        for text in said
        if re.search(r"\b(bitte|hoppla|erfolgreich)\b", text, re.IGNORECASE) or ("!" in text and "!" not in ids[0])
    ]
    assert wrong == []


# -------------------------------------------------------------------------------------------------------- the source


def test_what_python_says_is_marked_for_translation() -> None:
    plain = [
        f"{path}:{call.lineno}: {call.args[0].value!r}"
        for path, module in modules("portal", "worker")
        for name, call in calls(module)
        if name in SAID_BY and call.args and isinstance(call.args[0], ast.Constant) and call.args[0].value
        if not str(call.args[0].value).startswith("--")  # the words of a command are the same in every language
    ]
    assert plain == []


def test_the_log_has_words_for_every_verb() -> None:
    verbs = {
        call.args[0].value
        for _, module in modules("portal", "worker")
        for name, call in calls(module)
        if name in {"record", "_record"} and call.args and isinstance(call.args[0], ast.Constant)
    }
    assert {verb for verb in verbs if verb not in trail.WHOLE and verb.rpartition(".")[2] not in trail.ENDINGS} == set()


def test_the_log_has_no_phrase_for_what_nobody_does() -> None:
    said = {text for path, module in modules("portal") if path != "portal/audit/words.py" for _, text in texts(module)}
    assert set(trail.WHOLE) <= said
    settled = {str(state) for state in OVER}  # the runner says "process." and the state it ended in
    assert set(trail.ENDINGS) <= settled | {verb.rpartition(".")[2] for verb in said if re.fullmatch(r"\w+\.\w+", verb)}


@pytest.mark.parametrize("case", TEMPLATES, ids=name_of)
def test_a_template_says_nothing_untranslated(case: Any) -> None:
    assert [*visible(case[1].read_text(encoding="utf-8"), html=case[1].suffix == ".html"), *spoken(tree(case))] == []


def visible(source: str, *, html: bool) -> Iterator[str]:
    """The words that stand in a template as they are."""
    bare = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", " ", source, flags=re.DOTALL)
    if not html:
        yield from WORD.findall(bare)
        return
    soup = BeautifulSoup(bare, "html.parser")
    for text in soup.find_all(string=True):
        if not isinstance(text, (Comment, Doctype)) and not text.find_parent(["style", "script"]):
            yield from WORD.findall(text)
    for tag in soup.find_all(True):
        for name in SEEN:
            yield from WORD.findall(str(tag.get(name, "")))


def spoken(node: nodes.Node) -> Iterator[str]:
    """The sentences in a template's expressions that go past gettext."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKS:
        for part in [*node.args, *node.kwargs]:
            yield from () if isinstance(part, nodes.Const) else spoken(part)
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str) and SENTENCE.search(node.value):
        yield from {node.value} - NO_WORDS_OF_OURS
    for child in node.iter_child_nodes():
        yield from spoken(child)


# --------------------------------------------------------------------------------------------------- what people see


@pytest.fixture(scope="module")
def german(make_world):
    """A world in which every house speaks German."""
    catalogues.compile_stale()
    world = make_world("german")
    furnish_world(world)
    for house in world.houses:
        with house.office():
            mine = Organization.tenant_id == house.tenant_id
            db.session.execute(update(Organization).where(mine).values(language="de"))
            tenants.raise_stamp(house.tenant_id)
    forget_everything()
    return world


@pytest.fixture(scope="module")
def english() -> tuple[set[str], list[str], list[re.Pattern[str]]]:
    """What would be English on a page: whole texts, long texts within others, and texts with something filled in."""
    plain = {one for m in messages() for ids, said in pairs(m) for one in ids if one not in said}
    filled = [text for text in plain if "%(" in text and len(WORD.findall(PLACEHOLDER.sub("", text))) > 1]
    whole = {text for text in plain if "%(" not in text}
    patterns = [re.compile(".+".join(map(re.escape, PLACEHOLDER.sub("\0", text).split("\0")))) for text in filled]
    return whole, [text for text in whole if len(text.split()) > 3], patterns


def test_every_page_is_german_in_a_german_house(german, english):
    complaints, pages = [], 0
    for house in (german.meridian, german.north):
        rows = furnish(house)
        for door in ("office", "shop"):
            visit = Visit.of(house, door, "administrator")
            for route in pages_at(house, door):
                answer = visit.ask(route, route.own(rows), headers={"Accept-Language": "de"})
                if answer.mimetype == "text/html" and answer.data and not answer.location:
                    pages += 1
                    complaints += [f"{route}: {text}" for text in left_in_english(answer.text, english)]
    assert complaints == []
    assert pages > 60


def pages_at(house: Any, door: str) -> list[Route]:
    return [route for route in map_of(house.app) if route.method == "GET" and route.door == door]


def left_in_english(page: str, english: tuple[set[str], list[str], list[re.Pattern[str]]]) -> Iterator[str]:
    whole, long, patterns = english
    soup = BeautifulSoup(page, "html.parser")
    if soup.html and soup.html.get("lang") != "de":
        yield f"lang={soup.html.get('lang')}"
    for text in seen_in(soup):
        if text in whole or any(one in text for one in long) or any(one.fullmatch(text) for one in patterns):
            yield text


def seen_in(soup: BeautifulSoup) -> Iterator[str]:
    for text in soup.find_all(string=True):
        if text.strip() and not isinstance(text, (Comment, Doctype)) and not text.find_parent(["style", "script"]):
            yield " ".join(text.split())
    for tag in soup.find_all(True):
        yield from (str(tag[name]) for name in SEEN if tag.get(name))


def test_work_that_is_stuck_says_so_in_german(german, english):
    facts = {"account": "0" * 26, "edition": "basic", "price_list_name": "Handel", "currency": "EUR"}
    facts |= {"host": "kontor", "pretend": False}
    with german.north.office():
        name = say("Create tenant reseller: %(name)s", name="Kontor")
        process = start(PLANS["tenant.onboarding"], name=name, about="kontor", facts=facts)
        process.state = State.ATTENTION
        process.reason = say("The registry did not answer about %(host)s.", host="kontor").stored()
        for task in process.tasks[:6]:
            task.state = TaskState.DONE
        process.tasks[6].state = TaskState.FAILED
        address = f"/processes/{process.key}"
    browser = german.north.client()
    page, log = (BeautifulSoup(browser.get(path).text, "html.parser") for path in (address, "/log"))
    assert list(left_in_english(str(page), english)) == []
    assert "Shop-Adresse öffnen, Preisliste verknüpfen" in page.get_text()
    assert "hat Mandanten-Reseller anlegen: Kontor gestartet" in " ".join(log.get_text().split())


def test_office_and_shop_greet_in_german(german):
    dashboard = german.north.client().get("/").text
    assert '<html lang="de"' in dashboard
    assert "Mandanten-Reseller" in dashboard
    storefront = german.north.shop().get("/").text
    assert '<html lang="de"' in storefront
    assert "Zum Inhalt springen" in storefront


def test_a_visitor_without_a_house_is_met_in_his_browsers_language(german):
    page = german.north.visitor().get("/sign-in", headers={"Accept-Language": "de-AT,de;q=0.9,en;q=0.5"}).text
    assert '<html lang="de"' in page
    assert "Anmelden" in page


def test_what_a_form_cannot_take_it_refuses_in_german(german):
    class Offer(Form):
        amount = Amount("Betrag")
        day = Day("Tag")

    with german.north.app.test_request_context(
        "/", base_url=OFFICE, method="POST", data={"amount": "viel", "day": "x"}
    ):
        g.speaking = "de"
        form = Offer(meta={"csrf": False})
        assert not form.accepted()
        assert form.amount.errors[0] == "Schreiben Sie einen Betrag wie 1250,00."
        assert form.day.errors[0] == "Kein gültiges Datum."


def test_a_counted_line_has_both_its_forms(german):
    with german.north.app.app_context():
        g.speaking = "de"
        assert [told(terms_title(days)) for days in (1, 30)] == ["1 Tag", "30 Tage"]


@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_every_letter_is_german(north, worker, mail_folder, english, kind):
    catalogues.compile_stale()
    with north.office():
        values = VALUES | {"task": say("Open the storefront address").stored(), "why": say("Is empty.").stored()}
        write(kind, to=("Kim Winter", "kim@nordlicht.example"), language="de", values=values, link=LINK)
    worker.run_due()
    (letter,) = sent(mail_folder)
    plain, page = parts(letter)
    assert "Guten Tag Kim Winter," in plain
    assert list(left_in_english(page, english)) == []
    whole, long, patterns = english
    for line in plain.splitlines():
        assert line not in whole
        assert not any(one in line for one in long)
        assert not any(one.fullmatch(line) for one in patterns)
