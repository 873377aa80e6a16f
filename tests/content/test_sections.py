"""The home page in sections: arranged, added to, written in every language, moved, hidden, taken from, put back."""

from __future__ import annotations

import io
from uuid import UUID

import pytest
from bs4 import BeautifulSoup
from PIL import Image

from portal.branding import actions as branding
from portal.branding.designing import Wish
from portal.content import actions, ordering, queries
from portal.content.models import Kind, Section
from portal.core import themes
from portal.core.db import db
from portal.core.errors import Conflict
from portal.core.keys import spell
from tests.browsing import Browser
from tests.queries import MOST, counted
from tests.storefront.test_pages import RTL, XSS
from tests.world import House, World

AT = "/storefront/content"
PRODUCT = "/products/"


def home(house: House, **headers: str) -> BeautifulSoup:
    answer = house.shop().get("/", headers=headers)
    assert answer.status_code == 200
    return BeautifulSoup(answer.text, "lxml")


def put(house: House, kind: Kind, language: str = "en", **terms: str) -> str:
    """One section more, that says this; its key."""
    with house.office():
        section = actions.add(kind)
        kept = {name: terms.pop(name) for name in ("which", "target") if name in terms}
        which = kept.pop("which", section.which)
        actions.write(section, language=language, words=terms, which=which, **kept)
        return section.key


def heads(page: BeautifulSoup) -> list[str]:
    return [" ".join(head.get_text(" ").split()) for head in page.select("#home :is(h1, h2)")]


def png(side: int = 80, colour: str = "#c03020") -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (side * 2, side), colour).save(file, "PNG")
    file.seek(0)
    return file


def test_who_arranges_nothing_has_the_home_page_of_his_theme(shelf: House, office: Browser) -> None:
    before = str(home(shelf).select_one("#home"))
    office.open(AT)
    assert "Your theme lays the home page out" in office.text
    assert str(home(shelf).select_one("#home")) == before


@pytest.mark.parametrize("theme", themes.names())
def test_arranging_begins_with_what_the_theme_shows(shelf: House, office: Browser, theme: str) -> None:
    with shelf.office():
        branding.dress(Wish(shelf.name, theme=theme))
    before = heads(home(shelf))
    office.open(AT)
    office.send(button="Arrange it yourself")
    office.follow()
    assert len(office.rows()) == 6
    page = home(shelf)
    assert heads(page)[0] == before[0]
    assert {"Products", "Questions people ask first", "Ask Halcyon Works"} <= set(heads(page))
    assert page.select(f'#home a[href^="{PRODUCT}"]')
    ids = [one["id"] for one in page.select("[id]")]
    assert len(ids) == len(set(ids))


def test_what_is_written_is_shown_at_once(shelf: House, office: Browser) -> None:
    key = put(shelf, Kind.HERO)
    office.open(f"{AT}/{key}")
    office.send(title="Clouds for bakers", text="Since 1998.", label="Come in", target="contact")
    assert office.answer is not None
    assert office.answer.status_code == 303
    page = home(shelf)
    assert heads(page)[0] == "Clouds for bakers"
    button = page.select_one("#home .hero .btn")
    assert button is not None
    assert (button.text, button["href"]) == ("Come in", "/contact")
    assert "Cloud services from" not in str(page.select_one("#home"))


@pytest.mark.parametrize("theme", themes.names())
def test_every_kind_is_shown_in_every_theme(shelf: House, office: Browser, theme: str) -> None:
    with shelf.office():
        branding.dress(Wish(shelf.name, theme=theme))
    for kind in (Kind.BANNER, Kind.BANNER, Kind.TEXT, Kind.CONTACT):
        put(shelf, kind, title=f"A {kind}", text="Be **kind**.")
    put(shelf, Kind.QUESTIONS, title="You ask", text="## Why?\n\nBecause.\n\n## When?\n\nNow.")
    for which in ("products", "chapters", "new", "featured"):
        put(shelf, Kind.SHELF, title=f"Shelf of {which}", which=which)
    logos = put(shelf, Kind.LOGOS, title="Partners")
    office.open(f"{AT}/{logos}")
    office.send(button="Add picture", files={"picture": (png(), "a.png")}, name="Bakers’ guild", target="products")
    assert office.answer is not None
    assert office.answer.status_code == 303
    page = home(shelf)
    found = heads(page)
    assert [one for one in found if one.startswith("A ")] == ["A banner", "A banner", "A text", "A contact"]
    assert len(page.select(".tiles")) == 1
    assert [one.text for one in page.select("#home summary")] == ["Why?", "When?"]
    assert "<strong>kind</strong>" in str(page.select_one(".written"))
    picture = page.select_one("#home .logos img")
    assert picture is not None
    assert picture["alt"] == "Bakers’ guild"
    file = shelf.shop().get(str(picture["src"]))
    assert (file.status_code, file.mimetype) == (200, "image/webp")
    assert page.select_one("#home h1") is not None


def test_a_visitor_reads_his_language_else_the_shops(shelf: House) -> None:
    key = put(shelf, Kind.TEXT, title="Who we are", text="Bakers.")
    with shelf.office():
        words = {"title": "Wer wir sind", "text": "Bäcker."}
        actions.write(queries.living(key), language="de", words=words)
    assert "Wer wir sind" in heads(home(shelf, accept_language="de"))
    assert home(shelf, accept_language="de").select_one("#home section[lang]") is None
    in_greek = home(shelf, accept_language="el")
    assert "Who we are" in heads(in_greek)
    assert in_greek.select_one('#home section[lang="en"]') is not None
    with shelf.office():
        actions.write(queries.living(key), language="en", words={"title": "", "text": ""})
    assert "Wer wir sind" in heads(home(shelf))


def test_the_office_writes_one_language_and_keeps_the_others(shelf: House, office: Browser) -> None:
    key = put(shelf, Kind.TEXT, title="Who we are", text="Bakers.")
    office.open(f"{AT}/{key}?language=de")
    assert office.values()["title"] == ""
    office.send(title="Wer wir sind")
    assert "Who we are" in heads(home(shelf))
    assert "Wer wir sind" in heads(home(shelf, accept_language="de"))


def test_sections_are_moved_and_the_opening_stays_on_top(shelf: House, office: Browser) -> None:
    first, second = put(shelf, Kind.TEXT, title="First"), put(shelf, Kind.TEXT, title="Second")
    hero = put(shelf, Kind.HERO, title="Hello")
    assert heads(home(shelf)) == ["Hello", "First", "Second"]
    token = _token(office)
    for key, to in ((second, "up"), (second, "up"), (hero, "down"), (first, "down")):
        assert office.client.post(f"{AT}/{key}/moves", data={**token, "to": to}).status_code == 303
    assert heads(home(shelf)) == ["Hello", "Second", "First"]


def test_what_is_hidden_is_shown_to_nobody(shelf: House, office: Browser) -> None:
    key = put(shelf, Kind.TEXT, title="Secret")
    put(shelf, Kind.TEXT, title="Told")
    for to, there in (("hidden", False), ("shown", True)):
        assert office.client.post(f"{AT}/{key}/visibility", data={**_token(office), "to": to}).status_code == 303
        assert ("Secret" in heads(home(shelf))) is there


def test_what_was_removed_is_put_back_by_undo(shelf: House, office: Browser) -> None:
    first = put(shelf, Kind.TEXT, title="First")
    put(shelf, Kind.TEXT, title="Second")
    assert office.client.post(f"{AT}/{first}/removal", data=_token(office)).status_code == 303
    assert heads(home(shelf))[-1:] == ["Second"]
    assert "First" not in heads(home(shelf))
    office.open(AT)
    assert office.client.get(f"{AT}/{first}").status_code == 404
    office.send(button="Undo")
    assert heads(home(shelf))[-2:] == ["First", "Second"]


def test_when_nothing_is_left_the_theme_lays_the_page_out_again(shelf: House, office: Browser) -> None:
    before = heads(home(shelf))
    key = put(shelf, Kind.TEXT, title="Only this")
    assert heads(home(shelf)) != before
    office.client.post(f"{AT}/{key}/removal", data=_token(office))
    assert heads(home(shelf)) == before
    put(shelf, Kind.BANNER)
    assert heads(home(shelf)) == before


def test_there_is_one_opening_and_thirty_sections(shelf: House, office: Browser) -> None:
    hero = put(shelf, Kind.HERO)
    office.open(AT)
    office.send(button="Add section", kind="hero")
    assert office.answer is not None
    assert office.answer.status_code == 409
    assert "one only" in office.text
    office.client.post(f"{AT}/{hero}/removal", data=_token(office))
    another = put(shelf, Kind.HERO)
    assert office.client.post(f"{AT}/{hero}/restoration", data=_token(office)).status_code == 409
    for _ in range(actions.MOST - 1):
        put(shelf, Kind.TEXT)
    with shelf.office(), pytest.raises(Conflict):
        actions.add(Kind.TEXT)
    assert another


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.QUESTIONS])
@pytest.mark.parametrize("text", XSS)
def test_no_script_gets_out_of_a_section(shelf: House, kind: Kind, text: str) -> None:
    put(shelf, kind, title="Said", text=f"## Asked\n\n{text}")
    page = home(shelf).select_one("#home")
    assert page is not None
    for tag in page.find_all(True):
        assert tag.name not in {"script", "style", "iframe", "form", "object"}
        assert not [name for name in tag.attrs if name.startswith("on")]
        assert str(tag.get("href", "https:")).startswith(("https:", "http:", "mailto:", "tel:", "/"))
        assert tag.name != "img"


@pytest.mark.parametrize("title", ["<script>alert(1)</script>", "x" * 80, RTL, "{{ 7*7 }}"])
def test_a_title_is_shown_as_it_was_typed(shelf: House, title: str) -> None:
    for kind in Kind:
        put(shelf, kind, title=title, text="## Asked\n\nSaid.")
    assert heads(home(shelf)).count(" ".join(title.split())) >= 5


BAD = {
    "javascript:alert(1)": "https://",
    "http://a.example": "https://",
    "https://": "https://",
    "https://[": "https://",
    "//a.example": "https://",
    "": "Write the address it leads to",
    f"https://a.example/{'x' * 300}": "at most 300",
}


@pytest.mark.parametrize("address", BAD)
def test_a_button_leads_to_places_of_the_shop_or_to_https(shelf: House, office: Browser, address: str) -> None:
    key = put(shelf, Kind.BANNER)
    office.open(f"{AT}/{key}")
    office.send(title="Look", target="elsewhere", address=address)
    assert office.answer is not None
    assert office.answer.status_code == 422
    assert BAD[address] in office.errors["address"]
    assert office.values()["title"] == "Look"
    assert office.values()["address"] == address
    office.send(target="elsewhere", address="https://a.example/x?y=1")
    assert office.answer.status_code == 303
    button = home(shelf).select_one("#home .tile .btn")
    assert button is not None
    assert (button["href"], button.text) == ("https://a.example/x?y=1", "a.example")


@pytest.mark.parametrize("target", ["page:nothing", "javascript:x", "category:none", "home:", "page:terms\n"])
def test_a_target_that_is_none_is_refused(shelf: House, office: Browser, target: str) -> None:
    key = put(shelf, Kind.BANNER)
    office.open(f"{AT}/{key}")
    office.send(title="Look", target=target)
    assert office.answer is not None
    assert office.answer.status_code == 422
    assert "target" in office.errors


def test_a_button_to_a_page_that_is_not_written_waits_for_it(shelf: House) -> None:
    put(shelf, Kind.BANNER, title="Look", target="page:terms")
    assert home(shelf).select("#home .tile .btn") == []


def test_questions_need_a_question(shelf: House, office: Browser) -> None:
    key = put(shelf, Kind.QUESTIONS)
    office.open(f"{AT}/{key}")
    office.send(text="No question at all.")
    assert office.answer is not None
    assert office.answer.status_code == 422
    assert "##" in office.errors["text"]


def test_a_page_that_says_too_much_is_refused_and_nothing_is_lost(shelf: House, office: Browser) -> None:
    for _ in range(7):
        put(shelf, Kind.TEXT, text="x" * 8000)
    key = put(shelf, Kind.TEXT)
    office.open(f"{AT}/{key}")
    office.send(text="y" * 7000)
    assert office.answer is not None
    assert office.answer.status_code == 422
    assert "60000" in office.errors["text"].replace(",", "")
    assert office.values()["text"].strip() == "y" * 7000


@pytest.mark.parametrize(
    "content", [b"", b"<svg xmlns='http://www.w3.org/2000/svg'/>", b"GIF89a", b"\x89PNG\r\n\x1a\n" * 9]
)
def test_what_is_no_picture_is_refused_at_its_field(shelf: House, office: Browser, content: bytes) -> None:
    key = put(shelf, Kind.LOGOS, title="Partners")
    office.open(f"{AT}/{key}")
    office.send(button="Add picture", files={"picture": (io.BytesIO(content), "a.png")}, name="Guild")
    assert office.answer is not None
    assert office.answer.status_code == 422
    assert "picture" in office.errors
    assert 'value="Guild"' in office.answer.text
    assert 'value="Partners"' in office.answer.text


def test_a_picture_is_taken_out_and_goes_when_nothing_shows_it(shelf: House, office: Browser) -> None:
    key = put(shelf, Kind.LOGOS)
    for name, colour in (("One", "#a00000"), ("Two", "#00a000")):
        office.open(f"{AT}/{key}")
        office.send(button="Add picture", files={"picture": (png(colour=colour), "a.png")}, name=name)
    one, two = (str(img["src"]) for img in home(shelf).select(".logos img"))
    file = one.rpartition("/")[2]
    assert office.client.post(f"{AT}/{key}/pictures/{file}/removal", data=_token(office)).status_code == 303
    assert [img["alt"] for img in home(shelf).select(".logos img")] == ["Two"]
    assert (shelf.shop().get(one).status_code, shelf.shop().get(two).status_code) == (404, 200)
    assert office.client.post(f"{AT}/{key}/pictures/{file}/removal", data=_token(office)).status_code == 404


def test_a_row_has_twelve_pictures(shelf: House, office: Browser) -> None:
    key = put(shelf, Kind.LOGOS)
    with shelf.office():
        row = queries.living(key)
        row.pictures = [
            {"file": f"{n:032x}.webp", "width": 1, "height": 1, "name": "x", "target": ""}
            for n in range(actions.MOST_LOGOS)
        ]
    office.open(f"{AT}/{key}")
    office.send(button="Add picture", files={"picture": (png(), "a.png")}, name="One more")
    assert "12" in office.errors["picture"]


def test_of_two_who_write_at_once_the_second_sees_both(shelf: House, office: Browser) -> None:
    key = put(shelf, Kind.TEXT, title="Before")
    other = Browser(shelf.client())
    for browser in (office, other):
        browser.open(f"{AT}/{key}")
    other.send(title="Theirs")
    office.client.post(f"{AT}/{key}/moves", data={**_token(other), "to": "up"})
    office.send(title="Mine")
    assert office.answer is not None
    assert office.answer.status_code == 409
    assert {"Theirs", "Mine"} <= set(office.text.split())
    office.send(button="Save mine")
    assert "Mine" in heads(home(shelf))


def test_moving_and_hiding_disturbs_nobody_who_writes(shelf: House, office: Browser) -> None:
    key = put(shelf, Kind.TEXT, title="Before")
    put(shelf, Kind.TEXT, title="Other")
    office.open(f"{AT}/{key}")
    with shelf.office():
        actions.move(queries.living(key), by=1)
        ordering.turn(queries.living(key), hidden=True)
    office.send(title="After")
    assert office.answer is not None
    assert office.answer.status_code == 303


def test_the_log_tells_it(shelf: House, office: Browser) -> None:
    key = put(shelf, Kind.TEXT, title="Who we are", text="Bakers.")
    office.client.post(f"{AT}/{key}/removal", data=_token(office))
    log = office.client.get("/log").text
    assert "to the home page" in log
    assert "from the home page" in log
    assert "Bakers." not in log


def test_a_stranger_reaches_nothing_of_it(shelf: House, world: World) -> None:
    key = put(shelf, Kind.LOGOS, title="Partners of South")
    with shelf.office():
        actions.add_picture(queries.living(key), content=png().getvalue(), name="Guild", target="")
        file = queries.living(key).pictures[0]["file"]
    stranger = Browser(world.strand.client())
    assert "Partners of South" not in stranger.open(AT).get_data(as_text=True)
    assert stranger.client.get(f"{AT}/{key}").status_code == 404
    for place in ("moves", "visibility", "removal", "restoration", "pictures", f"pictures/{file}/removal"):
        data = {**_token(stranger), "to": "up", "name": "x", "picture": (png(), "a.png")}
        assert stranger.client.post(f"{AT}/{key}/{place}", data=data).status_code == 404, place
    assert world.strand.shop().get(f"/content/{file}").status_code == 404
    assert stranger.client.get(f"{AT}/pictures/{file}").status_code == 404
    assert "Partners of South" not in heads(home(world.strand))
    with world.strand.office():
        assert db.session.query(Section).count() == 0


def test_who_may_only_look_changes_nothing(shelf: House) -> None:
    key = put(shelf, Kind.TEXT, title="Who we are")
    client = shelf.client("sales")
    assert "Who we are" in client.get(AT).text
    assert client.get(f"{AT}/{key}").status_code == 403
    assert f"{AT}/{key}" not in client.get(AT).text


@pytest.mark.parametrize("key", ["x", "%00", spell(UUID(int=7)), "A" * 26, "..%2f"])
def test_an_address_of_no_section_is_not_there(shelf: House, key: str) -> None:
    assert shelf.client().get(f"{AT}/{key}").status_code == 404
    assert shelf.shop().get(f"/content/{key}").status_code == 404


@pytest.mark.parametrize("number", [2, 28])
def test_the_list_asks_no_more_when_it_is_long(shelf: House, number: int) -> None:
    for count in range(number):
        put(shelf, Kind.TEXT, title=f"{count}")
    client = shelf.client()
    client.get(AT)
    with counted(shelf.app) as asked:
        assert client.get(AT).status_code == 200
    assert len(asked) <= MOST, asked


def test_visitors_pay_no_statement_for_it(shelf: House) -> None:
    visitor = shelf.shop()
    visitor.get("/")
    with counted(shelf.app) as before:
        visitor.get("/")
    put(shelf, Kind.TEXT, title="Who we are")
    put(shelf, Kind.HERO)
    visitor.get("/")
    with counted(shelf.app) as after:
        visitor.get("/")
    assert len(after) == len(before) <= 1


def _token(browser: Browser) -> dict[str, str]:
    browser_of_forms = Browser(browser.client)
    browser_of_forms.open(AT)
    return {"csrf_token": browser_of_forms.values()["csrf_token"]}
