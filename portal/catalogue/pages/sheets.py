"""Pages of price sheets: upload, preview, application, errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from flask import Response, flash, request, stream_with_context
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import actions, error_sheet, queries, row_sheet
from portal.catalogue.columns import SHEETS
from portal.catalogue.models import PriceSheet, SheetState, Verdict
from portal.catalogue.models.products import SEGMENTS
from portal.catalogue.models.sheets import BIG_RISE, SHOWN, VERDICTS
from portal.catalogue.office import WORDS, catalogue
from portal.catalogue.row_sheet import SHEET_ROWS
from portal.catalogue.sheet_forms import (
    ApplicationForm,
    DayForm,
    UploadForm,
    columns_of,
    ignored,
    mapping_form,
    understood,
)
from portal.catalogue.sheets import undoing
from portal.catalogue.sheets.layout import Layout
from portal.catalogue.sheets.missing import last_day
from portal.core.db import get
from portal.core.exports import download, listed
from portal.core.forms import Form
from portal.core.listing import Listing, listing
from portal.core.web import needs, render, see, url
from portal.processes.models import Process

FORM = ("GET", "POST")
WORKING = (SheetState.READING, SheetState.SCHEDULED, SheetState.APPLYING, SheetState.UNDOING)
"""States in which a process is at work on it, or waits."""
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
            unclear = sheet.state is SheetState.MAPPING
            return see(url("catalogue.sheet_mapping" if unclear else "catalogue.price_sheet", key=sheet.key))
    return render("catalogue/new_sheet.html", form=form), form.status


@catalogue.get("/price-sheets/<key>")
@needs("catalogue.import", feature=OWNER)
def price_sheet(key: str) -> ResponseReturnValue:
    sheet = get(PriceSheet, key)
    asked, verdict = _asked(sheet), _verdict(sheet)
    if asked.form == "csv" and verdict is not Verdict.BROKEN:
        return sent(row_sheet.lines(sheet, verdict, asked), row_sheet.file_name(sheet, verdict))
    if asked.form and verdict is not Verdict.BROKEN:
        return download(asked, gettext(VERDICTS[verdict]), SHEET_ROWS, queries.rows(sheet, verdict, asked))
    return _sheet_page(key)


def sent(lines: Iterator[str], name: str) -> Response:
    """A CSV file that is written while it is sent."""
    answer = Response(stream_with_context(lines), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _sheet_page(key: str, form: Form | None = None) -> str:
    """The sheet, its rows and what may be done with it; `form` is one that was refused here."""
    sheet = get(PriceSheet, key)
    shown = _shown(sheet)
    ticks = form if isinstance(form, ApplicationForm) else ApplicationForm(data={"ends_missing": is_whole(sheet)})
    return render("catalogue/price_sheet.html", **shown, form=form or ticks, ticks=ticks, days=DayForm())


@catalogue.route("/price-sheets/<key>/mapping", methods=FORM)
@needs("catalogue.import", feature=OWNER)
def sheet_mapping(key: str) -> ResponseReturnValue:
    sheet = get(PriceSheet, key, lock=request.method == "POST")
    form = mapping_form(sheet)
    if form.accepted():
        with form.catching():
            actions.settle_mapping(sheet, layout=form.layout(sheet))
            return see(url("catalogue.price_sheet", key=key))
    layout = Layout.of(sheet.layout)
    words = {"asked": [*layout.open_columns, *layout.open_spellings], "columns": columns_of(sheet)}
    return render("catalogue/sheet_mapping.html", sheet=sheet, form=form, **words), form.status


@catalogue.get("/price-sheets/<key>/progress")
@needs("catalogue.import", feature=OWNER)
def sheet_progress(key: str) -> ResponseReturnValue:
    sheet = get(PriceSheet, key)
    answer = Response(render("catalogue/_sheet_progress.html", sheet=sheet, process=process_of(sheet)))
    if sheet.state not in WORKING:
        answer.headers["HX-Refresh"] = "true"
    return answer


@catalogue.route("/price-sheets/<key>/application", methods=FORM)
@needs("catalogue.import", feature=OWNER)
def application(key: str) -> ResponseReturnValue:
    form = ApplicationForm()
    return _done(key, form, lambda sheet: actions.apply_sheet(sheet, ends_missing=form.ends_missing.data, on=form.on))


@catalogue.route("/price-sheets/<key>/schedule", methods=FORM)
@needs("catalogue.import", feature=OWNER)
def sheet_schedule(key: str) -> ResponseReturnValue:
    form = DayForm()
    return _done(key, form, lambda sheet: actions.reschedule(sheet, on=form.day.data))


@catalogue.route("/price-sheets/<key>/schedule/removal", methods=FORM)
@needs("catalogue.import", feature=OWNER)
def sheet_schedule_removal(key: str) -> ResponseReturnValue:
    return _done(key, Form(), actions.hold_back)


@catalogue.route("/price-sheets/<key>/undoing", methods=FORM)
@needs("catalogue.import", feature=OWNER)
def sheet_undoing(key: str) -> ResponseReturnValue:
    """What undoing puts back, and whether to do it."""
    form, sheet = Form(), get(PriceSheet, key, lock=request.method == "POST")
    if form.accepted():
        with form.catching():
            actions.undo(sheet)
            return see(url("catalogue.price_sheet", key=key))
    counts = {"prices": undoing.traced(sheet, *undoing.PRICES), "wares": undoing.traced(sheet, *undoing.WARES)}
    return render("catalogue/sheet_undoing.html", form=form, sheet=sheet, **counts), form.status


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
    return sent(error_sheet.lines(sheet), error_sheet.file_name(sheet))


def process_of(sheet: PriceSheet) -> Process | None:
    return get(Process, sheet.process_id) if sheet.process_id else None


def is_whole(sheet: PriceSheet) -> bool:
    """Whether it names all there is, as far as one can tell: it was read whole, and most of what we have is in it."""
    named = sheet.count("lines") - sheet.count(Verdict.NEW)
    return not sheet.count("unread") and sheet.count(Verdict.GONE) <= named


def _asked(sheet: PriceSheet) -> Listing:
    """What of the preview is looked at."""
    places = {place.replace(" · ", "-"): place for place in sheet.markets}
    filters = {
        "show": {str(verdict): word for verdict, word in VERDICTS.items()},
        "market": places if len(places) > 1 else {},
        "segment": {str(segment): word for segment, word in SEGMENTS.items()},
        "vendor": {vendor: vendor for vendor in sheet.vendors} if len(sheet.vendors) > 1 else {},
        "rise": {"big": gettext("over %(percent)s %%", percent=BIG_RISE)},
    }
    return listing(request.args, sorts=queries.ROW_SORTS, default="line", filters=filters)


def _offered(asked: Listing, verdict: Verdict) -> list[tuple[str, str, list[tuple[str, str]]]]:
    titles = {"market": gettext("Market"), "segment": gettext("Segment"), "vendor": gettext("Vendor")}
    if verdict is Verdict.UP:
        titles["rise"] = gettext("Rise")
    if verdict is Verdict.BROKEN:
        return []
    return [
        (name, title, [(value, gettext(word)) for value, word in asked.labels[name].items()])
        for name, title in titles.items()
        if asked.labels[name]
    ]


def _shown(sheet: PriceSheet) -> dict[str, object]:
    verdict, asked = _verdict(sheet), _asked(sheet)
    broken, process = verdict is Verdict.BROKEN, process_of(sheet) if sheet.state in WORKING else None
    return WORDS | {
        "sheet": sheet,
        "process": process,
        "verdict": verdict,
        "views": [(sheet.called(which), which, which is verdict, sheet.count(which)) for which in VERDICTS],
        "listing": asked,
        "offered": _offered(asked, verdict),
        "page": queries.errors(sheet, asked) if broken else queries.rows(sheet, verdict, asked),
        "big_rise": BIG_RISE,
        "unread": sheet.count("unread"),
        "unlisted": error_sheet.unlisted(sheet),
        "last_day": last_day(sheet),
        "ignored": ignored(sheet),
        "understood": understood(sheet),
        **({} if broken else {"files": True}),
    }


def _verdict(sheet: PriceSheet) -> Verdict:
    """What is looked at: what was asked for, else the first kind of row there is."""
    wanted = request.args.get("show", "")
    if wanted in VERDICTS:
        return Verdict(wanted)
    return next((verdict for verdict in VERDICTS if sheet.count(verdict)), Verdict.NEW)
