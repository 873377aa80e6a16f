"""What the shop's pages show of it: the home page as its owner arranged it, his menus, what he announces."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from portal.branding import serving
from portal.content import menus, pictures, queries
from portal.core.visits import give_cookie
from portal.core.web import face, is_safe_address, open_to_all, see

shop = face("shop_content", __name__, door="shop")
CLOSED_FOR = timedelta(days=90)
MOST_DIGITS = 9


@shop.app_context_processor
def around() -> dict[str, Any]:
    """What the templates of a shop may ask for."""
    if not g.get("speaking"):
        return {}
    return {"home_rows": queries.rows, "menu_of": menus.shown, "announced": menus.announced}


@shop.get("/content/<file>")
@open_to_all
def picture(file: str) -> Response:
    return serving.picture(pictures.found(file), shared=True)


@shop.get("/announcement/end")
@open_to_all
def close() -> ResponseReturnValue:
    """The visitor has read an announcement; a later one he sees again."""
    place, number = request.args.get("next", ""), request.args.get("number", "")
    answer = see(place if is_safe_address(place) else f"{request.script_root}/")
    if number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS:
        give_cookie(answer, menus.CLOSED, number, lasts=CLOSED_FOR)
    return answer
