"""CSS of a brand's own: what is left of it does no harm, what is left out is told, and it is worn with its version."""

from __future__ import annotations

import re
from time import process_time

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import func, select

from portal.branding import actions, fittings
from portal.branding.designing import Wish
from portal.branding.looks import PASSED_ON, TYPING
from portal.branding.models import Brand, Fitting, State
from portal.branding.own_css import MOST_BYTES, clean, reasons
from portal.core.clock import now
from portal.core.db import db
from portal.tenants.models import Edition
from tests.branding.css_attacks import ATTACKS, GOOD, live, mutants
from tests.branding.test_studio import brands, look_in, shop_at, stylesheets
from tests.browsing import Browser
from tests.world import House

OWN = ".card { border-radius: 0; }"
WORN = "@layer own {\n.shop .card { border-radius: 0; }\n}"


def proved(text: str) -> str:
    """What is left of it, with the proof that nothing of that lives and that it stays as it is."""
    worn, _ = clean(text)
    assert live(worn) == [], worn
    assert clean(worn) == (worn, [])
    return worn


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_leaves_nothing_that_lives(attack):
    proved(ATTACKS[attack])


@pytest.mark.parametrize("attack", [name for name, text in ATTACKS.items() if "color: red" not in text])
def test_where_there_is_nothing_but_an_attack_all_of_it_is_listed(attack):
    worn, removed = clean(ATTACKS[attack])
    assert removed
    assert not re.search(r"evil|alert|fixed", worn)
    assert all(one.line >= 1 and one.what and one.why for one in removed)


def test_mutants_leave_nothing_that_lives(is_long):
    kept = sum(bool(proved(text)) for text in mutants(10_000 if is_long else 500))
    assert kept > (5_000 if is_long else 250)  # a cleaner that threw everything away would prove nothing


def test_what_does_no_harm_stays_as_it_was_meant():
    worn, removed = clean(GOOD)
    assert removed == []
    assert worn.splitlines() == [
        ".shop .card { border-radius: 0; box-shadow: 0 1px 2px rgb(0 0 0 / 20%), inset 0 0 0 1px var(--line); }",
        '.shop .hero h1, .shop #home > .lead { font-family: Georgia, "Times New Roman", serif; letter-spacing: -.02em; }',
        ".shop a:hover, .shop a:focus-visible { color: light-dark(#123456, #abcdef); text-decoration: underline 2px; }",
        ".shop .cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(12rem, 1fr)); gap: calc(var(--s4) * 2); }",
        ".shop li:nth-child(2n+1)::marker { color: oklch(.6 .1 200); }",
        "@media (min-width: 48rem) and (prefers-color-scheme: dark) {",
        ".shop { background: linear-gradient(180deg, var(--bg), color-mix(in oklab, var(--brand) 20%, transparent)); }",
        ".shop .top ~ main .card + .card { clip-path: polygon(0 0, 100% 0, 50% 100%); transition: opacity .2s cubic-bezier(.2, .7, .2, 1); }",
        "}",
        "@media screen and (max-width: 40em), (width >= 90rem) {",
        ".shop .btn { text-transform: uppercase; filter: drop-shadow(0 1px 2px #0003); }",
        "}",
    ]


def test_what_is_left_out_is_told_with_its_line_and_the_reason():
    text = "a {\n  color: red;\n  z-index: 9;\n}\n\n@import 'x';\ninput[value], b { background: url(x)\n}\n"
    worn, removed = clean(text.replace("\n", "\r\n"))
    assert worn == ".shop a { color: red; }\n"
    assert [(one.line, one.what, one.why) for one in removed] == [
        (3, "z-index: 9", reasons.OVER),
        (6, "@import 'x'", reasons.LOADS),
        (7, "input[value]", reasons.ATTRIBUTE),
        (7, "background: url(x)", reasons.LOADS),
    ]


def test_of_several_selectors_the_good_ones_stay():
    assert clean("a, b[c], d > e, f:has(g) { color: red }")[0] == ".shop a, .shop d > e { color: red; }\n"


@pytest.mark.parametrize("root", ["html", "body", ":root", ".shop", "html body", "html > body", "BODY"])
def test_the_page_itself_goes_by_its_usual_names(root):
    assert clean(f"{root} {{ color: red }}")[0] == ".shop { color: red; }\n"
    assert clean(f"{root} a {{ color: red }}")[0] == ".shop a { color: red; }\n"


def test_the_most_that_can_be_typed_is_cleaned_soon():
    for text in (
        "a{color:red}" * (MOST_BYTES // 12),
        "a," * (MOST_BYTES // 2) + "a{color:red}",
        ATTACKS["blocks too deep"] * 5,
    ):
        began = process_time()
        clean(text[:MOST_BYTES])
        assert process_time() - began < 3


@pytest.fixture
def editor(north: House) -> Browser:
    """North has the Premium edition."""
    with north.office():
        actions.dress(Wish(north.name, "#352c8f"))
    browser = Browser(north.client())
    browser.open("/brand")
    return browser


def trial(editor: Browser, **typed: str) -> Browser:
    """In front of the fragment that is shown while somebody types."""
    editor.open("/brand")
    answer = editor.client.post("/brand/trial", data={**editor.values(), **typed})
    assert answer.status_code == 200
    return Browser(editor.client, answer)


def left_out(browser: Browser) -> list[str]:
    return [" ".join(line.get_text(" ").split()) for line in browser.page.select(".left-out li")]


def test_it_is_worn_with_its_version_and_shown_as_it_was_typed(editor, north):
    typed = f"{OWN}\n.top {{ position: fixed }}"
    assert editor.send(button="Save draft", css=typed).status_code == 303
    editor.open("/brand")
    assert editor.values()["css"].strip().replace("\r\n", "\n") == typed
    assert left_out(editor) == [f"Line 2 position: fixed {reasons.OVER}"]
    assert "@layer own" not in stylesheets(north, north.shop().get("/sign-in").text)
    editor.send(button="Publish")
    assert WORN in stylesheets(north, north.shop().get("/sign-in").text)
    editor.open("/brand")
    editor.send(button="Save draft", css="")
    editor.open("/brand")
    editor.send(button="Publish")
    assert "@layer own" not in stylesheets(north, north.shop().get("/sign-in").text)
    editor.open("/brand")
    editor.send(button="Wear again")
    assert WORN in stylesheets(north, north.shop().get("/sign-in").text)
    editor.open("/brand")
    assert editor.values()["css"].strip().replace("\r\n", "\n") == typed


def test_it_is_seen_as_it_is_typed_by_nobody_else(editor, north, world):
    tried = trial(editor, css=OWN + " @import 'x';")
    assert left_out(tried) == [f"Line 1 @import 'x' {reasons.LOADS}"]
    address = look_in(tried)
    assert len(address) < 1000
    assert WORN in stylesheets(north, shop_at(north, address).text)
    assert "@layer own" not in stylesheets(north, north.shop().get("/sign-in").text)
    with world.south.office():
        assert fittings.css(fittings.name_of(OWN + " @import 'x';")) == ""
    with north.office():
        assert [one[0] for one in brands(north)] == [1]  # nothing was saved


def test_a_draft_is_passed_on_with_its_css_even_when_somebody_writes_on(editor, north):
    editor.send(button="Save draft", css=OWN)
    editor.open("/brand")
    link = editor.page.find("a", string="Open the draft")["href"]
    editor.send(button="Save draft", css=".card { border-radius: 3px; }")
    assert WORN in stylesheets(north, shop_at(north, link).text)


def test_what_is_typed_is_not_kept_for_long(north):
    with north.office():
        passed_on = fittings.keep("a { order: 99 }", PASSED_ON)
        for number in range(2 * fittings.MOST):
            fittings.keep(f"a {{ order: {number} }}", TYPING)
            db.session.flush()
        assert db.session.scalar(select(func.count()).select_from(Fitting)) <= fittings.MOST + 2
        assert fittings.css(passed_on) == "a { order: 99 }"
        for kept in db.session.scalars(select(Fitting)):
            kept.until = now() - TYPING
        fittings.keep("b { order: 1 }", TYPING)
        db.session.flush()
        assert list(db.session.scalars(select(Fitting.css))) == ["b { order: 1 }"]


def test_too_much_is_told_at_its_field_and_stays(editor, north):
    typed = OWN + "/* " + "ä" * (MOST_BYTES // 2) + " */"
    assert editor.send(button="Save draft", css=typed).status_code == 422
    assert editor.errors["css"] == "Use at most 64 kB."
    assert typed in editor.values()["css"]
    assert len(brands(north)) == 1


def test_the_most_that_is_taken_is_taken(editor, north):
    assert editor.send(button="Save draft", css=OWN + "\r\n" + "a" * (MOST_BYTES - len(OWN) - 1)).status_code == 303


@pytest.mark.parametrize("letter", ["\x00", "\u202e", "\x07"])
def test_a_hidden_letter_is_told_at_its_field(editor, north, letter):
    assert editor.send(button="Save draft", css=f"a {{ color: r{letter}ed }}").status_code == 422
    assert "invisible character" in editor.errors["css"]


def test_the_basic_edition_hears_what_premium_opens_and_keeps_what_it_wears(editor, north):
    editor.send(button="Save draft", css=OWN)
    with north.app.app_context():
        db.session.get_one(Edition, "premium").features = ["own_products"]
        db.session.commit()
    editor.open("/brand")
    assert "CSS of your own" in editor.text
    assert "css" not in editor.values()
    editor.send(button="Save draft", name="North Basic", css="a { color: red }")
    with north.office():
        kept = db.session.scalars(select(Brand).where(Brand.state == State.DRAFT)).one()
        assert (kept.name, kept.css) == ("North Basic", OWN)


def test_it_reaches_every_page_of_the_shop_and_none_of_the_office(editor, north):
    for path in ("/", "/sign-in", "/products", "/contact", "/nowhere"):
        assert "shop" in BeautifulSoup(north.shop().get(path).text, "lxml").body["class"], path
    for path in ("/brand", "/log", "/nowhere"):
        assert "shop" not in BeautifulSoup(north.client().get(path).text, "lxml").body.get("class", []), path


def test_where_others_are_too_nobody_wears_css_of_his_own(editor, north):
    editor.send(button="Save draft", css=OWN)
    editor.open("/brand")
    editor.send(button="Publish")
    address = re.search(r"/brand-[0-9a-f]{32}\.css", north.client().get("/brand").text)[0]
    neutral = north.visitor("http://shop.localhost:8000").get(f"/@{north.client_id.lower()}{address}")
    assert "@layer own" in north.shop().get(address).text
    for shared in (neutral.text, north.client().get(address).text):
        assert "--brand:" in shared
        assert "@layer own" not in shared


def test_the_log_says_that_it_was_changed(editor, north):
    editor.send(button="Save draft", css=OWN)
    assert "Your own CSS" in north.client().get("/log").text
