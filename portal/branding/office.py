"""Brand: choose, look, publish; and the same stylesheet and pictures for the tenant's own office."""

from flask import Response, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.branding import actions, preview, queries, serving
from portal.branding.designing import design
from portal.branding.forms import BrandForm
from portal.branding.models import SHOWN, Brand
from portal.core.errors import NotFound
from portal.core.here import here
from portal.core.scope import scope
from portal.core.web import face, needs, open_to_all, render, see, url

branding = face("branding", __name__, door="office")


@branding.get("/brand")
@needs("branding.view")
def show() -> ResponseReturnValue:
    form = BrandForm.showing(queries.draft() or queries.published(), here.organization.name)
    return _page(form)


@branding.post("/brand")
@needs("branding.edit")
def draft() -> ResponseReturnValue:
    form = BrandForm()
    if form.accepted():
        with form.catching():
            actions.keep_draft(design(**form.wishes(), logo=_logo(form)))
            flash(gettext("The draft is kept. Nobody else sees it before you publish it."))
            return see(url("branding.show"))
    return _page(form)


@branding.post("/brand/publication")
@needs("branding.edit")
def publish() -> ResponseReturnValue:
    brand = _draft()
    actions.publish(brand)
    flash(gettext("Your storefront wears version %(number)s now.", number=brand.number))
    return see(url("branding.show"))


@branding.post("/brand/dismissal")
@needs("branding.edit")
def discard() -> ResponseReturnValue:
    actions.discard(_draft())
    flash(gettext("The draft is gone."))
    return see(url("branding.show"))


@branding.get("/brand-<stylesheet_hash>.css")
@open_to_all
def stylesheet(stylesheet_hash: str) -> Response:
    _somebodys()
    return serving.stylesheet(queries.stylesheet(stylesheet_hash), shared=False)


@branding.get("/brand-<stylesheet_hash>/preview.css")
@needs("branding.view")
def preview_stylesheet(stylesheet_hash: str) -> Response:
    return serving.stylesheet(preview.stylesheet(queries.version(stylesheet_hash)), shared=False)


@branding.get("/pictures/<file>")
@open_to_all
def picture(file: str) -> Response:
    _somebodys()
    return serving.picture(queries.picture(file), shared=False)


def _page(form: BrandForm) -> ResponseReturnValue:
    versions = queries.versions()
    waiting = next((brand for brand in versions if brand.state == "draft"), None)
    worn = next((brand for brand in versions if brand.state == "published"), None)
    words = {"versions": versions, "waiting": waiting, "worn": worn, "shown": waiting or worn, "SHOWN": SHOWN}
    return render("branding/show.html", form=form, **words), form.status


def _draft() -> Brand:
    brand = queries.draft()
    if brand is None:
        raise NotFound
    return brand


def _logo(form: BrandForm) -> bytes | None:
    """The logo just sent; else, unless none is wanted, the one there is."""
    if (sent := form.sent_logo()) is not None:
        return sent
    brand = None if form.without_logo.data else queries.draft() or queries.published()
    return queries.picture(brand.files["logo"]).content if brand and brand.has_logo else None


def _somebodys() -> None:
    """Pages that belong to nobody wear nothing."""
    if scope() is None:
        raise NotFound
