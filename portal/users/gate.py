"""Who comes: the sign-in behind a cookie, read together with its user and tenant in one statement.

The cookie is "<client id>.<token>"; only the token's hash is kept.  A sign-in holds for one tenant, one door and one host,
thirty minutes after the last page and twelve hours at most.  It is over at once when the user is disabled, signs out or
gets another password, and when the tenant's state moves on.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, Final, Protocol
from uuid import UUID

from flask import g, request
from sqlalchemy import ColumnElement, Row, Select, and_, bindparam, exists, or_, select, true, update

from portal import audit
from portal.core import keys
from portal.core.clock import now
from portal.core.db import db
from portal.core.scope import acting_scope, enter, scope
from portal.core.visits import cookie_of
from portal.core.web import ACTING, source
from portal.tenants import arrival, client_ids
from portal.tenants.models import Door, Host, Organization, Tenant
from portal.tenants.models import State as TenantState
from portal.users.models import Kind, SecondFactor, SignIn, SignInRules, State, User
from portal.users.roles import Role

IDLE: Final = timedelta(minutes=30)
LONGEST: Final = timedelta(hours=12)
SEEN_EVERY: Final = timedelta(minutes=1)
_READING: Final = frozenset({"GET", "HEAD"})
COOKIE: Final = "sign-in"
_COOKIE_LENGTH: Final = 100


@dataclass(frozen=True, slots=True)
class Person:
    """Who is signed in: plain values out of one row, so that no page loads a user to greet him."""

    id: UUID
    name: str
    username: str
    email: str
    role: Role
    must_change: bool
    read_only: bool
    sign_in_id: UUID
    language: str = ""  # of this and the next two: empty is the house's
    time_zone: str = ""
    date_format: str = ""
    kind: Kind = Kind.STAFF
    must_set_up: bool = False  # his organization asks for a second factor, and he has none

    is_authenticated = True
    is_active = True
    is_anonymous = False

    @property
    def key(self) -> str:
        return keys.spell(self.id)

    @property
    def is_customer(self) -> bool:
        return self.kind == Kind.CUSTOMER

    @property
    def signs_in_as(self) -> str:
        return self.email if self.is_customer else self.username

    def get_id(self) -> str:
        return self.key

    def may(self, permission: str) -> bool:
        """Whether the role has the permission; in a suspended tenant only what changes nothing of the business."""
        if self.is_customer:
            return permission == "profile.edit"
        allowed = not self.read_only or permission.endswith(".view") or permission == "profile.edit"
        return allowed and self.role.may(permission)


class Guests(Protocol):
    """People who are nobody's users here and come in by a sign-in of another kind, kept by a slice above."""

    def asking(self, own: bool, also: Select[Any] | None) -> Select[Any]:  # noqa: FBT001 - as `_asking` below
        """The one statement that reads who comes, with what stands in `_given` beside it; end it with `beside`."""
        ...

    def know(self, row: Row[Any], found: arrival.Way) -> bool:
        """Fill in who came; False when he may not."""
        ...


GUESTS: Final[dict[str, Guests]] = {}
"""By the letter their tokens begin with; no user's token begins with one of these."""


class UsersGate:
    """Lets people in who have signed in.  `core.web.Gate`."""

    def is_known(self) -> bool:
        """Whether the browser shows anything that could be a sign-in; costs no query."""
        return shown_cookie() is not None

    def admit(self, also: Select[Any] | None = None, *, watching: bool = False, **asked: Any) -> Row[Any] | None:
        """Enter the scope, fill `g.here` and `g.person`; give the row with the columns of `also` beside.  None: nobody.

        `also` is written once and kept; what it asks for this time is given as its parameters.

        For a page that is `watching`, and asks again by itself, the sign-in does not count as seen: a forgotten tab does
        not keep anybody signed in.
        """
        shown = shown_cookie()
        if shown is None or not _step_inside(shown[0]):
            return None
        found: arrival.Way = request.environ["vitrine.way"]
        given = {**_given(found, shown[1]), **asked}
        guests = GUESTS.get(shown[1][:1])
        question = (guests.asking if guests else _asking)(found.own, also)
        row = db.session.execute(question, given, execution_options={"reviewed": True}).first()
        if row is None or (guests is not None and not guests.know(row, found)):
            _step_out()
            return None
        if guests is not None:
            return row
        _know(row, found)
        if not watching and request.method in _READING and row.seen_at < now() - SEEN_EVERY:
            _see(row.sign_in_id)
        return row

    def reader(self) -> ColumnElement[UUID]:
        """Whose sign-in it is, by what stands beside the statement of `_asking` anyway."""
        mine = (SignIn.tenant_id == ACTING, SignIn.token_hash == bindparam("token_hash"))
        return select(SignIn.user_id).where(*mine).scalar_subquery()


def hashed(token: str) -> bytes:
    """What is kept of a token.  It is random and long, so a plain hash cannot be turned round."""
    return hashlib.sha256(token.encode()).digest()


def shown_cookie() -> tuple[str, str] | None:
    """(Client ID, token) as the browser shows them, if it shows something that could be a sign-in."""
    value = cookie_of(COOKIE)
    client_id, dot, token = value.partition(".")
    read = client_ids.read(client_id)
    return (read, token) if dot and read and token.isascii() and len(value) <= _COOKIE_LENGTH else None


def _step_inside(client_id: str) -> bool:
    """Act for the cookie's tenant, unless the address has already said that this is another's."""
    wanted = arrival.scope_of_client_id(client_id)
    if wanted is None:
        return False
    if scope() is None:
        enter(wanted)
        g.entered_by_cookie = True
    return scope() == wanted


def _step_out() -> None:
    """A cookie that opens nothing leaves no trace: the session begins anew, acting for nobody."""
    if g.pop("entered_by_cookie", False):
        db.session.remove()


def _given(found: arrival.Way, token: str) -> dict[str, Any]:
    """What stands beside the statement of `_asking`."""
    moment = now()
    return {
        "acting_tenant": acting_scope().tenant_id,
        "token_hash": hashed(token),
        "door": found.door.value,
        "host": found.host,
        "seen_since": moment - IDLE,
        "begun_since": moment - LONGEST,
        "moment": moment,
    }


@lru_cache(maxsize=32)
def _asking(own: bool, also: Select[Any] | None) -> Select[Any]:  # noqa: FBT001 - one internal caller
    """Sign-in, user, tenant and organization in one row; `also` stands beside, whether it finds something or not.

    Every page of the office asks this, so it is written once: to write it takes longer than to ask it.
    """
    question = (
        arrival.arriving(
            *arrival.house_columns(),
            SignIn.id.label("sign_in_id"),
            SignIn.seen_at,
            User.id.label("person_id"),
            User.name.label("person_name"),
            User.username,
            User.email.label("person_email"),
            User.role,
            User.must_change,
            User.kind.label("person_kind"),
            User.language.label("person_language"),
            User.time_zone.label("person_time_zone"),
            User.date_format.label("person_date_format"),
            and_(
                User.kind == Kind.STAFF,
                exists(SignInRules.id).where(
                    SignInRules.tenant_id == Tenant.id, SignInRules.second_factor_since <= SignIn.created_at
                ),
                ~exists(SecondFactor.id).where(
                    SecondFactor.tenant_id == User.tenant_id, SecondFactor.user_id == User.id
                ),
            ).label("must_set_up"),
        )
        .join(Organization, Organization.tenant_id == Tenant.id)
        .join(SignIn, SignIn.tenant_id == Tenant.id)
        .join(User, (User.tenant_id == SignIn.tenant_id) & (User.id == SignIn.user_id))
        .where(
            Tenant.id == ACTING,
            Tenant.state_since <= SignIn.created_at,
            SignIn.token_hash == bindparam("token_hash"),
            SignIn.door == bindparam("door"),
            SignIn.host == bindparam("host"),
            SignIn.ended_at.is_(None),
            SignIn.seen_at > bindparam("seen_since"),
            SignIn.created_at > bindparam("begun_since"),
            User.state == State.ACTIVE,
            or_(User.kind == Kind.STAFF, SignIn.door == Door.SHOP),
        )
    )
    return beside(question, own, also)


def beside(question: Select[Any], own: bool, also: Select[Any] | None) -> Select[Any]:  # noqa: FBT001 - of the gate's own
    """The question of the gate, held to the tenant's own address where there is one, with `also` at its side."""
    if own:
        named = (Host.name == bindparam("host")) & Host.leads_to.is_(None) & Host.serves
        question = question.where(exists(select(Host.name).where(named, Host.tenant_id == Tenant.id)))
    if also is None:
        return question
    side = also.subquery("beside")
    return question.add_columns(*side.c).outerjoin(side, true())


def _know(row: Row[Any], found: arrival.Way) -> None:
    """Fill in who came and where, and say who acts from here on."""
    if not g.get("here"):
        g.here = arrival.here_from(row, found)
    g.here.house = g.here.house or arrival.house_from(row)
    g.person = Person(
        id=row.person_id,
        name=row.person_name,
        username=row.username,
        email=row.person_email,
        role=row.role,
        must_change=row.must_change,
        read_only=row.tenant_state == TenantState.SUSPENDED,
        sign_in_id=row.sign_in_id,
        language=row.person_language,
        time_zone=row.person_time_zone,
        date_format=row.person_date_format,
        kind=row.person_kind,
        must_set_up=row.must_set_up,
    )
    audit.set_actor(
        audit.Actor("user", row.person_id, row.person_name, row.person_email, source(), tenant_id=row.tenant_number)
    )


def _see(sign_in_id: UUID) -> None:
    """Write down that somebody was here: once a minute, and with pages only.

    What is sent may wait for a hash or a file, its answer leads to a page, and no request waits for another's mark.
    """
    free = select(SignIn.id).where(SignIn.id == sign_in_id).with_for_update(skip_locked=True)
    db.session.execute(
        update(SignIn).where(SignIn.id.in_(free)).values(seen_at=now()),
        execution_options={"synchronize_session": False},
    )
