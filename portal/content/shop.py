"""What the shop's pages show of it: pictures, and the home page as its owner arranged it."""

from __future__ import annotations

from typing import Any

from flask import Response, g

from portal.branding import serving
from portal.content import pictures, queries
from portal.core.web import face, open_to_all

shop = face("shop_content", __name__, door="shop")


@shop.app_context_processor
def around() -> dict[str, Any]:
    """What the templates of a shop may ask for."""
    return {"home_rows": queries.rows} if g.get("speaking") else {}


@shop.get("/content/<file>")
@open_to_all
def picture(file: str) -> Response:
    return serving.picture(pictures.found(file), shared=True)
