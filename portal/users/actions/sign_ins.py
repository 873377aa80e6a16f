"""Ending sign-ins: felt at the next request."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy import delete, update

from portal.core.clock import now
from portal.core.db import db
from portal.users.models import HalfSignIn, SignIn, User


def end_sign_ins(user: User, *, keep: UUID | None = None) -> None:
    """End all of the user's sign-ins but one, and those half begun; felt at the next request."""
    db.session.execute(delete(HalfSignIn).where(HalfSignIn.user_id == user.id))
    open_ones = update(SignIn).where(SignIn.user_id == user.id, SignIn.ended_at.is_(None))
    db.session.execute(
        (open_ones if keep is None else open_ones.where(SignIn.id != keep)).values(ended_at=now()),
        execution_options={"synchronize_session": False},
    )


def end_sign_in(sign_in: SignIn) -> None:
    sign_in.ended_at = sign_in.ended_at or now()
