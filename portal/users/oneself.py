"""What is about oneself: who one is, how pages are written, password, second factor, sign-ins.

The same pages stand at both doors, each in its door's clothes: a face's templates lie in a folder of its name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from flask import Blueprint, flash, g, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.core.db import get
from portal.core.errors import Conflict, NotFound
from portal.core.here import here
from portal.core.web import needs, render, see, source, url
from portal.users import actions, codes, doorstep, queries
from portal.users.forms import ChangePasswordForm, FactorForm, NewEmailForm, ProfileForm, ProofForm
from portal.users.models import SignIn, User


@needs("profile.edit")
def profile() -> ResponseReturnValue:
    user = get(User, g.person.id)
    form = ProfileForm(user, here.organization)
    if form.accepted():
        with form.catching():
            actions.describe(user, **form.words())
            flash(gettext("Saved."))
            return see(_page("profile"))
    if form.status == Conflict.status:
        form.version.data = str(user.version)
    return render(_template("profile"), form=form, user=user, waiting=queries.waiting_email(user.id)), form.status


@needs("profile.edit")
def email() -> ResponseReturnValue:
    form = NewEmailForm()
    if form.accepted():
        with doorstep.patient(form), form.catching():
            actions.ask_for_email(g.person, email=form.email.data, current=form.current.data, source=source())
            flash(gettext("A letter is on its way to %(email)s.", email=form.email.data))
            return see(_page("profile"))
    return render(_template("email"), form=form), form.status


@needs("profile.edit", lasting=True)
def password() -> ResponseReturnValue:
    form = ChangePasswordForm()
    if form.accepted():
        with doorstep.patient(form), form.catching():
            actions.change_password(g.person, current=form.current.data, new=form.password.data)
            flash(gettext("Your password is changed. Other sign-ins of yours are ended."))
            return see(f"{request.script_root}/" if g.person.must_change else _page("password"))
    return render(_template("password"), form=form, sign_ins=queries.open_sign_ins(g.person.id)), form.status


@needs("profile.edit", lasting=True)
def ending(key: str) -> ResponseReturnValue:
    sign_in = get(SignIn, key)
    if sign_in.user_id != g.person.id:
        raise NotFound
    actions.end_sign_in(sign_in)
    flash(gettext("That sign-in is ended."))
    return see(_page("password" if request.blueprint == "users" else "sign_ins"))


@needs("profile.edit", lasting=True)
def factor() -> ResponseReturnValue:
    words = {"factor": queries.second_factor(g.person.id), "left": queries.recovery_codes_left(g.person.id)}
    return render(_template("factor"), **words)


@needs("profile.edit", lasting=True)
def new_factor() -> ResponseReturnValue:
    form, user = FactorForm(), get(User, g.person.id)
    offer = codes.Offer.opened(form.offer.data, user_id=user.id) or codes.Offer.fresh()
    if form.accepted():
        with doorstep.patient(form), form.catching():
            actions.set_up_factor(g.person, offer, code=form.code.data, current=form.current.data)
            return _shown_once(offer.recovery)
    form.offer.data = offer.sealed(user_id=user.id)
    address = offer.address(house=here.organization.name, username=user.signs_in_as)
    words = {"picture": codes.picture(address), "secret": codes.spelled(offer.secret)}
    return _unkept(render(_template("new_factor"), form=form, **words), form.status)


@needs("profile.edit", lasting=True)
def recovery_codes() -> ResponseReturnValue:
    form = ProofForm()
    if form.accepted():
        with doorstep.patient(form), form.catching():
            return _shown_once(actions.renew_recovery_codes(g.person, current=form.current.data))
    return render(_template("new_recovery_codes"), form=form), form.status


@needs("profile.edit", lasting=True)
def factor_removal() -> ResponseReturnValue:
    form = ProofForm()
    if form.accepted():
        with doorstep.patient(form), form.catching():
            actions.remove_factor(g.person, current=form.current.data)
            flash(gettext("Your second factor is removed."))
            return see(_page("factor"))
    return render(_template("factor_removal"), form=form), form.status


@needs("profile.edit", lasting=True)
def sign_ins() -> ResponseReturnValue:
    return render(_template("sign_ins"), sign_ins=queries.open_sign_ins(g.person.id))


Places = Mapping[str, Callable[..., ResponseReturnValue]]

OFFICE: Final[Places] = {
    "/profile": profile,
    "/profile/e-mail": email,
    "/password": password,
    "/second-factor": factor,
    "/second-factor/new": new_factor,
    "/second-factor/recovery-codes": recovery_codes,
    "/second-factor/removal": factor_removal,
    "/sign-ins/<key>/ending": ending,
}
SHOP: Final[Places] = {
    "/account": profile,
    "/account/e-mail": email,
    "/account/password": password,
    "/account/second-factor": factor,
    "/account/second-factor/new": new_factor,
    "/account/second-factor/recovery-codes": recovery_codes,
    "/account/second-factor/removal": factor_removal,
    "/account/sign-ins": sign_ins,
    "/account/sign-ins/<key>/ending": ending,
}
_READ: Final = (factor, sign_ins)
_DONE: Final = (ending,)


def join(face: Blueprint, places: Places) -> None:
    """Make these pages of the face."""
    for path, view in places.items():
        methods = ["GET"] if view in _READ else ["POST"] if view in _DONE else ["GET", "POST"]
        face.add_url_rule(path, view_func=view, methods=methods)


def _page(name: str) -> str:
    """The address of another of these pages, at the same door."""
    return url(f"{request.blueprint}.{name}")


def _template(name: str) -> str:
    return f"{request.blueprint}/{name}.html"


def _shown_once(recovery: tuple[str, ...]) -> ResponseReturnValue:
    return _unkept(render(_template("recovery_codes"), recovery=recovery), 200)


def _unkept(page: str, status: int) -> ResponseReturnValue:
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response
