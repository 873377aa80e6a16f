"""The entrance of the shop.  Until customers have accounts here, it lets in the people who run it."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from portal.core.here import here
from portal.core.web import face, open_to_all, see, url
from portal.users import doorstep
from portal.users.forms import CodeForm, OwnSignInForm

shop_users = face("shop_users", __name__, door="shop")


@shop_users.route("/sign-in", methods=["GET", "POST"])
@open_to_all
def sign_in() -> ResponseReturnValue:
    return doorstep.answer_sign_in(OwnSignInForm(), page="users/shop_sign_in.html", client_id=here.client_id)


@shop_users.route("/sign-in/code", methods=["GET", "POST"])
@open_to_all
def code() -> ResponseReturnValue:
    """The second step of signing in, for whoever has a second factor."""
    return doorstep.answer_second_step(CodeForm(), page="users/shop_code.html", entrance_page="shop_users.sign_in")


@shop_users.post("/sign-out")
@open_to_all
def sign_out() -> ResponseReturnValue:
    return doorstep.sign_out(see(url("shop_users.sign_in")))
