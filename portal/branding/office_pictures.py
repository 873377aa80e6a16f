"""The pictures of a brand, each with the way to send one's own in its place, and back."""

from __future__ import annotations

from typing import Any

from flask import Response, flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.branding import actions, by_hand, queries, serving
from portal.branding.by_hand import PLACES, Place
from portal.branding.designing import Wish, design
from portal.branding.forms import PictureForm
from portal.branding.icons import Picture
from portal.branding.models import Brand, State
from portal.branding.office import FEATURE, branding
from portal.branding.wardrobe import head_of_documents, head_of_mails
from portal.core.errors import NotFound
from portal.core.here import here
from portal.core.pictures import MOST_BYTES
from portal.core.web import needs, render, see, url


@branding.get("/brand/pictures")
@needs("branding.view", feature=FEATURE)
def all_pictures() -> str:
    brand = _shown()
    return render("branding/pictures.html", brand=brand, places=PLACES, made=_made(brand) if brand else {})


@branding.route("/brand/pictures/<use>", methods=["GET", "POST"])
@needs("branding.edit", feature=FEATURE)
def replace(use: str) -> ResponseReturnValue:
    """A picture of one's own in that place, as a change of the draft."""
    place, form = _place(use), PictureForm()
    if form.accepted():
        with form.catching():
            _keep({use: by_hand.drawn(use, form.picture.data.read(MOST_BYTES + 1))})
            flash(gettext("The draft has your picture now. Look at it before you publish it."))
            return see(url("branding.all_pictures"))
    return render("branding/picture_form.html", form=form, place=place, use=use), form.status


@branding.post("/brand/pictures/<use>/removal")
@needs("branding.edit", feature=FEATURE)
def make_again(use: str) -> ResponseReturnValue:
    """Back to the made one."""
    _place(use)
    brand = _shown()
    if brand is None or use not in brand.by_hand:
        raise NotFound
    _keep({use: None})
    flash(gettext("The draft has the made picture again."))
    return see(url("branding.all_pictures"))


@branding.get("/brand/social")
@needs("branding.view")
def social() -> Response:
    """What stands beside links, as the draft or what is worn has it."""
    brand = _shown()
    if brand is None:
        raise NotFound
    response = serving.social(brand)
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _shown() -> Brand | None:
    worn, waiting = queries.worn_and_begun()
    return waiting or worn


def _place(use: str) -> Place:
    if use not in PLACES:
        raise NotFound
    return PLACES[use]


def _keep(changed: dict[str, Picture | None]) -> None:
    """The draft again, with these pictures, or without them where None stands."""
    brand = _shown()
    sent = {use: picture for use, picture in {**queries.by_hand(brand), **changed}.items() if picture}
    note = brand.note if brand and brand.state is State.DRAFT else ""
    actions.keep_draft(design(_wish(brand), queries.logo(brand), sent), note)


def _wish(brand: Brand | None) -> Wish:
    if brand is None:
        return Wish(here.organization.name)
    chosen: dict[str, Any] = {"theme": brand.theme, "tokens": brand.tokens, "exact": brand.exact, "css": brand.css}
    return Wish(brand.name, brand.brand_colour, brand.accent, **chosen)


def _made(brand: Brand) -> dict[str, str]:
    """Use -> the address of what stands there now."""
    shown = {
        "mark": brand.pictures["icon_512"],
        "favicon": brand.pictures["favicon"],
        "mail": head_of_mails(brand.pictures),
        "document": head_of_documents(brand.pictures),
    }
    files = {use: url("branding.picture", file=picture["file"]) for use, picture in shown.items()}
    return {**files, "social": url("branding.social")}
