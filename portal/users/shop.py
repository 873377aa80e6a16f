"""The entrance of the shop, for customers and for those who run it, and everybody's own account."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from portal.core.here import here
from portal.core.web import face, open_to_all, render, see, url
from portal.users import doorstep, forgotten, letters_open, oneself
from portal.users.forms import AddressForm, CodeForm, ShopSignInForm

shop_users = face("shop_users", __name__, door="shop")


@shop_users.route("/sign-in", methods=["GET", "POST"])
@open_to_all
def sign_in() -> ResponseReturnValue:
    form = ShopSignInForm(data={"username": doorstep.new_here()})
    return doorstep.answer_sign_in(form, page="users/shop_sign_in.html", client_id=here.client_id)


@shop_users.route("/sign-in/code", methods=["GET", "POST"])
@open_to_all
def code() -> ResponseReturnValue:
    """The second step of signing in, for whoever has a second factor."""
    return doorstep.answer_second_step(CodeForm(), page="users/shop_code.html", entrance_page="shop_users.sign_in")


@shop_users.post("/sign-in/unsent")
@open_to_all
def unsent() -> ResponseReturnValue:
    """What was sent when the sign-in was over comes here by itself, to be kept until its sender has signed in again."""
    return doorstep.keep_unsent(entrance_page="shop_users.sign_in")


@shop_users.route("/forgotten-password", methods=["GET", "POST"])
@open_to_all
def forgotten_password() -> ResponseReturnValue:
    form = AddressForm()
    if form.accepted():
        with doorstep.patient(form):
            forgotten.ask_for_customers_password(here.client_id, form.email.data)
            return see(url("shop_users.forgotten_password", sent="yes"))
    return render("shop_users/forgotten_password.html", form=form, sent="sent" in request.args), form.status


@shop_users.post("/sign-out")
@open_to_all
def sign_out() -> ResponseReturnValue:
    return doorstep.sign_out(see(url("shop_users.sign_in")))


oneself.join(shop_users, oneself.SHOP)
letters_open.join(shop_users)
