"""A version is published now, or from a day on; what has not begun can be called off."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import select

from portal.catalogue.models import PriceList, PriceListVersion, VersionState
from portal.core.db import db
from tests.catalogue.sheets import give, imported, price_list, sheet
from tests.catalogue.test_pages import sent
from tests.catalogue.test_shop import asking
from tests.queries import MOST
from tests.world import House

LATER = {"when": "later", "day": "2026-12-01"}


@pytest.fixture
def listed(meridian: House, south: House) -> str:
    """The address of a list with version 1 in force and a draft of version 2."""
    with meridian.office():
        imported(sheet({}))
        made = price_list("US Retail", percent="5")
        give(made, south)
        key = made.key
    client = meridian.client()
    sent(client, f"/price-lists/{key}/draft", client.get(f"/price-lists/{key}").text)
    return f"/price-lists/{key}"


def publish(house: House, listed: str, **typed: str) -> Any:
    client = house.client()
    return sent(client, f"{listed}/publication", client.get(f"{listed}/publication").text, **typed)


def versions(house: House) -> dict[int, tuple[str, date]]:
    with house.office():
        rows = db.session.scalars(select(PriceListVersion).join(PriceList).where(PriceList.name == "US Retail"))
        return {row.number: (str(row.state), row.valid_from) for row in rows}


def test_one_is_asked_when_and_reads_what_it_ends(meridian: House, listed: str) -> None:
    page = meridian.client().get(f"{listed}/publication").text
    assert "Publish version 2 of US Retail?" in page
    assert "What it ends" in page
    assert "in force, no end" in page
    answer = publish(meridian, listed, when="now").text
    assert "is published as version 2." in answer
    assert "was in force until 21 Nov 2026" in answer
    assert "in force, no end" in answer
    assert versions(meridian)[1][0] == VersionState.PAST


def test_what_begins_later_leaves_what_is_in_force_and_can_be_called_off(meridian: House, listed: str) -> None:
    page = publish(meridian, listed, **LATER).text
    assert "from 1 Dec 2026 on." in page
    assert "in force until 30 Nov 2026" in page
    assert "begins on 1 Dec 2026" in page
    assert versions(meridian) == {1: ("published", date(2026, 1, 1)), 2: ("published", date(2026, 12, 1))}
    off = f"{listed}/versions/2/calling-off"
    assert off in page.rsplit("<main", maxsplit=1)[-1]
    client = meridian.client()
    assert "Version 2 is called off." in sent(client, off, client.get(listed).text).text
    assert versions(meridian)[2][0] == VersionState.DRAFT


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"when": "later", "day": "2026-11-21"}, "Choose today or a later day"),
        ({"when": "later", "day": ""}, "This is needed."),
        ({"when": "later", "day": "1e400"}, "Not a valid date value."),
        ({"when": "soon"}, "Not a valid choice."),
    ],
)
def test_a_day_that_cannot_be_is_said_at_its_field(
    meridian: House, listed: str, typed: dict[str, str], said: str
) -> None:
    answer = publish(meridian, listed, **typed)
    assert answer.status_code == 422
    assert said in answer.text
    assert versions(meridian)[2][0] == VersionState.DRAFT


def test_what_has_begun_is_not_called_off(meridian: House, listed: str) -> None:
    client = meridian.client()
    answer = sent(client, f"{listed}/versions/1/calling-off", client.get(listed).text)
    assert answer.status_code == 409
    assert "It has begun already" in answer.text
    for number in ("9", "x", "1" * 40):
        assert sent(client, f"{listed}/versions/{number}/calling-off", client.get(listed).text).status_code == 404
        assert client.get(f"{listed}/versions/{number}/calling-off").status_code == 404


def test_the_stranger_publishes_nothing_and_readers_neither(meridian: House, listed: str, south: House) -> None:
    assert south.client().get(f"{listed}/publication").status_code == 404
    assert meridian.client("read_only").get(f"{listed}/publication").status_code == 403


def test_the_page_asks_at_most_six_times(meridian: House, listed: str) -> None:
    client = meridian.client()
    with asking(meridian) as asked:
        assert client.get(f"{listed}/publication").status_code == 200
    assert len(asked) <= MOST, "\n".join(one[:130] for one in asked)
