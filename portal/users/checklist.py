"""What the people of a house still lack before it goes live."""

from sqlalchemy import func, select

from portal.core.words import N_
from portal.tenants.checklist import Line
from portal.users.models import State, User
from portal.users.roles import Role

SECOND_ADMINISTRATOR = Line(
    "second_administrator",
    title=N_("Second administrator"),
    why=N_("If you are away or lose your password, somebody else can let you in again."),
    verb=N_("Invite an administrator"),
    place="users.new",
    permission="users.edit",
    done=lambda: (
        select(func.count(User.id) > 1)
        .where(User.role == Role.ADMINISTRATOR, User.state.in_((State.ACTIVE, State.INVITED)))
        .scalar_subquery()
    ),
    watches=(User,),
    settleable=True,
    asked={"role": Role.ADMINISTRATOR.value},
)
