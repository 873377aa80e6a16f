"""Lines are stored as message id and values, and told in the reader's language."""

import json
from itertools import permutations

import pytest

from portal.core.words import Line, alphabetical, say, told


@pytest.fixture(scope="module")
def app(app_of_session):
    return app_of_session


def test_a_line_within_a_line_is_stored_whole(app):
    line = say("Waits for %(what)s", what=say("%(count)s product", "%(count)s products", count=2))
    with app.app_context():
        assert told(json.loads(json.dumps(line.stored()))) == "Waits for 2 products"


def test_a_per_cent_sign_in_a_bare_line_stays_itself(app):
    with app.app_context():
        assert told(say("100 % done")) == "100 % done"


def test_one_and_many_are_told_apart(app):
    with app.app_context():
        assert [told(say("%(count)s task", "%(count)s tasks", count=n)) for n in (0, 1, 2)] == [
            "0 tasks",
            "1 task",
            "2 tasks",
        ]


def test_a_stored_line_is_read_back_whole():
    line = say("%(count)s thing in %(place)s", "%(count)s things in %(place)s", count=2, place=say("the shop"))
    assert Line.of(line.stored()).plain.startswith("2 things")
    assert Line.of(line.stored()).stored() == line.stored()


def test_words_that_differ_in_capitals_keep_one_order() -> None:
    orders = {tuple(alphabetical(words)) for words in permutations(["backup", "Vault", "Backup", "äpfel"])}
    assert orders == {("Backup", "backup", "Vault", "äpfel")}
