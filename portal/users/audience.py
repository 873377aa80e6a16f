"""Who of a tenant's people can be told something: those who may see it, in their language."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select

from portal.core.db import db
from portal.notifications.notices import Reader
from portal.tenants.arrival import own_house
from portal.users.models import Kind, State, User
from portal.users.roles import Role


class Audience:
    """The acting tenant's active users.  `notifications.notices.People`."""

    def who_may(self, permission: str) -> Sequence[Reader]:
        roles = [role for role in Role if role.may(permission)]
        asked = (
            select(User)
            .where(User.state == State.ACTIVE, User.kind == Kind.STAFF, User.role.in_(roles))
            .order_by(User.id)
        )
        house = own_house().language
        return [_reader(user, house) for user in db.session.scalars(asked)]

    def one(self, user_id: UUID) -> Reader | None:
        mine = (User.id == user_id, User.state == State.ACTIVE, User.kind == Kind.STAFF)  # a customer has no bell
        user = db.session.scalar(select(User).where(*mine))
        return _reader(user, own_house().language) if user else None


def _reader(user: User, house: str) -> Reader:
    return Reader(user.id, user.name, user.email, user.language or house, user)
