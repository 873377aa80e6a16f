"""What a page of the shop said before: kept with who wrote it, compared, brought back."""

from __future__ import annotations

import pytest

from portal import audit
from portal.core.db import db
from portal.core.keys import new_id
from portal.storefront import actions, history, queries
from portal.storefront.differences import Stretch, differences
from portal.storefront.models import Topic
from tests.browsing import Browser
from tests.queries import MOST, counted
from tests.storefront.test_pages import article, write
from tests.world import House, World

AT = "/storefront/pages/terms/en"


def said(house: House, *texts: str) -> Browser:
    """The administrator saves these texts one after the other."""
    page = Browser(house.client())
    for text in texts:
        page.open(AT)
        page.send(button="Save", title="Our terms", text=text)
        assert page.answer is not None
        assert page.answer.status_code == 303
    return page


def test_each_saved_text_is_kept_with_who_wrote_it(north: House) -> None:
    page = said(north, "One.", "Two.", "Three.")
    page.open(f"{AT}/history")
    rows = page.rows()
    assert [row.split(" Our terms")[0] for row in rows] == ["Version 3", "Version 2", "Version 1"]
    assert not any("–" in row for row in rows)
    page.open(AT)
    assert page.page.select_one(f'a[href="{AT}/history"]') is not None


def test_what_was_not_changed_is_no_version(north: House) -> None:
    page = said(north, "One.", "One.")
    page.open(f"{AT}/history")
    assert len(page.rows()) == 1


def test_the_difference_is_shown_word_by_word_and_against_today(north: House) -> None:
    page = said(north, "You pay in 14 days.\n\nBe kind.", "You pay in 30 days.\n\nBe kind.", "Nothing else.")
    page.open(f"{AT}/history/2")
    assert [one.text for one in page.page.select(".differences del")] == ["14"]
    assert [one.text for one in page.page.select(".differences ins")] == ["30"]
    page.open(f"{AT}/history/2?against=now")
    assert "Nothing" in "".join(one.text for one in page.page.select(".differences ins"))
    page.open(f"{AT}/history/1")
    assert not page.page.select(".differences del")


def test_a_former_text_is_brought_back_as_a_new_version(north: House) -> None:
    page = said(north, "One.", "Two.")
    page.open(f"{AT}/history/1")
    page.send(button="Bring this text back")
    page.follow()
    assert len(page.rows()) == 3
    assert article(north, "/terms").p.text == "One."
    assert "brought back a former text of Our terms" in north.client().get("/log").text
    page.open(f"{AT}/history/3")
    assert "The page now" in page.text
    assert not page.page.select('form[action$="/return"]')


def test_a_page_that_was_taken_away_can_be_brought_back(north: House) -> None:
    page = said(north, "One.", "")
    assert north.shop().get("/terms").status_code == 404
    page.open(f"{AT}/history/2")
    assert "From then on there was no page." in page.text
    page.open(f"{AT}/history/1")
    page.send(button="Bring this text back")
    assert article(north, "/terms").p.text == "One."


def test_who_says_it_already_changes_nothing(north: House) -> None:
    page = said(north, "One.", "Two.")
    page.open(f"{AT}/history/1")
    token = page.values()["csrf_token"]
    for number, status in (("2", 409), ("9", 404), ("-1", 404), ("1" * 40, 404)):
        assert page.client.post(f"{AT}/history/{number}/return", data={"csrf_token": token}).status_code == status


def test_each_language_and_page_has_its_own(north: House) -> None:
    write(north)
    write(north, language="de")
    write(north, Topic.PRIVACY)
    with north.office():
        assert history.count(Topic.TERMS, "en") == 1
        assert history.count(Topic.IMPRINT, "en") == 0


def test_a_stranger_finds_no_former_texts(north: House, world: World) -> None:
    said(north, "Secret once.", "Two.")
    stranger = world.strand.client()
    assert "Version" not in Browser(stranger).open(f"{AT}/history").text
    assert stranger.get(f"{AT}/history/1").status_code == 404


def test_a_person_who_is_forgotten_is_forgotten_here_too(north: House) -> None:
    person = new_id()
    with north.office(), audit.acting_as(audit.Actor("user", person, "Ada Byron", "ada@b.example")):
        actions.write_page(None, topic=Topic.TERMS, language="en", title="Our terms", text="One.")
    assert "Ada Byron" in north.client().get(f"{AT}/history").text
    with north.office():
        audit.erase_person(person)
    assert "Ada Byron" not in north.client().get(f"{AT}/history").text


@pytest.mark.parametrize("number", [2, 40])
def test_the_list_asks_no_more_when_it_is_long(north: House, number: int) -> None:
    with north.office():
        for count in range(number):
            actions.write_page(
                queries.page_of(Topic.TERMS, "en"), topic=Topic.TERMS, language="en", title="Terms", text=f"{count}."
            )
            db.session.flush()
    client = north.client()
    client.get(f"{AT}/history")
    with counted(north.app) as asked:
        assert client.get(f"{AT}/history").status_code == 200
    assert len(asked) <= MOST, asked


def test_what_is_the_same_is_left_out_but_for_its_edges() -> None:
    old = "\n".join(str(line) for line in range(20))
    found = differences(old, old.replace("10", "ten"))
    assert found == [
        Stretch(left_out=8),
        Stretch((("same", "8"),)),
        Stretch((("same", "9"),)),
        Stretch((("gone", "10"), ("new", "ten"))),
        Stretch((("same", "11"),)),
        Stretch((("same", "12"),)),
        Stretch(left_out=7),
    ]


def test_a_difference_says_both_texts_whole() -> None:
    old, new = "a b c\nd\n\ngrüß", "a x c\n\ngrüß 👩\nend"
    pieces = [piece for stretch in differences(old, new) for piece in stretch.pieces]
    assert "".join(words for how, words in pieces if how != "new") == old.replace("\n", "")
    assert "".join(words for how, words in pieces if how != "gone") == new.replace("\n", "")
    assert differences(old, old) == []
