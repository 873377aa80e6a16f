"""The office's pages of price sheets: upload, preview, application, errors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import actions, error_sheet, queries
from portal.catalogue.columns import SHEETS
from portal.catalogue.forms import ApplicationForm, UploadForm
from portal.catalogue.models import PriceSheet, SheetState, Verdict
from portal.catalogue.models.sheets import SHOWN, VERDICTS
from portal.catalogue.office import WORDS, catalogue
from portal.catalogue.sheets.missing import last_day
from portal.core.db import get
from portal.core.exports import listed
from portal.core.forms import Form
from portal.core.listing import Listing, listing
from portal.core.web import needs, render, see, url
from portal.processes.models import Process

FORM = ("GET", "POST")
OWNER = "price_sheets"
"""A feature of no edition: only whoever owns the products imports sheets."""


@catalogue.get("/price-sheets")
@needs("catalogue.import", feature=OWNER)
def price_sheets() -> ResponseReturnValue:
    states = {str(state): word for state, (_, word) in SHOWN.items()}
    asked = listing(request.args, sorts=queries.SHEET_SORTS, default="-created", filters={"state": states})
    offered = [("state", gettext("State"), [(value, gettext(word)) for value, word in states.items()])]
    words: dict[str, Any] = {"page": queries.sheets(asked), "listing": asked, "offered": offered}
    return listed("catalogue/price_sheets.html", gettext("Price sheets"), SHEETS, **words)


@catalogue.route("/price-sheets/new", methods=["GET", "POST"])
@needs("catalogue.import", feature=OWNER)
def new_sheet() -> ResponseReturnValue:
    form = UploadForm()
    if form.accepted():
        with form.catching():
            sha, size = actions.keep_file(form.file.data.stream)
            sheet = actions.take_in(name=form.file.data.filename, sha=sha, size=size)
            return see(url("catalogue.price_sheet", key=sheet.key))
    return render("catalogue/new_sheet.html", form=form), form.status


@catalogue.get("/price-sheets/<key>")
@needs("catalogue.import", feature=OWNER)
def price_sheet(key: str) -> ResponseReturnValue:
    return _sheet_page(key)


def _sheet_page(key: str, form: Form | None = None) -> str:
    """The sheet, its rows and what may be done with it; `form` is one that was refused here."""
    shown = _shown(get(PriceSheet, key))
    ticks = form if isinstance(form, ApplicationForm) else ApplicationForm(data={"ends_missing": not shown["unread"]})
    return render("catalogue/price_sheet.html", **shown, form=form or ticks, ticks=ticks)


@catalogue.get("/price-sheets/<key>/progress")
@needs("catalogue.import", feature=OWNER)
def sheet_progress(key: str) -> ResponseReturnValue:
    sheet = get(PriceSheet, key)
    answer = Response(render("catalogue/_sheet_progress.html", sheet=sheet, process=process_of(sheet)))
    if sheet.state not in (SheetState.READING, SheetState.APPLYING):
        answer.headers["HX-Refresh"] = "true"
    return answer


@catalogue.route("/price-sheets/<key>/application", methods=FORM)
@needs("catalogue.import", feature=OWNER)
def application(key: str) -> ResponseReturnValue:
    form = ApplicationForm()
    return _done(key, form, lambda sheet: actions.apply_sheet(sheet, ends_missing=form.ends_missing.data))


@catalogue.route("/price-sheets/<key>/removal", methods=FORM)
@needs("catalogue.import", feature=OWNER)
def sheet_removal(key: str) -> ResponseReturnValue:
    def discard(sheet: PriceSheet) -> None:
        actions.discard(sheet)
        flash(gettext("%(name)s is discarded; nothing was changed.", name=sheet.name))

    return _done(key, Form(), discard)


def _done(key: str, form: Form, verb: Callable[[PriceSheet], None]) -> ResponseReturnValue:
    """Do it and look at the sheet again; or say there why it was refused.  By itself the address is the sheet's page."""
    if form.accepted():
        with form.catching():
            verb(get(PriceSheet, key, lock=True))
            return see(url("catalogue.price_sheet", key=key))
    return _sheet_page(key, form if form.is_submitted() else None), form.status


@catalogue.get("/price-sheets/<key>/errors.csv")
@needs("catalogue.import", feature=OWNER)
def sheet_errors(key: str) -> ResponseReturnValue:
    sheet = get(PriceSheet, key)
    answer = Response(stream_with_context(error_sheet.lines(sheet)), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{error_sheet.file_name(sheet)}"'
    return answer


def process_of(sheet: PriceSheet) -> Process | None:
    return get(Process, sheet.process_id) if sheet.process_id else None


def _shown(sheet: PriceSheet) -> dict[str, object]:
    verdict = _verdict(sheet)
    asked: Listing = listing(
        request.args,
        sorts=queries.ROW_SORTS,
        default="line",
        filters={"show": {str(verdict): word for verdict, word in VERDICTS.items()}},
    )
    broken = verdict is Verdict.BROKEN
    page = queries.errors(sheet, asked) if broken else queries.rows(sheet, verdict, asked)
    working = sheet.state in (SheetState.READING, SheetState.APPLYING)
    views = [(word, which, which is verdict, sheet.count(which)) for which, word in VERDICTS.items()]
    facts: dict[str, object] = {"twin": queries.twin_of(sheet) if sheet.state is SheetState.READY else None}
    process = process_of(sheet) if working else None
    facts |= WORDS | {
        "unread": sheet.count("unread"),
        "unlisted": error_sheet.unlisted(sheet),
        "last_day": last_day(sheet),
    }
    return {
        **facts,
        "sheet": sheet,
        "process": process,
        "verdict": verdict,
        "views": views,
        "page": page,
        "listing": asked,
    }


def _verdict(sheet: PriceSheet) -> Verdict:
    """What is looked at: what was asked for, else the first kind of row there is."""
    wanted = request.args.get("show", "")
    if wanted in VERDICTS:
        return Verdict(wanted)
    return next((verdict for verdict in VERDICTS if sheet.count(verdict)), Verdict.NEW)
