"""What a file of enquiries tells of each."""

from flask_babel import gettext

from portal.core.exports import Column
from portal.core.words import N_
from portal.storefront.models import KINDS, STATES

ENQUIRIES: tuple[Column, ...] = (
    Column(N_("From"), lambda row: row.name),
    Column(N_("E-mail"), lambda row: row.email),
    Column(N_("Company"), lambda row: row.company),
    Column(N_("Kind"), lambda row: gettext(KINDS[row.kind])),
    Column(N_("Product"), lambda row: row.product),
    Column(N_("Quantity"), lambda row: row.quantity),
    Column(N_("Message"), lambda row: row.message),
    Column(N_("State"), lambda row: gettext(STATES[row.state][1])),
    Column(N_("Received"), lambda row: row.created_at),
)
