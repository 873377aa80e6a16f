"""What is known of the acting tenant's storefront."""

from __future__ import annotations

from typing import Any

from sqlalchemy import bindparam, select

from portal.branding import wardrobe
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.here import Here
from portal.storefront.models import Storefront, Visibility

VISIBILITY, LINK_NUMBER, CONTACT = "visibility", "preview_link", "contact"


def storefront() -> Storefront:
    """The acting tenant's own.  NotFound before it was laid out."""
    found: Storefront | None = db.session.scalar(select(Storefront))
    if found is None:
        raise NotFound
    return found


def visibility(here: Here) -> Visibility:
    """Who may enter the shop somebody arrived at; it was read along with the clothes."""
    return Visibility(here.dress.get(VISIBILITY) or Visibility.PRIVATE)


def _column(column: Any) -> Any:
    """One of its columns, as the wardrobe reads it: beside the clothes of the tenant that it is asked for."""
    return select(column).where(Storefront.tenant_id == bindparam("tenant")).scalar_subquery()


wardrobe.ALONG[VISIBILITY] = lambda: _column(Storefront.visibility)
wardrobe.ALONG[LINK_NUMBER] = lambda: _column(Storefront.link_number)
wardrobe.ALONG[CONTACT] = lambda: _column(Storefront.contact_email)
