"""The nouns of the catalogue."""

from portal.catalogue.models.lists import PriceList, PriceListEntry, PriceListVersion, Rule, VersionState
from portal.catalogue.models.products import Billing, Plan, Product, PurchasePrice, RecommendedPrice, Segment, Term
from portal.catalogue.models.sheets import PriceSheet, SheetError, SheetRow, SheetState, Verdict

__all__ = [
    "Billing",
    "Plan",
    "PriceList",
    "PriceListEntry",
    "PriceListVersion",
    "PriceSheet",
    "Product",
    "PurchasePrice",
    "RecommendedPrice",
    "Rule",
    "Segment",
    "SheetError",
    "SheetRow",
    "SheetState",
    "Term",
    "Verdict",
    "VersionState",
]
