"""A tenant chooses its look, looks at it, publishes it; its shop and its office wear it, and nobody else does."""

import re
from io import BytesIO

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import event, func, select

from portal.audit import queries as trail
from portal.branding import actions, queries
from portal.branding.designing import Wish, design
from portal.branding.models import Brand, Picture, State
from portal.core.db import db
from portal.core.errors import Conflict
from tests.branding.test_logos import TEAL, bomb, picture

CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


def send(client, address="/brand", **typed):
    token = CSRF.search(client.get("/brand").text)
    assert token
    return client.post(address, data={"csrf_token": token[1], **typed}, content_type="multipart/form-data")


def links(client, address="/sign-in") -> dict[str, str]:
    page = BeautifulSoup(client.get(address).text, "lxml")
    return {link["rel"][0]: link["href"] for link in page.find_all("link")}


def logo_file(content: bytes, name: str = "logo.png"):
    return (BytesIO(content), name)


def test_a_draft_is_seen_by_nobody_until_it_is_published(north):
    client = north.client()
    assert send(client, name="Nordlicht Cloud", brand_colour="#352c8f").status_code == 303
    assert "Nordlicht Cloud" not in north.shop().get("/sign-in").text
    assert send(client, "/brand/publication").status_code == 303
    assert "Nordlicht Cloud" in north.shop().get("/sign-in").text


def test_a_shop_links_one_stylesheet_that_is_kept_for_ever(north):
    with north.office():
        actions.dress(Wish("Nordlicht", brand_colour="#352c8f"))
    shop = north.shop()
    address = links(shop)["stylesheet"]
    answer = shop.get(address)
    assert re.fullmatch(r"/brand-[0-9a-f]{32}\.css", address)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.mimetype == "text/css"
    assert "--brand: light-dark(#352c8f" in answer.text
    assert "Set-Cookie" not in answer.headers


def test_icon_manifest_and_pictures_are_there(north):
    with north.office():
        brand = actions.dress(Wish("Nordlicht", brand_colour="#352c8f"), picture())
        files = brand.files
    shop = north.shop()
    assert shop.get("/favicon.ico").mimetype == "image/x-icon"
    manifest = shop.get("/manifest.webmanifest").json
    assert manifest["name"] == "Nordlicht"
    for icon in manifest["icons"]:
        assert shop.get(icon["src"]).mimetype == "image/png"
    answer = shop.get(f"/pictures/{files['logo']}")
    assert answer.data.startswith(b"\x89PNG")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


def test_the_neutral_address_keeps_its_prefix(north):
    with north.office():
        actions.dress(Wish("Nordlicht"))
    visitor = north.visitor("http://shop.localhost:8000")
    root = f"/@{north.client_id.lower()}"
    address = links(visitor, f"{root}/sign-in")["stylesheet"]
    assert address.startswith(f"{root}/brand-")
    assert visitor.get(address).status_code == 200
    assert visitor.get(f"{root}/manifest.webmanifest").json["start_url"] == f"{root}/"


def test_a_stranger_gets_nothing_of_it(world):
    with world.north.office():
        brand = actions.dress(Wish("Nordlicht"), picture())
        addresses = [f"/brand-{brand.stylesheet_hash}.css", *(f"/pictures/{file}" for file in brand.files.values())]
    for stranger in (world.strand.shop(), world.strand.client(), world.meridian.client(), world.fjord.shop()):
        assert {stranger.get(address).status_code for address in addresses} == {404}
    assert {world.north.shop().get(address).status_code for address in addresses} == {200}
    nobody = world.north.visitor()
    assert {nobody.get(address).status_code for address in addresses} == {404}


@pytest.mark.parametrize(
    "address",
    [
        "/brand-x.css",
        "/brand-.css",
        "/pictures/x",
        "/pictures/..%2f..%2fetc",
        "/pictures/a.svg",
        "/favicon.ico",
        "/manifest.webmanifest",
    ],
)
def test_what_is_not_there_is_not_found(north, address):
    assert north.shop().get(address).status_code == 404


def test_the_office_wears_it_too_and_keeps_the_organizations_name(north):
    with north.office():
        actions.dress(Wish("Nordlicht Shop", brand_colour="#352c8f"))
    client = north.client()
    page = client.get("/brand").text
    address = re.search(r"/brand-[0-9a-f]{32}\.css", page)
    assert address
    assert client.get(address[0]).headers["Cache-Control"].startswith("private")
    assert "· Nordlicht IT</title>" in page


def test_what_cannot_be_taken_is_said_at_its_field_and_what_was_typed_stays(north):
    client = north.client()
    answer = send(client, name="Nordlicht Cloud", brand_colour="#352c8f", logo=logo_file(bomb(9000, 9000)))
    assert answer.status_code == 422
    page = BeautifulSoup(answer.text, "lxml")
    assert "16 million" in page.select_one("#logo-error").text
    assert page.select_one("#name")["value"] == "Nordlicht Cloud"
    assert page.select_one("#brand_colour")["value"] == "#352c8f"
    with north.office():
        assert queries.draft() is None


@pytest.mark.parametrize(
    "typed",
    [
        {"name": ""},
        {"name": "x" * 200},
        {"name": "Nord\u202elicht"},
        {"name": "Nordlicht", "brand_colour": "red"},
        {"name": "Nordlicht", "brand_colour": "#12345g"},
        {"name": "Nordlicht", "accent": "#ffffff; } body { display: none"},
        {"name": "Nordlicht", "logo": logo_file(b"<svg xmlns='x'/>", "logo.svg")},
        {"name": "Nordlicht", "logo": logo_file(b"GIF89a", "logo.png")},
    ],
)
def test_nonsense_is_refused(north, typed):
    assert send(north.client(), **typed).status_code == 422


def test_a_logo_stays_when_only_a_colour_is_changed_and_goes_when_asked(north):
    client = north.client()
    send(client, name="Nordlicht", logo=logo_file(picture()))
    send(client, name="Nordlicht", brand_colour="fa0")
    with north.office():
        assert queries.draft().has_logo
        assert queries.draft().brand_colour == "#ffaa00"
    send(client, name="Nordlicht", without_logo="y")
    with north.office():
        assert not queries.draft().has_logo


def test_publishing_keeps_what_was_worn_as_a_past_version(north):
    with north.office():
        actions.dress(Wish("Nordlicht", brand_colour="#352c8f"))
        actions.dress(Wish("Nordlicht", brand_colour="#00796b"))
        assert [(brand.number, brand.state) for brand in queries.versions()] == [(2, State.PUBLISHED), (1, State.PAST)]
        with pytest.raises(Conflict):
            actions.publish(queries.versions()[1])


def test_dressing_twice_in_the_same_changes_nothing(north):
    with north.office():
        first = actions.dress(Wish("Nordlicht"), picture())
        assert actions.dress(Wish("Nordlicht"), picture()) is first
        assert db.session.scalar(select(func.count()).select_from(Brand)) == 1


def test_a_draft_can_be_thrown_away_with_its_pictures(north):
    client = north.client()
    with north.office():
        actions.dress(Wish("Nordlicht"))
        before = db.session.scalar(select(func.count()).select_from(Picture))
    send(client, name="Something else", logo=logo_file(picture()))
    assert send(client, "/brand/dismissal").status_code == 303
    with north.office():
        assert queries.draft() is None
        assert db.session.scalar(select(func.count()).select_from(Picture)) == before
    assert send(client, "/brand/dismissal").status_code == 404


def test_undressing_leaves_nothing(north):
    with north.office():
        actions.dress(Wish("Nordlicht"), picture())
        actions.undress()
        assert db.session.scalar(select(func.count()).select_from(Picture)) == 0
        assert queries.published() is None


def test_the_log_says_what_was_chosen(north):
    with north.office():
        actions.dress(Wish("Nordlicht", brand_colour="#352c8f"))
        actions.dress(Wish("Nordlicht Cloud", brand_colour="#352c8f"), picture())
        entry = trail.records(what="brand").items[0]
    assert entry.what == "published the brand Nordlicht Cloud"
    assert {(change.field, change.before, change.after) for change in entry.changes} == {
        ("Name shown", "Nordlicht", "Nordlicht Cloud"),
        ("Logo", "No", "Yes"),
    }


@pytest.mark.parametrize("address", ["/brand", "/brand/publication", "/brand/dismissal"])
def test_only_administrators_change_it(north, address):
    assert send(north.client("sales"), address, name="Sales were here").status_code == 403
    with north.office():
        assert queries.versions() == []


def test_a_warm_shop_asks_nothing_for_its_clothes(north, app):
    with north.office():
        actions.dress(Wish("Nordlicht"))
    shop, asked = north.shop(), []
    shop.get("/sign-in")
    with app.app_context():
        engine = db.engine
    note = lambda *said: asked.append(said[2])  # noqa: E731 - SQLAlchemy calls it with six arguments
    event.listen(engine, "before_cursor_execute", note)
    try:
        shop.get("/sign-in")
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert not [statement for statement in asked if "brand" in statement]


def test_the_same_wish_gives_the_same_design():
    first, second = (design(Wish("Nordlicht", TEAL), picture()) for _ in range(2))
    assert (first.stylesheet_hash, first.files) == (second.stylesheet_hash, second.files)


@pytest.mark.parametrize("name", ["%00", "a%00", "0" * 31, "0" * 32 + ".%00", "\u00e9" * 32])
def test_a_name_that_cannot_be_ours_is_not_found(north, name):
    office, shop = north.client(), north.shop()
    for browser in (office, shop):
        for address in (f"/pictures/{name}", f"/pictures/{name}.png", f"/brand-{name}.css"):
            assert browser.get(address).status_code == 404, address


def test_an_empty_file_is_told_at_its_field_and_the_logo_there_is_stays(north):
    client = north.client()
    send(client, name="Nordlicht", logo=logo_file(picture()))
    answer = send(client, name="Nordlicht", logo=logo_file(b""))
    assert answer.status_code == 422
    assert 'id="logo-error"' in answer.text
    assert send(client, name="Nordlicht").status_code == 303
    with north.office():
        assert queries.draft().has_logo
