"""The way out of a letter: one press stops one kind for one person, without a sign-in, and nothing else."""

import re

import pytest
from sqlalchemy import select

from portal.audit.models import LogRecord
from portal.core.db import db
from portal.notifications.letters import LETTERS
from portal.notifications.notices import choices, choose
from portal.notifications.stopping import way_out
from portal.users.models import State, User
from tests.notifications.test_letters import VALUES, parts, post, sent
from tests.notifications.test_notices import id_of, told
from tests.world import House

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def address(house: House, role: str = "sales", kind: str = "enquiry") -> str:
    person = id_of(house, role)
    with house.office():
        return way_out(person, kind)


def chosen(house: House, role: str = "sales") -> dict[str, tuple[bool, bool]]:
    person = id_of(house, role)
    with house.office():
        return choices(person)


def wish_for_letters(house: House, role: str = "sales") -> None:
    person = id_of(house, role)
    with house.office():
        choose(person, {"enquiry": (True, True)})


@pytest.fixture
def letter(north, worker, mail_folder):
    """A notice that somebody of North's gets by mail."""
    wish_for_letters(north)
    told(north)
    worker.run_due()
    (found,) = sent(mail_folder)
    return found


def test_a_notice_says_to_mail_programs_and_at_its_foot_how_it_is_stopped(letter):
    (link,) = re.findall(r"<(http://office\.localhost:8000/no-more-letters/[\w=-]+)>", letter["List-Unsubscribe"])
    assert letter["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    plain, page = parts(letter)
    assert link in plain
    assert f'href="{link}"' in page
    assert "No more letters of this kind" in plain


@pytest.mark.parametrize("kind", sorted(kind for kind, what in LETTERS.items() if not what.can_be_stopped))
def test_what_must_arrive_offers_no_way_out(north, worker, mail_folder, kind):
    post(north, kind, values=VALUES)
    worker.run_due()
    (letter,) = sent(mail_folder)
    assert letter["List-Unsubscribe"] is None
    assert "no-more-letters" not in "".join(parts(letter))


def test_only_what_one_can_switch_off_can_be_stopped():
    stopped = {kind for kind, what in LETTERS.items() if what.can_be_stopped}
    assert stopped == {
        "domain_ends",
        "domain_lost",
        "notice",
        "price_digest",
        "process_attention",
        "sender_down",
        "tenant_ready",
    }


def test_a_mail_program_stops_that_kind_for_that_person_alone(north, letter):
    before = {role: chosen(north, role) for role in ("sales", "support")}
    link = letter["List-Unsubscribe"].strip("<>")
    answer = north.visitor().post(link, data=ONE_CLICK)
    assert answer.status_code == 200
    assert "no longer tells you of this by mail" in answer.text
    assert chosen(north) == before["sales"] | {"enquiry": (True, False)}
    assert chosen(north, "support") == before["support"]


def test_to_open_the_address_changes_nothing_and_offers_the_button(north):
    wish_for_letters(north)
    answer = north.visitor().get(address(north))
    assert "Stop these letters" in answer.text
    assert "A visitor asks something" in answer.text
    assert "sales@north.example" not in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert chosen(north)["enquiry"] == (True, True)


def test_it_says_how_to_have_the_letters_again_and_so_one_has_them(north):
    wish_for_letters(north)
    answer = north.visitor().post(address(north), data=ONE_CLICK)
    assert 'href="/notices/switches"' in answer.text
    wish_for_letters(north)
    assert chosen(north)["enquiry"] == (True, True)


def test_the_page_speaks_its_readers_language(north):
    user = id_of(north, "sales")
    with north.office():
        db.session.scalars(select(User).where(User.id == user)).one().language = "de"
    assert "Diese E-Mails abbestellen" in north.visitor().get(address(north, kind="process_done")).text


def test_it_stands_in_the_log_once_under_the_persons_name(north):
    wish_for_letters(north)
    for _ in range(2):
        north.visitor().post(address(north), data=ONE_CLICK)
    with north.office():
        stopped = db.session.scalars(select(LogRecord).where(LogRecord.verb == "switch.stopped")).all()
        assert [(row.before, row.after) for row in stopped] == [({"mail": True}, {"mail": False})]
    assert "by the link in one: A visitor asks something" in north.client().get("/log").text


def test_a_choice_made_on_the_page_is_logged_too_and_only_when_it_is_one(north):
    person = id_of(north, "sales")
    with north.office():
        choose(person, {"enquiry": (True, True), "process_done": (True, True)})
        rows = db.session.scalars(select(LogRecord).where(LogRecord.verb == "switch.changed")).all()
        assert [row.after for row in rows] == [{"mail": True}]


def test_what_is_none_of_ours_names_nobody(north, south):
    good = address(north)
    word = good.rpartition("/")[2]
    for wrong in ("x", word[:-3] + "AAA", word[1:], "A" * 160, "A" * 5000, "%00", "é"):
        for method in ("GET", "POST"):
            answer = north.visitor().open(f"/no-more-letters/{wrong}", method=method)
            assert answer.status_code == 404
            assert "Nordlicht" not in answer.text
    own = north.visitor("http://south.office.localhost:8000").post(f"/no-more-letters/{word}", data=ONE_CLICK)
    assert own.status_code == 404


def test_whoever_is_signed_in_there_is_not_believed(north, south):
    wish_for_letters(north)
    answer = south.client().post(address(north), data=ONE_CLICK)
    assert answer.status_code == 200
    assert chosen(north)["enquiry"] == (True, False)
    with south.office():
        assert not db.session.scalars(select(LogRecord).where(LogRecord.verb == "switch.stopped")).all()


def test_a_person_who_is_no_longer_there_has_nothing_to_stop(north):
    gone = address(north)
    user = id_of(north, "sales")
    with north.office():
        row = db.session.scalars(select(User).where(User.id == user)).one()
        row.state = State.DISABLED
    assert north.visitor().post(gone, data=ONE_CLICK).status_code == 404
