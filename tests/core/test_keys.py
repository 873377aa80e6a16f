"""Ids have one spelling, and what is not an id is nothing."""

import pytest

from portal.core import keys


def test_a_key_reads_back_as_the_id_it_spells():
    made = keys.new_id()
    assert keys.read_key(keys.spell(made)) == made


@pytest.mark.parametrize("text", ["", "x", "0" * 25, "0" * 27, "é" * 26, "w" * 26, "0" * 25 + "1", None, 7])
def test_what_no_id_spells_is_no_key(text):
    assert keys.read_key(text) is None


def test_a_second_spelling_of_an_id_is_refused():
    spelled = keys.spell(keys.new_id())
    assert keys.read_key(spelled.upper()) is None or spelled.isdigit()


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("Müller & Söhne", "mueller-soehne"),
        ("Ærø Å", "aero-a"),
        ("Straße 12", "strasse-12"),
        ("日本", ""),
        (f"{'x' * 19} y", "x" * 19),
    ],
)
def test_a_name_becomes_what_an_address_may_hold(name, spelled):
    assert keys.slug(name, longest=20) == spelled
