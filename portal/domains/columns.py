"""What a file of domains tells of each."""

from flask_babel import gettext

from portal.core.exports import Column
from portal.core.words import N_

DOMAINS: tuple[Column, ...] = (
    Column(N_("Domain"), lambda row: row.shown),
    Column(N_("Leads to"), lambda row: gettext(row.place)),
    Column(N_("State"), lambda row: gettext(row.word)),
    Column(N_("Main address"), lambda row: row.is_main),
    Column(N_("Last look"), lambda row: row.looked_at),
    Column(N_("Certificate until"), lambda row: row.expires_at),
    Column(N_("Added"), lambda row: row.created_at),
)
