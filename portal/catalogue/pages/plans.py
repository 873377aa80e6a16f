"""Pages of a product's plans and the prices that are typed by hand."""

from __future__ import annotations

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import actions
from portal.catalogue.models import Plan, Product
from portal.catalogue.office import OWN, catalogue
from portal.catalogue.pages.products import own
from portal.catalogue.product_forms import PlanForm, PriceForm
from portal.core.db import db, get
from portal.core.errors import NotFound
from portal.core.web import needs, render, see, url


@catalogue.route("/products/<key>/plans/new", methods=["GET", "POST"])
@needs("catalogue.edit", feature=OWN)
def new_plan(key: str) -> ResponseReturnValue:
    row, form = own(key), PlanForm()
    actions.refuse_unless_by_hand(row)
    if form.accepted():
        with form.catching():
            made = actions.add_plan(row, **form.plan())
            db.session.flush()
            actions.price_plan(made, **form.prices())
            flash(gettext("The plan is added."))
            return see(url("catalogue.product_prices", key=key))
    return render("catalogue/plan_form.html", form=form, product=row, plan=None), form.status


@catalogue.route("/products/<key>/plans/<plan>/prices", methods=["GET", "POST"])
@needs("catalogue.edit", feature=OWN)
def plan_prices(key: str, plan: str) -> ResponseReturnValue:
    row, one = _plan(key, plan)
    actions.refuse_unless_by_hand(row)
    form = PriceForm()
    if form.accepted():
        with form.catching():
            actions.price_plan(one, **form.prices())
            flash(gettext("The price is saved."))
            return see(url("catalogue.product_prices", key=key))
    return render("catalogue/plan_form.html", form=form, product=row, plan=one), form.status


@catalogue.post("/products/<key>/plans/<plan>/discontinuation")
@needs("catalogue.edit", feature=OWN)
def plan_discontinuation(key: str, plan: str) -> ResponseReturnValue:
    row, one = _plan(key, plan)
    actions.refuse_unless_by_hand(row)
    actions.end_plan(one)
    undo = url("catalogue.plan_resumption", key=key, plan=plan)
    flash({"text": gettext("The plan is discontinued."), "undo": undo})  # type: ignore[arg-type] # a toast may carry its undo
    return see(url("catalogue.product_prices", key=key))


@catalogue.post("/products/<key>/plans/<plan>/resumption")
@needs("catalogue.edit", feature=OWN)
def plan_resumption(key: str, plan: str) -> ResponseReturnValue:
    row, one = _plan(key, plan)
    actions.refuse_unless_by_hand(row)
    actions.resume_plan(one)
    flash(gettext("The plan is sold again."))
    return see(url("catalogue.product_prices", key=key))


def _plan(key: str, plan: str) -> tuple[Product, Plan]:
    """A product of one's own and one of its plans."""
    row, one = own(key), get(Plan, plan)
    if one.product_id != row.id or one.tenant_id != row.tenant_id:
        raise NotFound
    return row, one
