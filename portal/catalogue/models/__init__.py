"""The nouns of the catalogue."""

from portal.catalogue.models.categories import Category
from portal.catalogue.models.decisions import CostDecision, Course
from portal.catalogue.models.imports import ProductImport
from portal.catalogue.models.lists import (
    Breadth,
    PriceList,
    PriceListEntry,
    PriceListVersion,
    Promotion,
    Rounding,
    Rule,
    VersionState,
)
from portal.catalogue.models.overlays import Overlay, ProductLink, ProductPicture, Relation
from portal.catalogue.models.products import (
    Billing,
    Charging,
    Plan,
    Product,
    ProductKind,
    ProductState,
    PurchasePrice,
    RecommendedPrice,
    Segment,
    Term,
)
from portal.catalogue.models.rates import ExchangeRate
from portal.catalogue.models.sheets import (
    PriceSheet,
    SheetError,
    SheetMapping,
    SheetRow,
    SheetState,
    SheetTrace,
    Verdict,
)
from portal.catalogue.models.types import Answer, Characteristic, ProductType

__all__ = [
    "Answer",
    "Billing",
    "Breadth",
    "Category",
    "Characteristic",
    "Charging",
    "CostDecision",
    "Course",
    "ExchangeRate",
    "Overlay",
    "Plan",
    "PriceList",
    "PriceListEntry",
    "PriceListVersion",
    "PriceSheet",
    "Product",
    "ProductImport",
    "ProductKind",
    "ProductLink",
    "ProductPicture",
    "ProductState",
    "ProductType",
    "Promotion",
    "PurchasePrice",
    "RecommendedPrice",
    "Relation",
    "Rounding",
    "Rule",
    "Segment",
    "SheetError",
    "SheetMapping",
    "SheetRow",
    "SheetState",
    "SheetTrace",
    "Term",
    "Verdict",
    "VersionState",
]
