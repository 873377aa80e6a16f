"""Sheets that somebody has tampered with, or that were damaged: refused or read, never an error of ours, never half.

A mutant is a good sheet with something done to its bytes or its cells.  Whatever it is, uploading it answers in words; what
was read of it is whole or broken with a reason; and nothing is in the catalogue before somebody applies it.
"""

from __future__ import annotations

import gzip
import io
import zipfile
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.catalogue.models import Plan, Product, PurchasePrice, RecommendedPrice, SheetState, Verdict
from portal.catalogue.sheets.containers import text_of
from portal.catalogue.sheets.layout import COLUMNS
from portal.catalogue.sheets.look import look_at
from portal.catalogue.sheets.rows import Row, read_rows
from portal.core.errors import Invalid
from tests.catalogue.sheets import sheet
from tests.catalogue.test_importing import carried_out, counted
from tests.catalogue.test_pages import upload
from tests.catalogue.test_undoing import the
from tests.catalogue.test_workbooks import workbook
from tests.world import House

ODD = ["", "NaN", "1e400", "-1", "99999999999999999999", "1,234", "\x00", "\u202e", "=1+1", "\ud800", "0" * 5000, "13/45/2026",
       "-0", "Infinity", "1_0", "\uff12", "'; drop table product; --", '"', '""', "\n" * 50, ",,,,", "P9Y", "ZZZ", "\ufeff"]  # fmt: skip
KINDS = (Product, Plan, PurchasePrice, RecommendedPrice)
cells = st.dictionaries(st.sampled_from(COLUMNS), st.one_of(st.sampled_from(ODD), st.text(max_size=40)), max_size=4)


def bytes_of(rows: list[dict[str, str]], columns: tuple[str, ...]) -> bytes:
    plain = [{name: value.encode("utf-8", "replace").decode() for name, value in row.items()} for row in rows]
    return sheet({}, *plain, columns=columns)


def zipped(content: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("sheet.csv", content)
    return packed.getvalue()


WRAPS = {
    "plain": bytes,
    "gzip": gzip.compress,
    "zip": zipped,
    "utf-16": lambda content: content.decode("utf-8", "replace").encode("utf-16"),
    "semicolons": lambda content: content.replace(b'","', b'";"'),
}


@st.composite
def mutants(draw: Any) -> bytes:
    """A good sheet with odd cells, columns elsewhere, in some wrapping, with some bytes gone, doubled or changed."""
    columns = tuple(draw(st.permutations(COLUMNS))) if draw(st.booleans()) else COLUMNS
    columns = columns[: draw(st.sampled_from([19, 19, 19, 18, 11, 3]))]
    rows = draw(st.lists(cells, max_size=4))
    if draw(st.integers(0, 5)) == 0:
        content = workbook(
            {}, *({name: value[:300] for name, value in row.items() if value.isprintable()} for row in rows)
        )
    else:
        content = WRAPS[draw(st.sampled_from(sorted(WRAPS)))](bytes_of(rows, columns))
    for _ in range(draw(st.integers(0, 4))):
        place = draw(st.integers(0, max(len(content) - 1, 0)))
        length = draw(st.sampled_from([0, 1, 7, 400]))
        content = content[:place] + draw(st.binary(max_size=12)) + content[place + length :]
    return content


def read(content: bytes) -> list[Row]:
    layout = look_at(io.BytesIO(content)).layout()
    text = b"".join(text_of(io.BytesIO(content)))
    return [row for row, _ in read_rows(io.BytesIO(text), layout)] if layout.is_settled else []


@given(mutants())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_a_mutant_is_refused_in_words_or_read_row_by_row(content: bytes) -> None:
    try:
        rows = read(content)
    except Invalid as invalid:
        refused = invalid
    else:
        refused = None
    assert refused is None or (refused.field == "file" and refused.line.plain)
    rows = [] if refused else rows
    for row in rows:
        assert row.is_whole or all(fault.reason.plain for fault in row.faults)
        if row.is_whole:
            assert 0 <= row.facts["purchase"] < 10_000_000


def uploaded(house: House, content: bytes) -> None:
    """Upload it, carry out what follows, and look at its page: no error of ours, nothing in the catalogue."""
    client = house.client()
    answer = upload(client, content)
    assert answer.status_code in (200, 422)
    carried_out(house)
    if answer.status_code == 200:
        found = the(house, "november.csv")
        assert found.state in (SheetState.MAPPING, SheetState.READING, SheetState.READY)
        assert client.get(answer.request.path).status_code == 200
        assert client.get(f"/price-sheets/{found.key}?show=broken").status_code == 200
        if found.state is SheetState.READY:
            assert found.count("lines") == sum(found.count(one) for one in Verdict if one is not Verdict.GONE)
    with house.office():
        assert counted(*KINDS) == [0, 0, 0, 0]


@pytest.mark.parametrize("odd", ODD)
def test_an_odd_cell_anywhere_is_no_error_of_ours(meridian: House, odd: str) -> None:
    uploaded(meridian, bytes_of([{column: odd} for column in COLUMNS], COLUMNS))


def test_mutants_that_are_uploaded_change_nothing(meridian: House, is_long) -> None:
    @given(mutants())
    @settings(
        max_examples=1_000 if is_long else 15,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
    )
    def each(content: bytes) -> None:
        uploaded(meridian, content)

    each()
