"""Why an account has this price: which list it buys by, then what that list says.  The pages join the face of accounts."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.accounts import queries
from portal.accounts.models import Account
from portal.accounts.office import accounts
from portal.catalogue.explanation import Buyer, Wanted
from portal.catalogue.pages import why as catalogue
from portal.core.db import get
from portal.core.errors import Conflict
from portal.core.listing import listing
from portal.core.web import needs, render
from portal.core.words import N_

CARRIED = ("on", "quantity")


@accounts.get("/accounts/why/<product>/<plan>")
@needs("accounts.view")
def why_for(product: str, plan: str) -> ResponseReturnValue:
    """The accounts one may ask for."""
    catalogue.refuse_unless_offered(product, plan)
    asked = listing(request.args, sorts=queries.SORTS, default="name")
    carried = {name: value for name in CARRIED if (value := request.args.get(name))}
    page = {"page": queries.accounts(asked), "listing": asked, "carried": carried}
    return render("accounts/why_for.html", product=product, plan=plan, **page)


@accounts.get("/accounts/<key>/why/<product>/<plan>")
@needs("prices.view")
def why(key: str, product: str, plan: str) -> ResponseReturnValue:
    buyer = _buyer(get(Account, key))
    return catalogue.page(catalogue.explain(product, plan, Wanted.read(buyer)), buyer)


@accounts.get("/accounts/<key>/why/<product>/<plan>.json")
@needs("prices.view")
def why_data(key: str, product: str, plan: str) -> ResponseReturnValue:
    buyer = _buyer(get(Account, key))
    return catalogue.data(catalogue.explain(product, plan, Wanted.read(buyer)), buyer)


def _buyer(account: Account) -> Buyer:
    found = queries.price_list_of(account)
    if found is None:
        raise Conflict(N_("Give the account a price list, or the storefront one: nothing has a price for it yet."))
    return Buyer(account.name, account.key, str(found.because), found.price_list.key)
