"""Rows are found by the beginnings of their words, whatever case and accents they are written with."""

from __future__ import annotations

import importlib

import pytest
from sqlalchemy import create_engine, delete, func, select

from portal.accounts import actions as accounts
from portal.accounts.models import Account
from portal.core.clock import now
from portal.core.db import add_many, db
from portal.core.finding import LONGEST, MOST_TERMS, Word, said, terms_of, words_of
from tests.accounts.conftest import TERMS


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Blue Harbour", {"blue", "harbour"}),
        ("Müller & Söhne", {"muller", "mueller", "sohne", "soehne"}),
        ("Straße", {"strasse"}),
        ("Crème Brûlée", {"creme", "brulee"}),
        ("Łódź Øst", {"lodz", "ost"}),
        ("ACC-00012", {"acc", "00012", "12", "acc00012"}),
        ("maria@blue.example", {"maria", "blue", "example"}),
        ("+49 30 123", {"49", "30", "123", "4930123"}),
        ("Ελλάδα", {"ελλαδα"}),
        ("ΝΈΟΣ ΚΌΣΜΟΣ", {"νεοσ", "κοσμοσ"}),  # the sigma at a word's end is one with the others
        ("Μαΐου ἄνθρωπος", {"μαιου", "ανθρωποσ"}),
        ("東京 株式会社", {"東京", "株式会社"}),
        ("\uff57\uff49\uff44\uff45", {"wide"}),
        ("🎈 & —", set()),
    ],
)
def test_a_text_is_found_by_its_words(text, words):
    assert words_of(text) == words


def test_a_text_as_long_as_one_likes_has_few_words():
    assert all(len(word) <= LONGEST for word in words_of("a" * 500))
    assert len(words_of(" ".join(f"w{number}" for number in range(500)))) <= LONGEST


def test_what_is_looked_for_is_asked_once_and_the_longest_first():
    assert terms_of("  Har BLUE  blue b%_ ") == ("blue", "har")
    assert terms_of("Müller") == ("muller",)
    assert terms_of("κοσμος") == terms_of("Κόσμοσ") == terms_of("ΚΟΣΜΟΣ") == ("κοσμοσ",)
    assert terms_of("%_ -- 🎈") == ()
    assert len(terms_of("abc bcd cde def efg fgh ghi hij")) == MOST_TERMS


def names(text):
    return list(db.session.scalars(select(Account.name).where(said(Account, text)).order_by(Account.name)))


def test_words_follow_the_row_they_stand_in(north):
    with north.office():
        harbour = accounts.open_account(**TERMS | {"name": "Çelik Harbour"})
        accounts.open_account(**TERMS | {"name": "Blue Mountain"})
        accounts.open_account(**TERMS | {"name": "Ναυτικός Κόσμος"})
        assert names("celik") == names("harb Ç") == ["Çelik Harbour"]
        assert names("ναυτικος") == names("ΚΟΣΜ ΝΑΥΤΙΚΌΣ") == names("κόσμο") == ["Ναυτικός Κόσμος"]
        assert names("arbour") == names("celik mountain") == names("%") == names("") == []
        accounts.change(harbour, version=1, **TERMS | {"name": "Green Harbour"})
        assert names("celik") == []
        assert names("green") == ["Green Harbour"]


def test_a_contact_leads_to_the_account(north):
    with north.office():
        account = accounts.open_account(**TERMS | {"name": "Blue Mountain"})
        maria = accounts.add_contact(account, name="Maria Keller", email="maria@keller.example", role=None, phone=None)
        assert names("keller blue") == ["Blue Mountain"]
        accounts.change_contact(maria, name="Maria Weber")
        assert names("maria weber") == ["Blue Mountain"]
        accounts.change_contact(maria, email=None)
        assert names("keller") == []
        accounts.remove_contact(maria)
        assert names("maria") == []
        assert names("blue") == ["Blue Mountain"]


def test_what_is_deleted_leaves_no_word(north):
    with north.office():
        before = db.session.scalar(select(func.count()).select_from(Word))
        account = accounts.open_account(**TERMS | {"name": "Blue Mountain"})
        accounts.add_contact(account, name="Maria Keller", email=None, role=None, phone=None)
        db.session.flush()
        db.session.expire_all()
        db.session.delete(account)
        db.session.flush()
        assert db.session.scalar(select(func.count()).select_from(Word)) == before


def test_nobody_finds_what_a_stranger_has(world):
    with world.north.office():
        accounts.open_account(**TERMS | {"name": "Blue Mountain"})
    for house in (world.strand, world.meridian, world.fjord):
        with house.office():
            assert names("blue") == []
            assert db.session.scalars(select(Word.word).where(Word.word == "blue")).all() == []


def test_rows_written_in_sets_are_found_like_all_others(north):
    with north.office():
        words = TERMS | {"bill_to_id": None, "price_list_id": None, "created_at": now(), "version": 1}
        rows = [{"number": f"M-{at}", **words, "name": f"Many {at}"} for at in range(3)]
        add_many(
            Account,
            [{name: value for name, value in row.items() if name not in ("bill_to", "price_list")} for row in rows],
        )
        assert names("many 2") == ["Many 2"]


def test_the_migration_files_what_was_there_before(world, settings):
    """As the owner of the tables, who stands behind the wall as well."""
    for house in (world.north, world.strand):
        with house.office():
            account = accounts.open_account(**TERMS | {"name": "Çelik Harbour"})
            accounts.add_contact(account, name="Maria Keller", email=None, role=None, phone="+49 30 123")
    standing = {house.word: words_in(house) for house in world.houses}
    for house in world.houses:
        with house.office():
            db.session.execute(delete(Word))
    revision = importlib.import_module("migrations.versions.0012_keep_the_words_rows_are_found_by")
    owner = create_engine(settings.database_owner_url)
    with owner.begin() as connection:
        revision._fill(connection)  # noqa: SLF001 - what the revision does besides making the table
    owner.dispose()
    assert standing == {house.word: words_in(house) for house in world.houses}
    assert {"celik", "keller", "4930123"} <= {word for _, word, *_ in standing["north"]}


def words_in(house):
    with house.office():
        found = select(Word.kind, Word.word, Word.row_id, Word.part_id)
        return sorted(map(tuple, db.session.execute(found)))
