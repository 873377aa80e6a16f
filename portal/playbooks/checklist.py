"""Whether somebody of the house knows how to run it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ARRAY, String, column, exists, func, literal, not_, or_, select

from portal.core.words import N_
from portal.playbooks.lessons import LESSONS
from portal.playbooks.models import LessonProgress
from portal.tenants.checklist import Line
from portal.tenants.models import Edition, Tenant
from portal.users.models import State, User
from portal.users.roles import Role


def _somebody_knows_it_all() -> Any:
    """There is an administrator who has ticked every lesson of the edition; the root's edition has them all."""
    codes = literal([one.code for one in LESSONS], ARRAY(String))
    features = literal([one.feature for one in LESSONS], ARRAY(String))
    columns = (column("code", String), column("feature", String))
    # not VALUES: SQLAlchemy writes a statement with it anew each time it is asked, and this one is asked at every change
    lesson = func.unnest(codes, features).table_valued(*columns, name="lesson").render_derived()
    in_the_edition = or_(lesson.c.feature == "", Tenant.parent_id.is_(None), Edition.features.has_key(lesson.c.feature))
    his = select(LessonProgress.id).where(LessonProgress.user_id == User.id, LessonProgress.code == lesson.c.code)
    ticked = exists(his.correlate(User, lesson))
    lacking = exists(select(lesson.c.code).where(in_the_edition, not_(ticked)).correlate(User, Tenant, Edition))
    return exists(
        select(User.id)
        .join(Tenant, Tenant.id == User.tenant_id)
        .join(Edition, Edition.code == Tenant.edition_code)
        .where(User.role == Role.ADMINISTRATOR, User.state == State.ACTIVE, not_(lacking))
    )


PLAYBOOK = Line(
    "playbook",
    title=N_("Playbook of your edition"),
    why=N_("Short lessons show you each page once, in the order in which you need it."),
    verb=N_("Open the playbook"),
    place="playbooks.index",
    permission="dashboard.view",
    done=_somebody_knows_it_all,
    watches=(LessonProgress, User),
    settleable=True,
)
