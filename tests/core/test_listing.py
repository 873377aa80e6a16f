"""A list's question stands in its address; nonsense in it is the default, never an error."""

import pytest
from sqlalchemy import column
from werkzeug.datastructures import MultiDict

from portal.core.listing import listing

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
