"""When a tenant's own mail server takes no letters: his people are told, and may let the house send in its stead.

They are told by a notice and by a letter that leaves by the house, for theirs would wait like all the others.  The house
never steps in by itself: whose address a letter comes from is the tenant's to say.
"""

from datetime import datetime

from portal.core.clock import now
from portal.core.words import N_, Line, say
from portal.notifications import queries, senders
from portal.notifications.actions import MOST_AT_ONCE, knock, write
from portal.notifications.models import MailSender
from portal.notifications.notices import notify, people, wants_mail
from portal.notifications.steps import WITNESSES_OF_TROUBLE
from portal.notifications.stopping import way_out
from portal.tenants import own_hosts
from portal.tenants import queries as places
from portal.tenants.models import Door

KIND = "sender_down"
PLACE = "/settings/mail"
PERMISSION = "settings.edit"


def relieve(row: MailSender) -> int:
    """Send by the house from now on, and first what has waited; how many.  Raises Conflict."""
    senders.relieve(row)
    waiting = queries.held_up(MOST_AT_ONCE)
    for process in waiting:
        knock(process)
    return len(waiting)


def tell(since: datetime, why: Line) -> None:
    """Tell those who may change the settings."""
    hours = int((now() - since).total_seconds() // 3600)
    line = say(
        N_("Your mail server has taken no letters for %(count)s hour. They wait, or leave by the safe sender."),
        N_("Your mail server has taken no letters for %(count)s hours. They wait, or leave by the safe sender."),
        count=hours,
    )
    notify(KIND, line, place=PLACE, permission=PERMISSION)
    home = own_hosts.home(Door.OFFICE)
    values = {"hours": hours, "why": why, "organization": places.organization().name}
    for reader in people().who_may(PERMISSION):
        if wants_mail(reader.id, KIND):
            stop = {"way_out": way_out(reader.id, KIND)}
            write(
                KIND,
                to=(reader.name, reader.email),
                language=reader.language,
                values=values | stop,
                link=f"{home}{PLACE}",
            )


WITNESSES_OF_TROUBLE.append(tell)
