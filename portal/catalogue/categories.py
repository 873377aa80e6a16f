"""What a shop sorts its products into to begin with: by the words in their names, because no sheet says it.

The first category one of whose words is in the name has the product; what none has is with the others.  This table is
what a house is born with (`actions.lay_out_categories`); from then on its rows are what counts, and a person's choice.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, literal_column, or_, select, update

from portal.catalogue.models import Category, Product
from portal.catalogue.models.categories import OTHERS as REST
from portal.core.db import db
from portal.core.scope import acting_scope
from portal.core.words import N_


@dataclass(frozen=True, slots=True)
class Shipped:
    """One of them: its word in addresses, its name, the picture of its products, the words it knows them by."""

    code: str
    name: str
    glyph: str
    words: tuple[str, ...] = ()


SHIPPED = (
    Shipped("telephony", N_("Telephony"), "phone", ("phone", "calling", "pstn", "audio conferencing")),
    Shipped(
        "security",
        N_("Security and compliance"),
        "shield-check",
        ("defender", "security", "protection", "compliance", "privacy", "insider risk", "threat"),
    ),
    Shipped("identity", N_("Identity and devices"), "key", ("directory", "identity", "intune", "multi-factor")),
    Shipped("desktop", N_("Windows and desktops"), "device-desktop", ("windows", "desktop", "device", "visio")),
    Shipped("mail", N_("E-mail"), "mail", ("exchange", "mail")),
    Shipped("analytics", N_("Reports and analytics"), "chart-bar", ("power bi", "analytics", "insights")),
    Shipped(
        "storage", N_("Data and storage"), "database", ("dataverse", "database", "storage", "capacity", "data service")
    ),
    Shipped("files", N_("Files and intranet"), "files", ("sharepoint", "onedrive", "archiv", "stream")),
    Shipped("teamwork", N_("Teamwork"), "users", ("teams", "communications", "skype")),
    Shipped("projects", N_("Projects"), "list-check", ("project", "planner", "audit")),
    Shipped("business", N_("Business applications"), "building-store", ("dynamics", "commerce", "business central")),
    Shipped("low_code", N_("Own apps and automation"), "apps", ("power", "apps", "automate", "agent")),
    Shipped("office", N_("Office suites"), "file-text", ("office", "microsoft 365")),
)
OTHERS = Shipped(REST, N_("Other services"), "cloud")
BY_CODE = {category.code: category for category in (*SHIPPED, OTHERS)}
CHOICES = {code: category.name for code, category in BY_CODE.items()}


_UNSEEN = {"synchronize_session": False}


def sort_in() -> None:
    """Every own product that stands in no category yet comes to the one its name tells.  Two statements for any number.

    For products made in sets, by a sheet; what nobody's word is in comes to the others.
    """
    unsorted = (Product.category_id.is_(None), Product.tenant_id == acting_scope().tenant_id)
    placed = {"category_id": told_by_name(Product), "category_tenant_id": acting_scope().tenant_id}
    mine = Category.tenant_id == acting_scope().tenant_id
    if db.session.scalar(select(Category.id).where(mine).limit(1)) is not None:
        db.session.execute(update(Product).where(*unsorted).values(placed), execution_options=_UNSEEN)


def told_by_name(named: Any) -> Any:
    """A column with the own category that the name of a product, or of a sheet's row, tells."""
    said = func.jsonb_array_elements_text(Category.words).table_valued("word", name="said").render_derived()
    in_the_name = func.strpos(func.lower(named.name), said.c.word) > 0
    told = select(literal_column("1")).select_from(said).where(in_the_name).correlate(Category, named).exists()
    return (
        select(Category.id)
        .where(Category.tenant_id == acting_scope().tenant_id, or_(told, Category.code == REST))
        .order_by((Category.code == REST), Category.position, Category.id)
        .limit(1)
        .correlate(named)
        .scalar_subquery()
    )
