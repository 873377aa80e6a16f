"""A list's question stands in its address; nonsense in it is the default, never an error."""

import pytest
from sqlalchemy import ARRAY, String, bindparam, column, func, select
from werkzeug.datastructures import MultiDict

from portal.core.db import db
from portal.core.listing import alphabetical, listing

SORTS = {"name": column("name"), "created": column("created_at")}
FILTERS = {"kind": {"customer": "Customer", "reseller": "Reseller"}}


def asked(**args):
    return listing(MultiDict(args), sorts=SORTS, default="-created", filters=FILTERS)


def test_an_empty_address_is_the_default():
    found = asked()
    assert (found.search, found.sort, found.descending, found.number, found.narrowed) == ("", "created", True, 1, False)


@pytest.mark.parametrize("page", ["0", "-3", "x", "9" * 30, "٣", "1.5", ""])
def test_a_page_that_is_no_number_is_harmless(page):
    assert asked(page=page).number in {0, 1}


@pytest.mark.parametrize(
    ("page", "first", "last"), [("1", 0, 29), ("2", 30, 59), ("3", 60, 69), ("4", 60, 69), ("99999", 60, 69)]
)
def test_past_the_end_of_what_is_in_memory_stands_its_last_page(page, first, last):
    cut = asked(page=page).cut(list(range(70)))
    assert (cut.items[0], cut.items[-1], cut.total, cut.pages) == (first, last, 70, 3)


def test_a_file_has_all_of_what_is_in_memory():
    assert len(asked(page="2", format="csv").cut(list(range(70)))) == 70
    assert asked(page="2").cut([]).number == 1


def test_a_filter_that_is_no_choice_is_ignored():
    assert asked(kind="' or 1=1").filters == {"kind": None}


def test_search_wildcards_are_plain_letters():
    assert asked(q="50%_\\").pattern == r"%50\%\_\\%"


def test_a_change_keeps_the_rest_and_goes_to_page_one():
    found = asked(q="nora", kind="reseller", page="4")
    assert found.url(kind=None) == "?q=nora&sort=-created"
    assert "page=5" in found.url(page=5)


def test_sorting_again_turns_the_order_round():
    assert asked(sort="name").sorted_by("name") == "?sort=-name"


def test_names_stand_in_alphabetical_order_whatever_accents_they_have(north):
    names = ["Zeta", "Ωμέγα", "Έλλη", "Äther", "alpha", "Δανάη", "Özil", "Oman", "Άννα", "Αντώνης", "Pan", "Beta"]
    with north.office():
        said = func.unnest(bindparam("names", names, ARRAY(String))).column_valued("said")
        found = list(db.session.scalars(select(said).order_by(alphabetical(said))))
    assert found == [
        *("alpha", "Äther", "Beta", "Oman", "Özil", "Pan", "Zeta"),
        *("Άννα", "Αντώνης", "Δανάη", "Έλλη", "Ωμέγα"),
    ]
