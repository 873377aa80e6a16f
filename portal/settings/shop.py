"""A mail and a printed page in a look that is tried on: what the studio shows beside the pages of the shop.

They are made as the real ones are, of what the tenant has said of itself, and of people and goods that do not exist.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask import Response, g, request

from portal.branding.colours import Palette, palette
from portal.branding.looks import Look
from portal.branding.wardrobe import Clothes, head_of_documents, head_of_mails, of_a_button
from portal.core.clock import today
from portal.core.errors import NotFound
from portal.core.here import here
from portal.core.money import Money
from portal.core.web import face, open_to_all, render
from portal.notifications.composing import around, rendered
from portal.notifications.letters import LETTERS
from portal.notifications.wording import VALUES, wording
from portal.settings import queries
from portal.settings.models import Bank, Company

samples = face("shop_samples", __name__, door="shop")

KIND = "customer_invitation"
LINES = (
    ("Lumen Mail", 25, Decimal("4.20")),
    ("Lumen Drive", 25, Decimal("6.10")),
    ("Harbour Backup", 2, Decimal("39.00")),
)
"""Invented goods: name, how many, the price of one."""
RATE = Decimal("0.19")


@samples.get("/samples/letter")
@open_to_all
def letter() -> str:
    """The mail a new customer gets, as it would be sent in this look."""
    look = _look()
    worn = Clothes(
        look.name, of_a_button(_palette(look).tokens), None, lettered=not look.files.keys() & {"mail", "logo"}
    )
    values = {name: sample for name, (_, sample) in VALUES.items()}
    values |= {
        "sender": look.name,
        "organization": look.name,
        "name": VALUES["name"][1],
        "username": VALUES["email"][1],
    }
    said = wording(KIND, g.speaking).filled(values)
    words: dict[str, Any] = {"subject": said.subject, "message": said.message, **around(LETTERS[KIND], values, worn)}
    words |= {"link": f"{request.host_url}…", "logo": _picture(head_of_mails(look.files)) if look.files else ""}
    return rendered({**words, "stylesheet": f"{request.script_root}/samples/letter.css"})[1]


@samples.get("/samples/letter.css")
@open_to_all
def letter_style() -> Response:
    """Its styles by themselves: a page of ours holds none."""
    look = _look()
    style = render("layouts/letter_style.html", colours=of_a_button(_palette(look).tokens), mode=look.mode)
    text = style.strip().removeprefix("<style>").removesuffix("</style>")
    return Response(text, mimetype="text/css", headers={"Cache-Control": "private, no-cache"})


@samples.get("/samples/letterhead")
@open_to_all
def letterhead() -> str:
    """An offer on the tenant's paper."""
    look, currency = _look(), here.organization.currency
    net = sum((count * price for _, count, price in LINES), Decimal(0))
    tax = (net * RATE).quantize(Decimal("0.01"))
    lines = [(name, count, Money(price, currency), Money(count * price, currency)) for name, count, price in LINES]
    sums = {"net": Money(net, currency), "tax": Money(tax, currency), "total": Money(net + tax, currency)}
    head = _picture(head_of_documents(look.files)) if look.files else ""
    to = [VALUES[name][1] for name in ("company", "visitor")]
    own = {"to": to, "company": queries.sheet(Company), "bank": queries.sheet(Bank), "day": today()}
    return render("shop_samples/letterhead.html", look=look, head=head, lines=lines, rate=19, **sums, **own)


def _look() -> Look:
    look: Look | None = here.dress.get("look")
    if look is None:
        raise NotFound
    return look


def _palette(look: Look) -> Palette:
    return palette(look.brand, look.accent, exact=look.exact)


def _picture(file: str) -> str:
    return f"{request.script_root}/pictures/{file}"
