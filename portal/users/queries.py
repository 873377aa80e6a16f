"""Questions about many users, and about the sign-ins of one."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func, select

from portal.core.clock import now
from portal.core.db import Page, db, get
from portal.core.errors import NotFound
from portal.core.finding import said
from portal.core.listing import Listing, alphabetical
from portal.users.gate import IDLE, LONGEST
from portal.users.models import Kind, Purpose, RecoveryCode, SecondFactor, SignIn, SignInRules, State, Ticket, User
from portal.users.roles import Role

SORTS = {
    "name": alphabetical(User.name),
    "role": User.role,
    "state": User.state,
    "seen": User.signed_in_at,
    "created": User.created_at,
}


def users(wanted: Listing) -> Page[User]:
    """One page of the list."""
    question = select(User).where(User.kind == Kind.STAFF)
    if wanted.search:
        question = question.where(said(User, wanted.search))
    if role := wanted.filters.get("role"):
        question = question.where(User.role == Role(role))
    if state := wanted.filters.get("state"):
        question = question.where(User.state == State(state))
    return wanted.page(question, User.id)


def open_sign_ins(user_id: UUID) -> Sequence[SignIn]:
    """Where this user is signed in now; the one seen last comes first."""
    moment = now()
    return db.session.scalars(
        select(SignIn)
        .where(
            SignIn.user_id == user_id,
            SignIn.ended_at.is_(None),
            SignIn.seen_at > moment - IDLE,
            SignIn.created_at > moment - LONGEST,
        )
        .order_by(SignIn.seen_at.desc())
    ).all()


def waiting_email(user_id: UUID) -> str:
    """The address whose reader has not shown yet that it is his; empty when none is waited for."""
    waiting = select(Ticket.email).where(
        Ticket.user_id == user_id,
        Ticket.purpose == Purpose.EMAIL,
        Ticket.used_at.is_(None),
        Ticket.expires_at > now(),
    )
    return db.session.scalar(waiting) or ""


def second_factor(user_id: UUID) -> SecondFactor | None:
    return db.session.scalar(select(SecondFactor).where(SecondFactor.user_id == user_id))


def recovery_codes_left(user_id: UUID) -> int:
    left = select(func.count(RecoveryCode.id)).where(RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return db.session.scalar(left) or 0


def sign_in_rules() -> SignInRules:
    """What the acting tenant asks of everybody who signs in; a fresh row when it has not said anything."""
    return db.session.scalar(select(SignInRules)) or SignInRules(version=0)


def protected() -> tuple[int, int]:
    """How many of the active users have a second factor, and how many there are."""
    row = db.session.execute(
        select(func.count(SecondFactor.id), func.count(User.id))
        .select_from(User)
        .outerjoin(SecondFactor, (SecondFactor.tenant_id == User.tenant_id) & (SecondFactor.user_id == User.id))
        .where(User.state == State.ACTIVE, User.kind == Kind.STAFF)
    ).one()
    return row[0], row[1]


def user_named(username: str) -> User | None:
    """Who works here under this (plain) name."""
    staff = select(User).where(User.username == username, User.state == State.ACTIVE, User.kind == Kind.STAFF)
    return db.session.scalar(staff)


def customer_at(email: str) -> User | None:
    """The active customer with this (plain) address."""
    customers = select(User).where(User.email == email, User.state == State.ACTIVE, User.kind == Kind.CUSTOMER)
    return db.session.scalar(customers)


def colleague(key: str, *, lock: bool = False) -> User:
    """Who works here under this key.  Raises NotFound; customers stand with their accounts."""
    found = get(User, key, lock=lock)
    if found.is_customer:
        raise NotFound
    return found


def customer_of(contact_id: UUID) -> User | None:
    return db.session.scalar(select(User).where(User.contact_id == contact_id, User.kind == Kind.CUSTOMER))
