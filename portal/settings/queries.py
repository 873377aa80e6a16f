"""What the acting tenant has said of itself; what it has not said is an empty row that nobody has kept."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import bindparam, exists, select

from portal.branding import wardrobe
from portal.core.db import db
from portal.settings.models import Bank, Company, Tax

Sheet = TypeVar("Sheet", Company, Tax, Bank)
TAX_NAME, TAX_RATE, TAX_SHOWN, TAX_FREE = "tax_name", "tax_rate", "tax_shown", "tax_free"


def sheet(kind: type[Sheet]) -> Sheet:
    """The tenant's one row of this kind, or a fresh one that is not kept yet, at version 0: whoever keeps it first is noticed by the second."""
    found: Sheet | None = db.session.scalar(select(kind))
    return kind(version=0) if found is None else found


def _tax(column: Any) -> Any:
    """A column of the tax that is charged, as the wardrobe reads it beside the clothes."""
    return select(column).where(Tax.tenant_id == bindparam("tenant"), Tax.registered).scalar_subquery()


wardrobe.ALONG[TAX_NAME] = lambda: _tax(Tax.name)
wardrobe.ALONG[TAX_RATE] = lambda: _tax(Tax.rate)
wardrobe.ALONG[TAX_SHOWN] = lambda: _tax(Tax.shown)
wardrobe.ALONG[TAX_FREE] = lambda: exists(select(Tax.id).where(Tax.tenant_id == bindparam("tenant"), ~Tax.registered))
