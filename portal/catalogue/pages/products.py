"""Pages of one product: what it is, its words, its states, its log."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from flask import Response, flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.audit.pages import log_of
from portal.branding import serving
from portal.catalogue import actions, pictures, together
from portal.catalogue.models import Answer, Product, ProductType
from portal.catalogue.models.products import CHARGINGS, KINDS
from portal.catalogue.office import OWN, catalogue, looked_at
from portal.catalogue.product_forms import PictureForm, ProductForm
from portal.core import dates, markdown
from portal.core.db import db, get
from portal.core.errors import NotFound
from portal.core.here import here
from portal.core.web import needs, render, see, url
from portal.core.words import N_


@catalogue.post("/products/selection")
@needs("catalogue.edit")
def products_selection() -> ResponseReturnValue:
    return together.selection().answer()


@catalogue.post("/products/selection/<deed>/undoing")
@needs("catalogue.edit")
def products_undoing(deed: str) -> ResponseReturnValue:
    return together.selection().take_back(deed)


@catalogue.get("/products/<key>")
@needs("catalogue.view")
def product(key: str) -> ResponseReturnValue:
    sight = looked_at(key)
    row = sight.product
    words = {"kinds": KINDS, "chargings": CHARGINGS, "answers": answers_of(row)}
    said = (sight.overlay.description if sight.overlay else None) or row.description
    page = {"description": markdown.shown(said), "shop_address": sight.shop_address}
    return render("catalogue/product.html", **sight.around("overview"), **page, **words)


@catalogue.get("/products/<key>/log")
@needs("catalogue.view")
def product_log(key: str) -> ResponseReturnValue:
    sight = looked_at(key)
    return log_of(sight.product, "catalogue/product_log.html", **sight.around("log"))


@catalogue.route("/products/new", methods=["GET", "POST"])
@needs("catalogue.edit", feature=OWN)
def new_product() -> ResponseReturnValue:
    form = ProductForm.asking(None, _asked_type(None))
    if _is_saved(form):
        with form.catching():
            made = actions.add_product(**form.terms())
            flash(gettext("%(name)s is a draft. Give it a plan with a price, then put it on sale.", name=made.name))
            return see(url("catalogue.product_prices", key=made.key))
    return _form(form, None)


@catalogue.route("/products/<key>/edit", methods=["GET", "POST"])
@needs("catalogue.edit", feature=OWN)
def edit_product(key: str) -> ResponseReturnValue:
    row = own(key)
    form = ProductForm.asking(row, _asked_type(row))
    if _is_saved(form):
        if form.read_version() != row.version:
            differences = form.differences(form.standing(row))
            return render("catalogue/product_conflict.html", form=form, product=row, differences=differences), 409
        with form.catching():
            actions.change_product(row, version=form.read_version(), **form.terms())
            flash(gettext("%(name)s is changed.", name=row.name))
            return see(url("catalogue.product", key=row.key))
    return _form(form, row)


@catalogue.route("/products/<key>/picture", methods=["GET", "POST"])
@needs("catalogue.edit", feature=OWN)
def product_picture(key: str) -> ResponseReturnValue:
    row, form = own(key), PictureForm()
    if form.accepted():
        with form.catching():
            if (wanted := form.wanted()) is not None:
                actions.change_product(row, version=row.version, picture=wanted)
            return see(url("catalogue.product", key=key))
    return picture_page(form, row.picture, *above(row)), form.status


def above(product: Product) -> list[tuple[str, str]]:
    """The pages on the way to a product, and its own."""
    return [
        (gettext("Products"), url("catalogue.products")),
        (product.name, url("catalogue.product", key=product.key)),
    ]


def picture_page(form: PictureForm, standing: str | None, *way: tuple[str, str]) -> str:
    """The form of a picture; `way` are the pages above it, the last one that of what is pictured."""
    (name, back) = way[-1]
    return render("catalogue/picture_form.html", form=form, standing=standing, way=list(way), name=name, back=back)


@catalogue.get("/products/pictures/<file>")
@needs("catalogue.view")
def picture(file: str) -> Response:
    return serving.picture(pictures.found(file), shared=False)


@catalogue.post("/products/<key>/copies")
@needs("catalogue.edit", feature=OWN)
def copies(key: str) -> ResponseReturnValue:
    copy = actions.copy_product(own(key))
    db.session.flush()
    flash(gettext("This is the copy: a draft until you put it on sale."))
    return see(url("catalogue.edit_product", key=copy.key))


@catalogue.post("/products/<key>/activation")
@needs("catalogue.edit", feature=OWN)
def activation(key: str) -> ResponseReturnValue:
    return _done(key, actions.activate, N_("%(name)s is on sale."))


@catalogue.post("/products/<key>/setting-aside")
@needs("catalogue.edit", feature=OWN)
def setting_aside(key: str) -> ResponseReturnValue:
    return _done(key, actions.set_aside, N_("%(name)s is a draft again."), "catalogue.activation")


@catalogue.post("/products/<key>/discontinuation")
@needs("catalogue.edit", feature=OWN)
def discontinuation(key: str) -> ResponseReturnValue:
    return _done(key, actions.discontinue, N_("%(name)s is discontinued."), "catalogue.activation")


@catalogue.post("/products/<key>/archival")
@needs("catalogue.edit", feature=OWN)
def product_archival(key: str) -> ResponseReturnValue:
    return _done(key, actions.archive_product, N_("%(name)s is archived."), "catalogue.product_restoration")


@catalogue.post("/products/<key>/restoration")
@needs("catalogue.edit", feature=OWN)
def product_restoration(key: str) -> ResponseReturnValue:
    return _done(key, actions.restore_product, N_("%(name)s is back."))


def own(key: str, *, lock: bool = False) -> Product:
    """One's own product; another's is not there to be written."""
    row = get(Product, key, lock=lock)
    if row.tenant_id != here.tenant_id:
        raise NotFound
    return row


def _done(key: str, act: Callable[[Product], None], said: str, undo: str = "") -> ResponseReturnValue:
    row = own(key, lock=True)
    act(row)
    text = gettext(said, name=row.name)
    flash({"text": text, "undo": url(undo, key=key)} if undo else text)  # type: ignore[arg-type] # a toast may carry its undo
    return see(url("catalogue.product", key=key))


def _asked_type(row: Product | None) -> ProductType | None:
    """The type whose questions the form asks: as chosen in it, else the product's."""
    wanted = request.values.get("type")
    if wanted is None:
        return row.type if row else None
    return get(ProductType, wanted) if wanted else None


def _is_saved(form: ProductForm) -> bool:
    """Whether it was sent to be saved, and not to be looked at or to ask what another type asks."""
    return request.form.get("do", "") not in {"preview", "type"} and form.accepted()


def _form(form: ProductForm, row: Product | None) -> ResponseReturnValue:
    shown = markdown.shown(form.description.data or "") if request.form.get("do") == "preview" else None
    return render("catalogue/product_form.html", form=form, product=row, shown=shown), form.status


def answers_of(row: Product) -> list[tuple[str, str]]:
    """What the product's type asks and what is said of it, in the reader's language."""
    said = row.characteristics
    asks: list[tuple[str, str]] = []
    for asked in row.type.asks if row.type else ():
        value = said.get(asked.code, "")
        if asked.answer is Answer.YES_NO and value:
            value = gettext("Yes") if value == "yes" else gettext("No")
        elif asked.answer is Answer.NUMBER and value:
            value = f"{_figure(value)} {asked.unit}".strip()
        asks.append((asked.name, value))
    return asks


def _figure(text: str) -> str:
    """A number as it is written here; what was said before the question asked for a number stays as it was said."""
    try:
        return dates.number(Decimal(text))
    except ArithmeticError:
        return text
