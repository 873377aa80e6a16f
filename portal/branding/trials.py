"""The shop within the editor's page: on its real address, in a look that nobody else sees, as wide as a phone or a desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO

from flask import request
from PIL import Image
from werkzeug.urls import iri_to_uri

from portal.branding import fittings, looks, queries
from portal.branding.colours import neutral
from portal.branding.designing import made_of
from portal.branding.forms import BrandForm
from portal.branding.logos import Logo
from portal.branding.looks import Look
from portal.branding.models import Brand
from portal.core.here import here
from portal.core.themes import PLAIN
from portal.core.words import N_
from portal.tenants import own_hosts
from portal.tenants.models import Door

PAGES = {
    "/": N_("Home"),
    "/products": N_("Products"),
    "/products/-": N_("A product"),
    "/contact": N_("Contact"),
    "/sign-in": N_("Sign in"),
    "/nowhere": N_("A page that is not there"),
    "/samples/letter": N_("A mail"),
    "/samples/letterhead": N_("A letterhead"),
}
DEVICES = {"desk": N_("Desk"), "tablet": N_("Tablet"), "phone": N_("Phone")}
MODES = {"": N_("As my browser"), "light": N_("Light"), "dark": N_("Dark")}


@dataclass(frozen=True, slots=True)
class View:
    """What of the shop is looked at, and how."""

    page: str = "/"
    device: str = "desk"
    mode: str = ""


def view_of(asked: Mapping[str, str]) -> View:
    """As the address has it; what it cannot mean is the home page on a desk."""
    page, device, mode = (asked.get(name, "") for name in ("page", "device", "mode"))
    return View(page if page in PAGES else "/", device if device in DEVICES else "desk", mode if mode in MODES else "")


def look_of(form: BrandForm, *, typed: bool = True) -> Look:
    """What a form that was found sound would make of the brand, its pictures as they are kept.

    Without `typed`, what is kept alone.
    """
    shown = form.shown
    if not typed:
        return look_of_version(shown)
    wish = replace(form.wish(), name=form.name.data or here.organization.name)
    with_logo = shown is not None and shown.has_logo and not form.without_logo.data
    brand, accent = made_of(wish, _logo_of(shown.files["logo"]) if shown and with_logo else None)
    files = shown.files if shown else {}
    css = fittings.keep(wish.css, looks.TYPING)
    return Look(wish.name, wish.theme, brand, accent, wish.tokens, files, wish.exact, css=css)


def look_of_version(brand: Brand | None) -> Look:
    """What a version looks like; without one the name stands for everything."""
    if brand is None:
        name = here.organization.name
        return Look(name, PLAIN, neutral(name), None)
    css = fittings.name_of(brand.css)
    return Look(brand.name, brand.theme, *brand.wished, brand.tokens, brand.files, brand.exact, css=css)


def address(origin: str, look: Look, view: View) -> str:
    """Of the page that stands in the editor's frame."""
    framed = replace(look, mode=view.mode, frame=iri_to_uri(request.host_url).rstrip("/"))
    return f"{origin}/~{looks.word(_mine(), framed)}{view.page}"


def link(origin: str, look: Look) -> str:
    """The same to be passed on: whoever has it sees the whole shop so, for a week."""
    return f"{origin}/~{looks.word(_mine(), look)}/"


def shop_origin() -> str:
    """Where the shop of whoever edits stands.  One statement."""
    return own_hosts.home(Door.SHOP)


def _mine() -> int:
    return here.scope.tenant_id


@lru_cache(maxsize=64)
def _logo_of(file: str) -> Logo:
    """A kept logo.  Its name is the hash of what is in it, so it stays true, whoever asks."""
    with Image.open(BytesIO(queries.picture(file).content), formats=["PNG"]) as image:
        return Logo(image.convert("RGBA"))
