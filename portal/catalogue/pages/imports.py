"""Pages of files of products: written out, taken in, looked at, applied."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from portal.catalogue import actions, queries
from portal.catalogue.files.columns import COLUMNS
from portal.catalogue.models import ProductImport, SheetState
from portal.catalogue.models.sheets import SHOWN
from portal.catalogue.office import OWN, catalogue
from portal.catalogue.product_forms import ProductsFileForm
from portal.core.db import get
from portal.core.exports import CSV, download
from portal.core.forms import Form
from portal.core.listing import listing
from portal.core.web import needs, render, see, url
from portal.processes.models import Process

FORM = ("GET", "POST")


@catalogue.get("/products/export")
@needs("catalogue.edit", feature=OWN)
def product_export() -> ResponseReturnValue:
    asked = listing(MultiDict({"format": CSV, **request.args}), sorts=queries.PRODUCT_SORTS, default="name")
    return download(asked, gettext("Products"), COLUMNS, queries.own_products())


@catalogue.route("/products/imports/new", methods=FORM)
@needs("catalogue.edit", feature=OWN)
def new_import() -> ResponseReturnValue:
    form = ProductsFileForm()
    if form.accepted():
        with form.catching():
            sha = actions.keep_products(form.file.data.stream)
            taken = actions.take_in_products(name=form.file.data.filename, sha=sha)
            return see(url("catalogue.product_import", key=taken.key))
    return render("catalogue/new_import.html", form=form), form.status


@catalogue.get("/products/imports/<key>")
@needs("catalogue.edit", feature=OWN)
def product_import(key: str) -> ResponseReturnValue:
    return _page(get(ProductImport, key), Form())


@catalogue.get("/products/imports/<key>/progress")
@needs("catalogue.edit", feature=OWN)
def import_progress(key: str) -> ResponseReturnValue:
    taken = get(ProductImport, key)
    answer = Response(render("catalogue/_import_progress.html", taken=taken, process=_process(taken)))
    if taken.state not in (SheetState.READING, SheetState.APPLYING):
        answer.headers["HX-Refresh"] = "true"
    return answer


@catalogue.route("/products/imports/<key>/application", methods=FORM)
@needs("catalogue.edit", feature=OWN)
def import_application(key: str) -> ResponseReturnValue:
    return _done(key, actions.apply_products)


@catalogue.route("/products/imports/<key>/removal", methods=FORM)
@needs("catalogue.edit", feature=OWN)
def import_removal(key: str) -> ResponseReturnValue:
    def discard(taken: ProductImport) -> None:
        actions.discard_products(taken)
        flash(gettext("%(name)s is discarded; nothing was changed.", name=taken.name))

    return _done(key, discard)


def _done(key: str, verb: Callable[[ProductImport], None]) -> ResponseReturnValue:
    """Do it and look at the file again; or say there why it was refused.  By itself the address is the file's page."""
    form = Form()
    if form.accepted():
        with form.catching():
            verb(get(ProductImport, key, lock=True))
            return see(url("catalogue.product_import", key=key))
    return _page(get(ProductImport, key), form), form.status


def _page(taken: ProductImport, form: Form) -> str:
    words: dict[str, Any] = {"shown": SHOWN[taken.state], "process": _process(taken)}
    return render("catalogue/product_import.html", taken=taken, form=form, **words)


def _process(taken: ProductImport) -> Process | None:
    return get(Process, taken.process_id) if taken.process_id else None
