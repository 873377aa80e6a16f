"""What is about oneself: who one is, how pages are written, password, second factor, sign-ins."""

from __future__ import annotations

from flask import flash, g, make_response
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.core.db import get
from portal.core.errors import Conflict, NotFound
from portal.core.here import here
from portal.core.web import needs, render, see, source, url
from portal.users import actions, codes, doorstep, queries
from portal.users.forms import ChangePasswordForm, FactorForm, NewEmailForm, ProfileForm, ProofForm
from portal.users.models import SignIn, User
from portal.users.office import users


@users.route("/profile", methods=["GET", "POST"])
@needs("profile.edit")
def profile() -> ResponseReturnValue:
    user = get(User, g.person.id)
    form = ProfileForm(user, here.organization)
    if form.accepted():
        with form.catching():
            actions.describe(user, **form.words())
            flash(gettext("Saved."))
            return see(url("users.profile"))
    if form.status == Conflict.status:
        form.version.data = str(user.version)
    return render("users/profile.html", form=form, user=user, waiting=queries.waiting_email(user.id)), form.status


@users.route("/profile/e-mail", methods=["GET", "POST"])
@needs("profile.edit")
def email() -> ResponseReturnValue:
    form = NewEmailForm()
    if form.accepted():
        with doorstep.patient(form), form.catching():
            actions.ask_for_email(g.person, email=form.email.data, current=form.current.data, source=source())
            flash(gettext("A letter is on its way to %(email)s.", email=form.email.data))
            return see(url("users.profile"))
    return render("users/email.html", form=form), form.status


@users.route("/password", methods=["GET", "POST"])
@needs("profile.edit", lasting=True)
def password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if form.accepted():
        with doorstep.patient(form), form.catching():
            actions.change_password(g.person, current=form.current.data, new=form.password.data)
            flash(gettext("Your password is changed. Other sign-ins of yours are ended."))
            return see("/" if g.person.must_change else url("users.password"))
    return render("users/password.html", form=form, sign_ins=queries.open_sign_ins(g.person.id)), form.status


@users.post("/sign-ins/<key>/ending")
@needs("profile.edit", lasting=True)
def ending(key: str) -> ResponseReturnValue:
    sign_in = get(SignIn, key)
    if sign_in.user_id != g.person.id:
        raise NotFound
    actions.end_sign_in(sign_in)
    flash(gettext("That sign-in is ended."))
    return see(url("users.password"))


@users.get("/second-factor")
@needs("profile.edit", lasting=True)
def factor() -> ResponseReturnValue:
    words = {"factor": queries.second_factor(g.person.id), "left": queries.recovery_codes_left(g.person.id)}
    return render("users/factor.html", **words)


@users.route("/second-factor/new", methods=["GET", "POST"])
@needs("profile.edit", lasting=True)
def new_factor() -> ResponseReturnValue:
    form, user = FactorForm(), get(User, g.person.id)
    offer = codes.Offer.opened(form.offer.data, user_id=user.id) or codes.Offer.fresh()
    if form.accepted():
        with form.catching():
            actions.set_up_factor(user, offer, code=form.code.data)
            return _shown_once(offer.recovery)
    form.offer.data = offer.sealed(user_id=user.id)
    address = offer.address(house=here.organization.name, username=user.username)
    words = {"picture": codes.picture(address), "secret": codes.spelled(offer.secret)}
    return _unkept(render("users/new_factor.html", form=form, **words), form.status)


@users.route("/second-factor/recovery-codes", methods=["GET", "POST"])
@needs("profile.edit", lasting=True)
def recovery_codes() -> ResponseReturnValue:
    form = ProofForm()
    if form.accepted():
        with doorstep.patient(form), form.catching():
            return _shown_once(actions.renew_recovery_codes(g.person, current=form.current.data))
    return render("users/new_recovery_codes.html", form=form), form.status


@users.route("/second-factor/removal", methods=["GET", "POST"])
@needs("profile.edit", lasting=True)
def factor_removal() -> ResponseReturnValue:
    form = ProofForm()
    if form.accepted():
        with doorstep.patient(form), form.catching():
            actions.remove_factor(g.person, current=form.current.data)
            flash(gettext("Your second factor is removed."))
            return see(url("users.factor"))
    return render("users/factor_removal.html", form=form), form.status


def _shown_once(recovery: tuple[str, ...]) -> ResponseReturnValue:
    return _unkept(render("users/recovery_codes.html", recovery=recovery), 200)


def _unkept(page: str, status: int) -> ResponseReturnValue:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
