"""The pages of Settings: what is said once and used everywhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import current_app, flash, g
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.core.here import here
from portal.core.web import face, needs, render, see, url
from portal.core.words import N_
from portal.settings import actions, forms, queries
from portal.settings.models import Bank, Company, Tax
from portal.tenants import queries as places
from portal.tenants.numbering import written

settings = face("settings", __name__)


@dataclass(frozen=True, slots=True)
class Card:
    """One page of Settings, as the first page names it.  `title` and `about` are message ids."""

    place: str
    icon: str
    title: str
    about: str
    permission: str = "settings.edit"


CARDS = [
    Card("settings.company", "building", N_("Company"), N_("The legal person: name, address, register, VAT number")),
    Card("settings.region", "world", N_("Region"), N_("Language, time zone and how dates are written")),
    Card("users.rules", "shield-check", N_("Sign-in"), N_("What everybody who signs in here needs")),
    Card("settings.tax", "percentage", N_("Tax"), N_("What tax you charge, and how prices are shown")),
    Card("settings.bank", "credit-card", N_("Payment"), N_("Where customers pay to")),
    Card("settings.numbering", "tag", N_("Numbering"), N_("What account, order and invoice numbers begin with")),
    Card("mail.sender", "mail", N_("Mail sender"), N_("Who your letters come from, and the server that carries them")),
    Card("texts.index", "file-text", N_("Notification texts"), N_("What your letters say, in each language")),
]
"""Slices above add their own pages here."""

USUAL_TAX = {"DE": "MwSt.", "AT": "USt.", "CH": "MwSt.", "GR": "ΦΠΑ", "US": "Sales tax"}
"""What a tax is called at home; everywhere else it begins as VAT."""


@settings.get("/settings")
@needs("settings.edit", shows=True)
def index() -> ResponseReturnValue:
    return render("settings/index.html", cards=[card for card in CARDS if _opens(card)])


def _opens(card: Card) -> bool:
    return card.place in current_app.view_functions and bool(g.person.role.may(card.permission))


@settings.route("/settings/company", methods=["GET", "POST"])
@needs("settings.edit", shows=True)
def company() -> ResponseReturnValue:
    row = queries.sheet(Company)
    usual = {"legal_name": here.organization.name, "country": here.organization.country}
    return _page("company", row, forms.CompanyForm(row, **usual), actions.write)


@settings.route("/settings/tax", methods=["GET", "POST"])
@needs("settings.edit", shows=True)
def tax() -> ResponseReturnValue:
    row = queries.sheet(Tax)
    return _page("tax", row, forms.TaxForm(row, name=USUAL_TAX.get(here.organization.country, "VAT")), actions.write)


@settings.route("/settings/payment", methods=["GET", "POST"])
@needs("settings.edit", shows=True)
def bank() -> ResponseReturnValue:
    row = queries.sheet(Bank)
    return _page("bank", row, forms.BankForm(row), actions.write)


@settings.route("/settings/region", methods=["GET", "POST"])
@needs("settings.edit", shows=True)
def region() -> ResponseReturnValue:
    row = places.organization()
    return _page("region", row, forms.RegionForm(row), actions.settle_region)


@settings.route("/settings/numbering", methods=["GET", "POST"])
@needs("settings.edit", shows=True)
def numbering() -> ResponseReturnValue:
    row = places.organization()
    form = forms.NumberingForm(row)
    words = {"statuses": places.order_statuses(), "written": written, "prefixes": row.numbering}
    return _page("numbering", row, form, actions.number, **words)


def _page(page: str, row: Any, form: Any, verb: Callable[..., None], **words: Any) -> ResponseReturnValue:
    """Show one page of Settings, or keep what was typed on it."""
    if form.accepted():
        if form.read_version() != row.version:
            found = form.differences(form.standing)
            return render("settings/conflict.html", form=form, row=row, page=page, differences=found), 409
        with form.catching():
            verb(row, version=form.read_version(), **form.words())
            flash(gettext("Your settings are saved."))
            return see(url("settings.index"))
    return render(f"settings/{page}.html", form=form, row=row, **words), form.status
