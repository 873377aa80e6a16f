"""Pages of exchange rates: listed, typed, taken from the central bank's file."""

from __future__ import annotations

from flask import flash, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from portal.catalogue import actions
from portal.catalogue.central_bank import MOST_BYTES
from portal.catalogue.columns import RATES
from portal.catalogue.explaining import figure
from portal.catalogue.office import catalogue
from portal.catalogue.queries import rates as queries
from portal.catalogue.rate_forms import RateForm, RatesFileForm
from portal.core.exports import listed
from portal.core.listing import listing
from portal.core.web import needs, render, see, url


@catalogue.get("/exchange-rates")
@needs("prices.view")
def rates() -> ResponseReturnValue:
    asked = listing(request.args, sorts=queries.RATE_SORTS, default="-on")
    return listed(
        "catalogue/rates.html",
        gettext("Exchange rates"),
        RATES,
        listing=asked,
        page=queries.rates(asked),
        figure=figure,
    )


@catalogue.route("/exchange-rates/new", methods=["GET", "POST"])
@needs("prices.edit")
def new_rate() -> ResponseReturnValue:
    form = RateForm()
    if form.accepted():
        with form.catching():
            row = actions.add_rate(**form.facts_of())
            flash(gettext("The rate of %(pair)s is saved.", pair=row.pair))
            return see(url("catalogue.rates"))
    return render("catalogue/rate_form.html", form=form), form.status


@catalogue.route("/exchange-rates/import", methods=["GET", "POST"])
@needs("prices.edit")
def rates_import() -> ResponseReturnValue:
    form = RatesFileForm()
    if form.accepted():
        with form.catching():
            done = actions.import_rates(form.file.data.read(MOST_BYTES + 1))
            if done.faults:
                return render("catalogue/rates_imported.html", done=done)
            flash(ngettext("%(num)s rate is taken over.", "%(num)s rates are taken over.", done.taken))
            return see(url("catalogue.rates"))
    return render("catalogue/rates_import.html", form=form), form.status
