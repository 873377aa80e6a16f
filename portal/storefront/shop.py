"""What the storefront's own pages show at the shop's door."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.core.errors import NotFound
from portal.core.here import here
from portal.core.visits import cookie_name, cookie_options
from portal.core.web import face, open_to_all, see
from portal.storefront import preview

shop_storefront = face("shop_storefront", __name__, door="shop")


@shop_storefront.get("/preview/<word>")
@open_to_all
def look(word: str) -> ResponseReturnValue:
    """Come in by the link that the house gave away: the browser keeps it, the page says so."""
    if not preview.opens(word, here):
        raise NotFound
    answer = see(f"{request.script_root}/")
    answer.set_cookie(cookie_name(preview.COOKIE), word, max_age=preview.LASTS, **cookie_options())
    return answer


@shop_storefront.get("/preview/end")
@open_to_all
def leave() -> ResponseReturnValue:
    """See what visitors see again."""
    answer = see(f"{request.script_root}/")
    answer.delete_cookie(cookie_name(preview.COOKIE), **cookie_options())
    return answer
