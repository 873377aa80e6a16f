"""What a file of users tells of each."""

from flask_babel import gettext

from portal.core.exports import Column
from portal.core.words import N_

COLUMNS: tuple[Column, ...] = (
    Column(N_("Name"), lambda user: user.name),
    Column(N_("Username"), lambda user: user.username),
    Column(N_("E-mail"), lambda user: user.email),
    Column(N_("Role"), lambda user: gettext(user.role.title)),
    Column(N_("State"), lambda user: gettext(user.state_word)),
    Column(N_("Last sign-in"), lambda user: user.signed_in_at),
    Column(N_("Created"), lambda user: user.created_at),
)
