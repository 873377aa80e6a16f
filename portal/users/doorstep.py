"""What the sign-in pages of both doors have in common: the typed words, the cookies, the one answer."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any, Final

from flask import after_this_request, current_app, flash, g, make_response, request
from flask.typing import ResponseReturnValue
from flask.wrappers import Response
from flask_babel import get_locale, gettext, ngettext
from flask_wtf.csrf import generate_csrf
from itsdangerous import BadSignature, TimestampSigner

from portal import audit
from portal.branding import wardrobe
from portal.core import once
from portal.core.db import get
from portal.core.errors import Invalid, NotFound, TooMany
from portal.core.forms import Form
from portal.core.here import Here, here
from portal.core.visits import cookie_of, give_cookie, take_cookie
from portal.core.web import is_safe_address, render, see, source, url
from portal.core.words import N_, Line, say
from portal.tenants import arrival, client_ids
from portal.tenants.models import Door
from portal.tenants.models import State as TenantState
from portal.users import actions, entrance, second_step, tickets, unsent
from portal.users.gate import COOKIE
from portal.users.models import USERNAME_LENGTH, Purpose, SignIn, User
from portal.users.names import plain_username

_DEVICE: Final = "device"
_HALF: Final = "second-step"
_LAST_CLIENT_ID: Final = "client-id"
_NEW_HERE: Final = "username"
_DEVICE_LASTS: Final = int(entrance.DEVICE_LASTS.total_seconds())
_REMEMBERED: Final = 365 * 24 * 3600
_NEW_HERE_LASTS: Final = 3600
_LONGEST_NEXT: Final = 2000
_SLOT: Final = "<token>"
"""Where the form's token stands in a page that is kept.  What a page says is escaped, so it cannot say this itself."""


def answer_sign_in(form: Form, *, page: str, client_id: str) -> ResponseReturnValue:
    """The sign-in page, or the way in.  Whatever is wrong, it says the same."""
    wait, no_match = 0, False
    if form.accepted():
        device = _device() or secrets.token_urlsafe(24)
        try:
            opened = entrance.sign_in(_attempt(form, client_id, device))
            return _welcome(opened, device) if isinstance(opened, entrance.Opened) else _ask_for_code(opened)
        except entrance.NotYet as more:
            form.object_to(more.line)
        except Invalid as problem:
            form.object_to(problem.line if "client_id" in form else say(entrance.NO_MATCH_HERE))
            no_match = True
        except TooMany as refusal:
            form.status, wait = refusal.status, refusal.wait
    suspended = here.state == TenantState.SUSPENDED
    shown = render(page, form=form, wait=_in_words(wait), no_match=no_match, suspended=suspended)
    response = make_response(shown, form.status)
    return _wait(response, wait) if wait else response


def greet_newcomer(form: Callable[[], Form], *, page: str) -> str:
    """The sign-in page for a browser that brings no cookie: whoever comes so sees the same, but for the form's token.

    Anybody may ask for it at any pace, so it is laid out once for each language and each state of a tenant.
    """
    blank = _blank(form, page, (str(get_locale()), here.tenant_id, here.stamps))
    return blank.replace(_SLOT, generate_csrf())


@lru_cache(maxsize=1000)
def _blank(form: Callable[[], Form], page: str, _for: tuple[Any, ...]) -> str:
    suspended = here.state == TenantState.SUSPENDED
    shown = render(page, form=form(), wait="", no_match=False, suspended=suspended)
    return shown.replace(generate_csrf(), _SLOT)


def answer_second_step(form: Form, *, page: str, entrance_page: str) -> ResponseReturnValue:
    """The page that asks for the code, or the way in.  Whoever comes without half a sign-in begins anew."""
    device = _device() or secrets.token_urlsafe(24)
    shown = cookie_of(_HALF)
    try:
        half = second_step.arrive(shown, door=_way().door.value, host=_way().host)
    except NotFound:
        flash(gettext("That took too long, or was done already. Sign in again."))
        return see(url(entrance_page, next=request.args.get("next")))
    if form.accepted():
        try:
            response = _welcome(second_step.pass_with(half, form.code.data, _attempt_of(device)), device)
        except Invalid as problem:
            form.object_to(problem.line)
        except TooMany as refusal:
            form.object_to(_too_many(refusal), status=refusal.status)
            after_this_request(partial(_wait, seconds=refusal.wait))
        else:
            take_cookie(response, _HALF)
            return response
    response = make_response(render(page, form=form), form.status)
    response.headers["Cache-Control"] = "no-store"
    return response


def _ask_for_code(half: entrance.HalfOpened) -> Response:
    response = see(url(f"{request.blueprint}.code", next=request.args.get("next")))
    lasts = int(entrance.HALF_LASTS.total_seconds())
    give_cookie(response, _HALF, half.cookie, lasts=lasts)
    return response


@contextmanager
def patient(form: Form) -> Iterator[None]:
    """Who tries too often stays on the page, with all he typed, and reads how long to wait."""
    try:
        yield
    except TooMany as refusal:
        form.object_to(_too_many(refusal), status=refusal.status)
        after_this_request(partial(_wait, seconds=refusal.wait))


def _too_many(refusal: TooMany) -> Line:
    return say(N_("Too many attempts. Try again in %(wait)s."), wait=_in_words(refusal.wait))


def _wait(answer: Response, seconds: int) -> Response:
    answer.headers["Retry-After"] = str(seconds)
    return answer


def last_client_id() -> str:
    """The Client ID somebody last signed in with in this browser, as people read it."""
    return client_ids.spelled(client_ids.read(cookie_of(_LAST_CLIENT_ID)))


def new_here() -> str:
    """The username of whoever has just set his password in this browser: he need not type it."""
    return plain_username(cookie_of(_NEW_HERE))[:USERNAME_LENGTH]


def remember_new(response: Response, client_id: str, username: str) -> Response:
    """Keep what somebody who has just set his password is asked for next."""
    give_cookie(response, _NEW_HERE, username, lasts=_NEW_HERE_LASTS)
    return remember_client_id(response, client_id)


def remember_client_id(response: Response, client_id: str) -> Response:
    give_cookie(response, _LAST_CLIENT_ID, client_id, lasts=_REMEMBERED)
    return response


def keep_unsent(*, entrance_page: str) -> Response:
    """Keep what was sent, and lead to the entrance, from where the way goes back to the page it was typed on."""
    once.put_off()
    address = request.args.get("next", "")
    if not is_safe_address(address):
        return see(url(entrance_page))
    return unsent.keep(address, see(url(entrance_page, next=address)))


def sign_out(response: Response) -> Response:
    """End the sign-in this browser shows, and take its cookie away."""
    if person := g.get("person"):
        actions.end_sign_in(get(SignIn, person.sign_in_id))
        audit.record("user.signed_out", get(User, person.id))
    take_cookie(response, COOKIE)
    return response


def arrive_with(ticket: str, *, purpose: Purpose) -> User:
    """Whose ticket this is, whoever was signed in here before.

    At the tenant's own address the page wears the tenant's clothes, as every page there; at the one office it says the
    tenant's name beside his mark, so that whoever was invited sees by whom.  Raises NotFound; then it names nobody, for a
    Client ID alone must not tell whose it is, and at one tenant's address there are no tickets of another.
    """
    found = tickets.scope_of(ticket)
    if here.own_address and here.tenant_id != found.tenant_id:
        raise NotFound
    entrance.act_for(found)
    user = tickets.find(ticket, purpose=purpose).user
    if user.is_customer != (here.door == Door.SHOP):
        raise NotFound
    if not here.own_address:
        g.here = Here(
            door=here.door,
            host=here.host,
            tenant_id=found.tenant_id,
            above=found.above,
            house=arrival.own_house(),
            dress=wardrobe.mark_alone(),
        )
    return user


def _attempt(form: Form, client_id: str, device: str) -> entrance.Attempt:
    typed = {"username": form.username.data or "", "password": form.password.data or ""}
    return replace(_attempt_of(device), client_id=client_id, **typed)


def _attempt_of(device: str) -> entrance.Attempt:
    """What the request itself says of a try."""
    return entrance.Attempt(
        door=_way().door.value,
        host=_way().host,
        source=source(),
        agent=request.user_agent.string,
        device=device,
    )


def _way() -> arrival.Way:
    found: arrival.Way = request.environ["vitrine.way"]
    return found


def _welcome(opened: entrance.Opened, device: str) -> Response:
    target = request.args.get("next", "")
    safe = is_safe_address(target) and len(target) <= _LONGEST_NEXT
    response = see(target if safe else f"{request.script_root}/")
    give_cookie(response, COOKIE, opened.cookie)
    give_cookie(response, _DEVICE, _signer().sign(device).decode(), lasts=_DEVICE_LASTS)
    return remember_client_id(response, opened.client_id)


def _device() -> str | None:
    """The mark this browser was given when somebody signed in with it; nobody can make one up."""
    try:
        return _signer().unsign(cookie_of(_DEVICE), max_age=_DEVICE_LASTS).decode("ascii")
    except (BadSignature, UnicodeDecodeError):
        return None


def _signer() -> TimestampSigner:
    """Signs under today's secret, and believes former ones until they are taken away."""
    known = (*current_app.config["SECRET_KEY_FALLBACKS"], current_app.config["SECRET_KEY"])
    return TimestampSigner(known, salt="users.device")


def _in_words(wait: int) -> str:
    """How long to wait, in round words; nothing when there is no wait."""
    if not wait:
        return ""
    minutes = -(-wait // 60)
    if minutes > 1:
        return str(ngettext("%(num)s minute", "%(num)s minutes", minutes))
    return str(gettext("one minute"))
