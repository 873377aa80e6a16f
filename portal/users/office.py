"""The entrance of the office, and the list of users.  What is about oneself stands in `oneself` and joins here."""

from __future__ import annotations

from flask import flash, g, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from portal.audit.pages import log_of
from portal.core.errors import Conflict
from portal.core.exports import listed
from portal.core.forms import Form
from portal.core.here import here
from portal.core.listing import Listing, listing
from portal.core.web import face, needs, open_to_all, render, see, url
from portal.users import actions, doorstep, forgotten, letters_open, oneself, queries, together, way_out
from portal.users.columns import COLUMNS
from portal.users.forms import (
    AddressForm,
    CodeForm,
    EditUserForm,
    ForgottenPasswordForm,
    OwnForgottenPasswordForm,
    OwnSignInForm,
    RulesForm,
    SignInForm,
    UserForm,
)
from portal.users.models import SHOWN
from portal.users.roles import Role

users = face("users", __name__)


# ---------------------------------------------------------------------------------------------------------- entrance


@users.route("/sign-in", methods=["GET", "POST"])
@open_to_all
def sign_in() -> ResponseReturnValue:
    if request.method == "GET" and g.get("person"):
        return see("/")
    if request.method == "GET" and not request.cookies:
        return doorstep.greet_newcomer(OwnSignInForm if here.own_address else SignInForm, page="users/sign_in.html")
    known = {"username": doorstep.new_here()}
    if here.own_address:
        return doorstep.answer_sign_in(OwnSignInForm(data=known), page="users/sign_in.html", client_id=here.client_id)
    form = SignInForm(data=known | {"client_id": doorstep.last_client_id()})
    return doorstep.answer_sign_in(form, page="users/sign_in.html", client_id=form.client_id.data or "")


@users.route("/sign-in/code", methods=["GET", "POST"])
@open_to_all
def code() -> ResponseReturnValue:
    """The second step of signing in, for whoever has a second factor."""
    return doorstep.answer_second_step(CodeForm(), page="users/code.html", entrance_page="users.sign_in")


@users.post("/sign-in/unsent")
@open_to_all
def unsent() -> ResponseReturnValue:
    """What was sent when the sign-in was over comes here by itself, to be kept until its sender has signed in again."""
    return doorstep.keep_unsent(entrance_page="users.sign_in")


@users.post("/sign-out")
@open_to_all
def sign_out() -> ResponseReturnValue:
    return doorstep.sign_out(see(url("users.sign_in")))


@users.route("/forgotten-password", methods=["GET", "POST"])
@open_to_all
def forgotten_password() -> ResponseReturnValue:
    known = {"client_id": doorstep.last_client_id()}
    form = OwnForgottenPasswordForm() if here.own_address else ForgottenPasswordForm(data=known)
    if form.accepted():
        client_id = here.client_id if here.own_address else form.client_id.data
        with doorstep.patient(form):
            forgotten.ask_for_password(client_id, form.username.data)
            return see(url("users.forgotten_password", sent="yes"))
    return render("users/forgotten_password.html", form=form, sent="sent" in request.args), form.status


@users.route("/forgotten-client-id", methods=["GET", "POST"])
@open_to_all
def forgotten_client_id() -> ResponseReturnValue:
    form = AddressForm()
    if form.accepted():
        with doorstep.patient(form):
            forgotten.ask_for_client_id(form.email.data)
            return see(url("users.forgotten_client_id", sent="yes"))
    return render("users/forgotten_client_id.html", form=form, sent="sent" in request.args), form.status


# -------------------------------------------------------------------------------------------------------------- users


@users.get("/users")
@needs("users.view")
def index() -> ResponseReturnValue:
    asked = _asked()
    found = queries.users(asked)
    words = {"offered": _offered(), "verbs": together.offered() if g.person.may("users.edit") else []}
    return listed("users/list.html", gettext("Users"), COLUMNS, listing=asked, page=found, **words)


@users.post("/users/selection")
@needs("users.edit")
def selection() -> ResponseReturnValue:
    return together.selection().answer()


@users.post("/users/selection/<deed>/undoing")
@needs("users.edit")
def undoing(deed: str) -> ResponseReturnValue:
    return together.selection().take_back(deed)


@users.route("/users/new", methods=["GET", "POST"])
@needs("users.edit")
def new() -> ResponseReturnValue:
    form = UserForm(data={"role": request.args.get("role", Role.READ_ONLY.value)})
    if form.accepted():
        with form.catching():
            user = actions.invite(**form.facts())
            flash(gettext("%(name)s is invited. The letter is on its way.", name=user.name))
            return see(url("users.show", key=user.key))
    return render("users/form.html", form=form, user=None, consequences=_consequences()), form.status


@users.get("/users/<key>")
@needs("users.view")
def show(key: str) -> ResponseReturnValue:
    user = queries.colleague(key)
    words = {"sign_ins": queries.open_sign_ins(user.id), "factor": queries.second_factor(user.id)}
    return render("users/show.html", user=user, tab="overview", **words)


@users.get("/users/<key>/log")
@needs("log.view")
def log(key: str) -> ResponseReturnValue:
    user = queries.colleague(key)
    return log_of(user, "users/log.html", user=user, tab="log")


@users.route("/users/<key>/edit", methods=["GET", "POST"])
@needs("users.edit")
def edit(key: str) -> ResponseReturnValue:
    user = queries.colleague(key)
    form = EditUserForm(obj=user)
    if form.accepted():
        with form.catching():
            actions.edit(user, **form.facts(), by=g.person.id)
            flash(gettext("Saved."))
            return see(url("users.show", key=key))
    if form.status == Conflict.status:
        form.version.data = str(user.version)  # whoever saves again has seen how it stands
    return render("users/form.html", form=form, user=user, consequences=_consequences()), form.status


@users.route("/users/<key>/disablement", methods=["GET", "POST"])
@needs("users.edit")
def disablement(key: str) -> ResponseReturnValue:
    user, form = queries.colleague(key), Form()
    if form.accepted():
        actions.disable(user, by=g.person.id)
        told = {"text": gettext("%(name)s is disabled.", name=user.name), "undo": url("users.enablement", key=key)}
        flash(told)  # type: ignore[arg-type] # a toast has a way back beside its words
        return see(url("users.show", key=key))
    return render("users/disablement.html", user=user, form=form), form.status


@users.post("/users/<key>/enablement")
@needs("users.edit")
def enablement(key: str) -> ResponseReturnValue:
    user = queries.colleague(key, lock=True)
    actions.enable(user)
    flash(gettext("%(name)s can sign in again.", name=user.name))
    return see(url("users.show", key=key))


@users.post("/users/<key>/invitation")
@needs("users.edit")
def another_invitation(key: str) -> ResponseReturnValue:
    user = queries.colleague(key, lock=True)
    actions.send_invitation(user)
    flash(gettext("Another letter to %(name)s is on its way. Earlier links no longer work.", name=user.name))
    return see(url("users.show", key=key))


@users.route("/users/<key>/second-factor/removal", methods=["GET", "POST"])
@needs("users.edit")
def factor_reset(key: str) -> ResponseReturnValue:
    user, form = queries.colleague(key), Form()
    if form.accepted():
        actions.reset_factor(user, by=g.person.id)
        flash(gettext("%(name)s signs in without a code now. The letter is on its way.", name=user.name))
        return see(url("users.show", key=key))
    return render("users/factor_reset.html", user=user, form=form), form.status


@users.route("/settings/sign-in", methods=["GET", "POST"])
@needs("settings.edit", shows=True)
def rules() -> ResponseReturnValue:
    row = queries.sign_in_rules()
    form = RulesForm(data={"second_factor": row.second_factor_since is not None, "version": row.version})
    if form.accepted():
        with form.catching():
            if form.second_factor.data:
                actions.ask_everybody(row, version=form.read_version(), by=g.person.id)
            else:
                actions.ask_nobody(row, version=form.read_version())
            flash(gettext("Your settings are saved."))
            return see("/settings")
    have, there = queries.protected()
    return render("users/rules.html", form=form, row=row, have=have, there=there), form.status


def _asked() -> Listing:
    return listing(request.args, sorts=queries.SORTS, default="name", filters={"role": _roles(), "state": _states()})


def _offered() -> list[tuple[str, str, list[tuple[str, str]]]]:
    """The filters of the list, in the reader's language."""
    return [("role", gettext("Role"), list(_roles().items())), ("state", gettext("State"), list(_states().items()))]


def _roles() -> dict[str, str]:
    return {role.value: gettext(role.title) for role in Role}


def _consequences() -> dict[str, str]:
    return {role.value: gettext(role.consequence) for role in Role}


def _states() -> dict[str, str]:
    return {state.value: gettext(word) for state, (_, word, _) in SHOWN.items()}


oneself.join(users, oneself.OFFICE)
letters_open.join(users)
way_out.join(users)
