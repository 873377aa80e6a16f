"""Pictures that somebody sends in the place of the made ones."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from portal.branding import actions, by_hand, queries
from portal.branding.by_hand import PLACES
from portal.branding.designing import Wish, design
from portal.branding.icons import SAFE
from portal.branding.wardrobe import clothes
from portal.core.errors import Invalid
from tests.branding.test_logos import bomb, picture
from tests.browsing import Browser
from tests.core.test_drawings import LOGO, svg
from tests.world import House

LILAC = (120, 60, 180)


def square(side: int = 400, colour: tuple[int, ...] = LILAC, kind: str = "PNG") -> bytes:
    out = BytesIO()
    Image.new("RGBA" if len(colour) == 4 else "RGB", (side, side), colour).save(out, kind)
    return out.getvalue()


def wide(width: int = 1600, height: int = 900) -> bytes:
    out = BytesIO()
    Image.radial_gradient("L").resize((width, height)).convert("RGB").save(out, "JPEG")
    return out.getvalue()


def opened(content: bytes) -> Image.Image:
    return Image.open(BytesIO(content))


@pytest.fixture
def editor(north: House) -> Browser:
    with north.office():
        actions.dress(Wish(north.name, "#352c8f"), picture())
    browser = Browser(north.client())
    browser.open("/brand/pictures")
    return browser


def send(editor: Browser, use: str, content: bytes):
    editor.open(f"/brand/pictures/{use}")
    return editor.send(button="Replace", files={"picture": (BytesIO(content), "mine.png")})


def kept(house: House, use: str) -> Image.Image:
    with house.office():
        return opened(queries.picture(queries.draft().files[use]).content)


@pytest.mark.parametrize("use", PLACES)
def test_each_picture_is_replaced_and_made_again(editor, north, use):
    shown = editor.page.select_one(f"#picture-{use} img")["src"]
    assert editor.client.get(shown).status_code == 200
    assert send(editor, use, square(900)).status_code == 303
    editor.open("/brand/pictures")
    card = editor.page.select_one(f"#picture-{use}")
    assert "Yours" in card.text
    assert editor.client.get(card.select_one("img")["src"]).status_code == 200
    assert editor.send(button="Back to the made one").status_code == 303
    editor.open("/brand/pictures")
    assert "Yours" not in editor.page.select_one(f"#picture-{use}").text
    with north.office():
        worn, waiting = queries.worn_and_begun()
        assert waiting.files == worn.files


def test_every_square_is_drawn_of_the_mark_and_a_circle_cuts_nothing_of_it(editor, north):
    send(editor, "mark", square())
    for use in ("icon_180", "icon_512"):
        icon = kept(north, use).convert("RGB")
        assert icon.getpixel((icon.width // 2, 4)) == LILAC
    dotted = Image.new("RGB", (400, 400), LILAC)
    dotted.paste((255, 255, 255), (0, 0, 8, 8))
    dotted.paste(LILAC, (0, 0, 1, 1))
    out = BytesIO()
    dotted.save(out, "PNG")
    send(editor, "mark", out.getvalue())
    maskable = kept(north, "maskable_512").convert("RGB")
    edge = round(512 * (1 - SAFE) / 2)
    assert maskable.getpixel((edge // 2, edge // 2)) == LILAC  # its own ground goes to the edges
    assert maskable.getpixel((edge + 5, edge + 5)) != LILAC  # the mark itself lies within what is never cut
    assert kept(north, "logo").width > 200  # the logo stays


def test_what_is_sent_has_the_size_of_its_place(editor, north):
    send(editor, "social", wide())
    social = kept(north, "social")
    assert (social.size, social.format) == ((1200, 630), "JPEG")
    send(editor, "mail", LOGO)
    assert kept(north, "mail").width <= 480
    send(editor, "document", wide())
    assert kept(north, "document").size[0] <= 1063
    send(editor, "favicon", square(64, (*LILAC, 128)))
    assert kept(north, "favicon").info["sizes"] == {(16, 16), (32, 32), (48, 48)}


def test_published_it_is_worn_where_it_belongs_and_kept_with_its_version(editor, north):
    send(editor, "social", wide())
    send(editor, "mail", square(200))
    send(editor, "favicon", square(64))
    with north.office():
        mail = queries.picture(queries.draft().files["mail"]).content
        actions.publish(queries.draft())
    shop = north.shop()
    assert shop.get("/social.png").mimetype == "image/jpeg"
    with opened(shop.get("/favicon.ico").data) as icon:
        assert icon.convert("RGB").getpixel((20, 20)) == LILAC
    with north.office():
        assert clothes().logo == mail
        assert not clothes().lettered
        actions.wear_again(queries.numbered("1"))
    assert shop.get("/social.png").mimetype == "image/png"
    with north.office():
        actions.wear_again(queries.numbered("2"))
    assert shop.get("/social.png").mimetype == "image/jpeg"


def test_another_name_and_other_colours_leave_it_as_it_is(editor, north):
    send(editor, "mark", square())
    send(editor, "social", wide())
    with north.office():
        before = {use: queries.draft().files[use] for use in ("mark", "social")}
    editor.open("/brand")
    assert editor.send(button="Save draft", name="North Cloud", brand_colour="#b3261e").status_code == 303
    with north.office():
        assert {use: queries.draft().files[use] for use in before} == before
        assert queries.draft().by_hand == set(before)


def test_replacing_is_a_change_that_is_undone(editor, north):
    send(editor, "social", wide())
    editor.open("/brand")
    assert "Picture beside links" in editor.page.select_one("#draft-steps").text
    editor.send(button="Undo")
    with north.office():
        assert queries.draft().by_hand == set()
        actions.go_to_step(queries.draft(), 2, seen=1)
        assert queries.picture(queries.draft().files["social"]).content


@pytest.mark.parametrize(
    ("use", "content", "said"),
    [
        ("mark", wide(), "square"),
        ("favicon", wide(), "square"),
        ("mark", square(100), "larger"),
        ("social", square(300), "larger"),
        ("mail", b"GIF89a", "none of them"),
        ("document", bomb(9000, 9000), "16 million"),
        ("mail", svg("<text>North</text>"), "letters"),
        ("mail", b"", "none of them"),
    ],
)
def test_what_does_not_fit_is_told_at_its_field(editor, use, content, said):
    assert send(editor, use, content).status_code == 422
    assert said in editor.errors["picture"]
    with pytest.raises(Invalid, match=said):
        by_hand.drawn(use, content)


def test_without_a_file_or_for_another_place_nothing_is_kept(editor, north):
    editor.open("/brand/pictures/mark")
    assert editor.send(button="Replace").status_code == 422
    assert "picture" in editor.errors
    for use in ("logo", "icon_512", "wordmark", "..", "x" * 300):
        assert editor.client.get(f"/brand/pictures/{use}").status_code == 404
    with north.office():
        assert queries.draft() is None


def test_who_never_chose_anything_sends_one_too(north):
    browser = Browser(north.client())
    browser.open("/brand/pictures")
    assert send(browser, "mark", square()).status_code == 303
    with north.office():
        assert queries.draft().by_hand == {"mark"}


def test_a_stranger_sees_and_changes_only_his_own(editor, north, south):
    send(editor, "social", wide())
    with north.office():
        file = queries.draft().files["social"]
    assert south.client().get(f"/pictures/{file}").status_code == 404
    assert south.shop().get(f"/pictures/{file}").status_code == 404
    for page in ("/brand/pictures", "/brand/pictures/social"):
        assert south.client().get(page).status_code == 403  # its edition has no studio
    with north.office():
        assert queries.draft().by_hand == {"social"}


def test_the_same_picture_in_two_places_is_kept_for_both(north):
    drawn = by_hand.drawn("mail", square(100))
    with north.office():
        actions.keep_draft(design(Wish(north.name), None, {"mail": drawn, "document": drawn}))
    with north.office():
        assert queries.by_hand(queries.draft()) == {"mail": drawn, "document": drawn}
