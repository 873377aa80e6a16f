"""The pages behind links in letters, at both doors: setting a password, and proving whose an address is.

Used, too old, mistyped, never issued and of the other door look alike.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, make_response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.core.errors import NotFound
from portal.core.forms import Form
from portal.core.web import open_to_all, render, see, url
from portal.tenants import client_ids
from portal.users import actions, doorstep
from portal.users.forms import NewPasswordForm
from portal.users.models import Purpose


def join(face: Blueprint) -> None:
    """Make these pages of the face; their templates lie in a folder of its name."""
    for path, view in (("/invitations", invitation), ("/new-password", new_password), ("/e-mail", new_email)):
        face.add_url_rule(f"{path}/<ticket>", view_func=view, methods=["GET", "POST"])


@open_to_all
def invitation(ticket: str) -> ResponseReturnValue:
    return _set_password(ticket, Purpose.INVITATION)


@open_to_all
def new_password(ticket: str) -> ResponseReturnValue:
    return _set_password(ticket, Purpose.PASSWORD)


@open_to_all
def new_email(ticket: str) -> ResponseReturnValue:
    """Opening the link changes nothing: machines that look through mail open every link."""
    try:
        user = doorstep.arrive_with(ticket, purpose=Purpose.EMAIL)
    except NotFound:
        return _over(Purpose.EMAIL)
    form = Form()
    if form.accepted():
        with form.catching():
            user = actions.confirm_email(ticket)
            flash(gettext("Letters go to %(email)s from now on.", email=user.email))
            return see(url(f"{request.blueprint}.sign_in"))
    return _page("new_email", form.status, form=form, user=user)


def _set_password(ticket: str, purpose: Purpose) -> ResponseReturnValue:
    try:
        user = doorstep.arrive_with(ticket, purpose=purpose)
    except NotFound:
        return _over(purpose)
    form = NewPasswordForm()
    if form.accepted():
        with form.catching():
            actions.redeem(ticket, purpose=purpose, password=form.password.data)
            flash(gettext("Your password is set. Sign in with it."))
            entrance = see(url(f"{request.blueprint}.sign_in"))
            return doorstep.remember_new(entrance, ticket.partition("-")[0], user.signs_in_as)
    words = {"user": user, "purpose": purpose, "client_id": client_ids.spelled(ticket.partition("-")[0])}
    return _page("set_password", form.status, form=form, **words)


def _over(purpose: Purpose) -> ResponseReturnValue:
    return _page("link_over", NotFound.status, purpose=purpose)


def _page(name: str, status: int, **words: Any) -> ResponseReturnValue:
    """A page whose address is a secret: it is kept nowhere, and (`status`) points to itself nowhere."""
    response = make_response(render(f"{request.blueprint}/{name}.html", status=status, **words), status)
    response.headers["Cache-Control"] = "no-store"
    return response
