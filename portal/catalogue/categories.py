"""What a shop sorts its products into: by the words in their names, because no sheet says it.

The first category one of whose words is in the name has the product; what none has is with the others.  It is a table
in code so that everybody's shop sorts alike, and honest about how little it knows: a name is all it looks at.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, case, func, or_

from portal.catalogue.models import Product
from portal.core.words import N_


@dataclass(frozen=True, slots=True)
class Category:
    """One of them: its word in addresses, its name, the picture of its products, the words it knows them by."""

    code: str
    name: str
    glyph: str
    words: tuple[str, ...] = ()


CATEGORIES = (
    Category("telephony", N_("Telephony"), "phone", ("phone", "calling", "pstn", "audio conferencing")),
    Category(
        "security",
        N_("Security and compliance"),
        "shield-check",
        ("defender", "security", "protection", "compliance", "privacy", "insider risk", "threat"),
    ),
    Category("identity", N_("Identity and devices"), "key", ("directory", "identity", "intune", "multi-factor")),
    Category("desktop", N_("Windows and desktops"), "device-desktop", ("windows", "desktop", "device", "visio")),
    Category("mail", N_("E-mail"), "mail", ("exchange", "mail")),
    Category("analytics", N_("Reports and analytics"), "chart-bar", ("power bi", "analytics", "insights")),
    Category(
        "storage", N_("Data and storage"), "database", ("dataverse", "database", "storage", "capacity", "data service")
    ),
    Category("files", N_("Files and intranet"), "files", ("sharepoint", "onedrive", "archiv", "stream")),
    Category("teamwork", N_("Teamwork"), "users", ("teams", "communications", "skype")),
    Category("projects", N_("Projects"), "list-check", ("project", "planner", "audit")),
    Category("business", N_("Business applications"), "building-store", ("dynamics", "commerce", "business central")),
    Category("low_code", N_("Own apps and automation"), "apps", ("power", "apps", "automate", "agent")),
    Category("office", N_("Office suites"), "file-text", ("office", "microsoft 365")),
)
OTHERS = Category("others", N_("Other services"), "cloud")
BY_CODE = {category.code: category for category in (*CATEGORIES, OTHERS)}
CHOICES = {code: category.name for code, category in BY_CODE.items()}


def category_of(name: str) -> Category:
    """Where a product of this name belongs."""
    folded = name.casefold()
    return next((one for one in CATEGORIES if any(word in folded for word in one.words)), OTHERS)


def category_column(product: Any = Product) -> ColumnElement[str]:
    """The same in SQL: the code of a product's category."""
    name = func.lower(product.name)
    whens = [(or_(*(name.contains(word) for word in one.words)), one.code) for one in CATEGORIES]
    return case(*whens, else_=OTHERS.code)
