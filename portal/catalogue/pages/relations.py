"""The page of what a product is to others."""

from __future__ import annotations

from flask import flash, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.catalogue import actions, queries
from portal.catalogue.models import ProductLink
from portal.catalogue.office import Sight, catalogue, looked_at
from portal.catalogue.product_forms import RelationForm
from portal.core.db import get
from portal.core.errors import NotFound
from portal.core.here import here
from portal.core.listing import listing
from portal.core.web import needs, render, see, url


@catalogue.get("/products/<key>/relations")
@needs("catalogue.view")
def product_relations(key: str) -> ResponseReturnValue:
    return _page(looked_at(key), RelationForm())


@catalogue.post("/products/<key>/relations")
@needs("catalogue.edit")
def relation(key: str) -> ResponseReturnValue:
    sight, form = looked_at(key), RelationForm()
    if form.accepted():
        with form.catching():
            other = looked_at(form.other.data).product
            actions.link(sight.product, other, **form.terms())
            flash(gettext("%(name)s is related.", name=other.name))
            return see(url("catalogue.product_relations", key=key))
    return _page(sight, form), form.status


@catalogue.post("/products/<key>/relations/<link>/removal")
@needs("catalogue.edit")
def relation_removal(key: str, link: str) -> ResponseReturnValue:
    sight, row = looked_at(key), get(ProductLink, link)
    if row.tenant_id != here.tenant_id or sight.product.id not in (row.product_id, row.other_id):
        raise NotFound
    actions.unlink(row)
    flash(gettext("The relation is removed."))
    return see(url("catalogue.product_relations", key=key))


def _page(sight: Sight, form: RelationForm) -> str:
    asked = listing(request.values, sorts={"name": None}, default="name")
    found = queries.candidates(asked.search, sight.product, sight.source, asked.pattern) if asked.search else []
    words = {"found": found, "asked": asked.search, "form": form, "may_relate": g.person.may("catalogue.edit")}
    related = queries.related(sight.product, sight.source)
    return render("catalogue/product_relations.html", **sight.around("relations"), **words, related=related)
