"""The office's pages of all that has a name of its own; those of the products' list stand in `office`, whose face they join.

types, categories                              what products are made of
products, plans, relations, words              one product; how a tenant says an inherited one
sheets, outlook, imports                       what comes as a file, and what it will do
lists, rules, promotions, publishing, trial    what a price list says
on_request                                     what of it is set so together
comparing, impact, why                         what is read off it
rates                                          by what is converted
changes, deciding                              what has become of costs, and what is made of it
"""

from portal.catalogue.pages import (
    categories,
    changes,
    comparing,
    deciding,
    impact,
    imports,
    lists,
    on_request,
    outlook,
    plans,
    products,
    promotions,
    publishing,
    rates,
    relations,
    rules,
    sheets,
    trial,
    types,
    why,
    words,
)

__all__ = [
    "categories",
    "changes",
    "comparing",
    "deciding",
    "impact",
    "imports",
    "lists",
    "on_request",
    "outlook",
    "plans",
    "products",
    "promotions",
    "publishing",
    "rates",
    "relations",
    "rules",
    "sheets",
    "trial",
    "types",
    "why",
    "words",
]
