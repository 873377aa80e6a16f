"""The page of what applying a price sheet will do: which lists it reaches and whom, to which margins and prices."""

from __future__ import annotations

from typing import Any

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue.columns import MOVES
from portal.catalogue.explaining import figure
from portal.catalogue.impact import SHOWN, Impact
from portal.catalogue.models import PriceSheet, SheetState, Verdict
from portal.catalogue.office import catalogue
from portal.catalogue.pages.impact import PLAN_WORDS, asked_of, chosen, offered
from portal.catalogue.pages.sheets import OWNER, is_whole
from portal.catalogue.queries.impact import NAMED
from portal.catalogue.sheets.outlook import outlook
from portal.catalogue.sheets.reckoning import Reached, reached
from portal.core.db import get
from portal.core.errors import NotFound
from portal.core.exports import download
from portal.core.web import needs, render
from portal.core.words import N_

MISSING = {"ends": N_("Ends"), "stays": N_("Stays as it is")}
"""What becomes of prices that the sheet does not name."""


@catalogue.get("/price-sheets/<key>/impact")
@needs("catalogue.import", feature=OWNER)
def sheet_impact(key: str) -> ResponseReturnValue:
    sheet = get(PriceSheet, key)
    if not (sheet.is_open or sheet.state is SheetState.SCHEDULED):
        raise NotFound
    missing = _missing(sheet)
    found = outlook(sheet, ends_missing=missing == "ends")
    lists = reached(found, request.args.get("list", ""))
    looked_at = _looked_at(lists)
    asked = asked_of(missing=missing, **({"list": looked_at.touched.price_list.key} if looked_at else {}))
    done = looked_at.impact or Impact() if looked_at else Impact()
    if asked.form:
        return download(asked, sheet.name, MOVES, chosen(done, asked))
    page: dict[str, Any] = {
        "page": asked.cut(chosen(done, asked)),
        "listing": asked,
        "offered": offered(),
        "files": True,
    }
    words = {"sheet": sheet, "found": found, "lists": lists, "looked_at": looked_at, "impact": done, "named": NAMED}
    words |= {"missing": missing, "missings": _missings(sheet)}
    return render("catalogue/sheet_impact.html", **page, **words, figure=figure, shown=SHOWN, **PLAN_WORDS)


def _missing(sheet: PriceSheet) -> str:
    """What was asked for; else as it was ordered, or as the preview offers it."""
    wanted = request.args.get("missing", "")
    if wanted in MISSING:
        return wanted
    ends = sheet.ends_missing if sheet.state is SheetState.SCHEDULED else is_whole(sheet)
    return "ends" if ends else "stays"


def _missings(sheet: PriceSheet) -> list[tuple[str, str]]:
    """What there is to choose; nothing where the sheet misses nothing."""
    return [(value, gettext(word)) for value, word in MISSING.items()] if sheet.count(Verdict.GONE) else []


def _looked_at(lists: list[Reached]) -> Reached | None:
    """The list that was asked for, else the first."""
    wanted = request.args.get("list", "")
    return next((one for one in lists if one.touched.price_list.key == wanted), lists[0] if lists else None)
