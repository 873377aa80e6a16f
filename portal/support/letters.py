"""Who is told: the tenant's administrators, by a letter in the maker's clothes that nobody can switch off, and by the bell."""

from __future__ import annotations

from sqlalchemy import select

from portal.core.db import db
from portal.core.words import N_, Line, say
from portal.notifications.actions import write
from portal.notifications.letters import LETTERS, Letter
from portal.notifications.notices import notify
from portal.support.models import SupportEntry
from portal.tenants import own_hosts
from portal.tenants import queries as places
from portal.tenants.models import Door
from portal.users.models import State, User
from portal.users.roles import Role

_FACTS = (
    (N_("Who"), "person"),
    (N_("How far"), "reach"),
    (N_("For how long"), "time"),
    (N_("Reason"), "cause"),
)
_REASON = N_("You get this letter because you are an administrator of %(organization)s.")

LETTERS["support_asked"] = Letter(
    title=N_("Letter: support asks to come in"),
    subject=N_("%(provider)s asks to enter your office"),
    message=(
        N_("Support of %(provider)s would like to enter the office of %(organization)s."),
        N_("Nothing happens unless you allow it. You can refuse without giving a reason."),
    ),
    facts=_FACTS,
    action=N_("Allow or refuse"),
    reason=_REASON,
)
LETTERS["support_entered"] = Letter(
    title=N_("Letter: support has come in"),
    subject=N_("%(provider)s is in your office"),
    message=(
        N_("Support of %(provider)s has entered the office of %(organization)s."),
        N_("Every page it opens and every change it makes stands in your log. You can end the entry at once."),
    ),
    facts=_FACTS,
    action=N_("Look at the entry"),
    after=(N_("On the same page you say which entries you allow."),),
    reason=_REASON,
)


PLACE = "/settings/support"


def tell_asked(entry: SupportEntry) -> None:
    _tell("support_asked", say(N_("%(provider)s asks to enter your office"), provider=entry.provider), entry)


def tell_entered(entry: SupportEntry) -> None:
    _tell("support_entered", say(N_("%(provider)s is in your office"), provider=entry.provider), entry)


def _tell(kind: str, line: Line, entry: SupportEntry) -> None:
    """In the tenant's own scope: one letter for each administrator who may sign in, and the line at the bell."""
    house = places.organization()
    values = {
        "organization": house.name,
        "provider": entry.provider,
        "person": entry.person_name,
        "reach": say(entry.reach.title),
        "time": say(N_("%(count)s minute"), N_("%(count)s minutes"), count=entry.minutes),
        "cause": entry.reason,
    }
    link = f"{own_hosts.home(Door.OFFICE, entry.tenant_id)}{PLACE}"
    administrators = select(User).where(User.role == Role.ADMINISTRATOR, User.state == State.ACTIVE)
    for user in db.session.scalars(administrators.order_by(User.name)):
        to, language = (user.name, user.email), user.language or house.language
        write(kind, to=to, language=language, values=values, link=link)
    notify("support", line, place=PLACE, permission="settings.edit")
