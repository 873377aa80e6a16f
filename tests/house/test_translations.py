"""Everything people see can be translated, is translated into every language we have, and is shown in it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Any

import pytest
from bs4 import BeautifulSoup, Comment, Doctype
from jinja2 import nodes
from sqlalchemy import update

from portal.audit import words as trail
from portal.audit.cells import cell
from portal.commands import catalogues
from portal.core.db import Model, db
from portal.core.words import say
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
from tests.house.languages import SEEN, TRANSLATED, WORD, English, Foreign, each_language, left_in_english, said_in
from tests.house.rules import calls, modules, texts
from tests.house.test_templates import TEMPLATES, name_of, tree
from tests.notifications.test_letters import LINK, VALUES, parts, sent

PROBLEMS = {"Invalid", "Conflict", "Forbidden", "TooMany", "Permanent", "ValidationError"}
FIELDS = {"Text", "LongText", "Email", "Choice", "Tick", "Number", "Amount", "Day", "Secret", "FileField", "RadioField"}
SAID_BY = PROBLEMS | FIELDS | {"flash", "say", "by_count"}
"""Whose first argument people read."""
MARKS = {"_", "gettext", "ngettext"}
SENTENCE = re.compile(r"[A-Z][a-z]+ [a-z]+|^[A-Z][a-z]+$")
NO_WORDS_OF_OURS = {"HiddenField", "CSRFTokenField", "AmountField"}
"""Names of Python's classes that templates ask for."""


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
        (str(call.args[0].value), any(keyword.arg == "whole" for keyword in call.keywords))
        for _, module in modules("portal", "worker")
        for name, call in calls(module)
        if name in {"record", "_record"} and call.args and isinstance(call.args[0], ast.Constant)
    }
    told = {*trail.WHOLE, *(verb for verb, _ in verbs if verb.rpartition(".")[2] in trail.ENDINGS)}
    assert {verb for verb, of_a_part in verbs if verb not in told and not (of_a_part and verb in trail.PARTS)} == set()


def test_the_log_has_no_phrase_for_what_nobody_does() -> None:
    said = {text for path, module in modules("portal") if path != "portal/audit/words.py" for _, text in texts(module)}
    assert {*trail.WHOLE, *trail.PARTS} <= said
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
    soup = BeautifulSoup(bare, "lxml")
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


@pytest.fixture(scope="module", params=TRANSLATED)
def foreign(request, make_world) -> Foreign:
    catalogues.compile_stale()
    language = request.param
    world = make_world(f"speaking{language}")
    furnish_world(world)
    for house in world.houses:
        with house.office():
            mine = Organization.tenant_id == house.tenant_id
            db.session.execute(update(Organization).where(mine).values(language=language))
            tenants.raise_stamp(house.tenant_id)
    forget_everything()
    return Foreign(language, world, English.beside(language))


def test_every_page_is_foreign_in_a_foreign_house(foreign: Foreign) -> None:
    complaints, pages = [], 0
    for house in (foreign.world.meridian, foreign.world.north):
        rows = furnish(house)
        for door in ("office", "shop"):
            visit = Visit.of(house, door, "administrator")
            for route in pages_at(house, door):
                answer = visit.ask(route, route.own(rows), headers={"Accept-Language": foreign.language})
                if answer.mimetype == "text/html" and answer.data and not answer.location:
                    pages += 1
                    complaints += [f"{route}: {text}" for text in left_in_english(answer.text, foreign)]
    assert complaints == []
    assert pages > 60


def pages_at(house: Any, door: str) -> list[Route]:
    return [route for route in map_of(house.app) if route.method == "GET" and route.door == door]


def test_work_that_is_stuck_says_so_in_the_readers_words(foreign: Foreign) -> None:
    facts = {"account": "0" * 26, "edition": "basic", "price_list_name": "Handel", "currency": "EUR"}
    facts |= {"host": "kontor", "pretend": False}
    north, text = foreign.world.north, foreign.text
    with north.office():
        name = say("Create tenant reseller: %(name)s", name="Kontor")
        process = start(PLANS["tenant.onboarding"], name=name, about="kontor", facts=facts)
        process.state = State.ATTENTION
        process.reason = say("The registry did not answer about %(host)s.", host="kontor").stored()
        for task in process.tasks[:6]:
            task.state = TaskState.DONE
        process.tasks[6].state = TaskState.FAILED
        address = f"/processes/{process.key}"
    browser = north.client()
    page, log = (BeautifulSoup(browser.get(path).text, "lxml") for path in (address, "/log"))
    assert list(left_in_english(str(page), foreign)) == []
    assert f"{text('Open the storefront address')}, {text('Link the price list')}" in page.get_text()
    started = text("started %(label)s", label=text("Create tenant reseller: %(name)s", name="Kontor"))
    assert started in " ".join(log.get_text().split())


def test_office_and_shop_greet_in_the_houses_language(foreign: Foreign) -> None:
    dashboard = foreign.world.north.client().get("/").text
    assert f'<html lang="{foreign.language}"' in dashboard
    assert foreign.text("Tenant Resellers") in dashboard
    storefront = foreign.world.north.shop().get("/").text
    assert f'<html lang="{foreign.language}"' in storefront
    assert foreign.text("Skip to content") in storefront


def test_a_visitor_without_a_house_is_met_in_his_browsers_language(foreign: Foreign) -> None:
    asked = f"{foreign.language}-XX,{foreign.language};q=0.9,en;q=0.5"
    page = foreign.world.north.visitor().get("/sign-in", headers={"Accept-Language": asked}).text
    assert f'<html lang="{foreign.language}"' in page
    assert foreign.text("Sign in") in page


@each_language
@pytest.mark.parametrize("kind", sorted(LETTERS))
def test_every_letter_is_foreign(north, worker, mail_folder, kind, language):
    catalogues.compile_stale()
    foreign = Foreign(language, north, English.beside(language))
    with north.office():
        values = VALUES | {"task": say("Open the storefront address").stored(), "why": say("Is empty.").stored()}
        write(kind, to=("Kim Winter", "kim@nordlicht.example"), language=language, values=values, link=LINK)
    worker.run_due()
    (letter,) = sent(mail_folder)
    plain, page = parts(letter)
    assert foreign.text("Hello %(name)s,", name="Kim Winter") in plain
    assert list(left_in_english(page, foreign)) == []
    assert [line for line in plain.splitlines() if foreign.english.has(line)] == []


UNSPOKEN = {
    *("attempt", "process", "task", "weather"),  # their pages say it; the log tells of the process by its name
    *("sheet_row", "ticket", "order_status", "page_version", "product_import", "price_sheet"),  # told without fields
    "cost_decision",  # told of its list
}
"""Kinds of rows whose codes the log never shows."""


def test_the_log_says_every_code_of_a_row_in_words_that_are_translated(app: Any) -> None:
    known = said_in(TRANSLATED[0])
    complaints = []
    for mapper in Model.registry.mappers:
        for column in mapper.local_table.columns:
            codes = getattr(column.type, "enum_class", None)
            spoken = column.key in getattr(mapper.class_, "__readings__", {})
            if codes is None or spoken or mapper.local_table.name in UNSPOKEN:
                continue
            complaints += [f"{column}: {cell(code)['word']}" for code in codes if cell(code)["word"] not in known]
    assert complaints == []
