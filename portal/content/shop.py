"""What the shop's pages show of it: the home page as its owner arranged it, his menus, what he announces."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Response, g, request
from flask.typing import ResponseReturnValue

from portal.branding import serving
from portal.content import counting, menus, pictures, queries
from portal.core.visits import give_cookie
from portal.core.web import face, is_safe_address, open_to_all, render, see

shop = face("shop_content", __name__, door="shop")
CLOSED_FOR = timedelta(days=90)
MOST_DIGITS = 9


@shop.app_context_processor
def around() -> dict[str, Any]:
    """What the templates of a shop may ask for."""
    if not g.get("speaking"):
        return {}
    ways = {"home_rows": queries.rows, "menu_of": menus.shown, "announced": menus.announced}
    return {**ways, "counter_of_shop": counting.counter, "counting": counting.counting}


@shop.get("/content/<file>")
@open_to_all
def picture(file: str) -> Response:
    return serving.picture(pictures.found(file), shared=True)


@shop.get("/announcement/end")
@open_to_all
def close() -> ResponseReturnValue:
    """The visitor has read an announcement; a later one he sees again."""
    answer, number = _back(request.args.get("next")), request.args.get("number", "")
    if number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS:
        give_cookie(answer, menus.CLOSED, number, lasts=CLOSED_FOR)
    return answer


@shop.route("/consent", methods=["GET", "POST"])
@open_to_all
def consent() -> ResponseReturnValue:
    """Whether visits may be counted: what the visitor has said to it, and saying it."""
    at, said = counting.counter(), request.form.get("answer")
    if at is None or said not in {counting.YES, counting.NO}:
        return render("shop_content/consent.html", at_counter=at), 422 if request.method == "POST" else 200
    answer = _back(request.form.get("next"))
    counting.remember(answer, at, said)
    return answer


def _back(place: str | None) -> Response:
    """To where the visitor was, on this very host; else to the home page."""
    return see(place if place and is_safe_address(place) else f"{request.script_root}/")
