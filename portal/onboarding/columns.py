"""What a file of tenant resellers tells of each."""

from flask_babel import gettext

from portal.core.exports import Column
from portal.core.languages import country_name, language_name
from portal.core.words import N_
from portal.tenants.models import SHOWN

COLUMNS: tuple[Column, ...] = (
    Column(N_("Name"), lambda row: row.organization.name),
    Column(N_("Client ID"), lambda row: row.tenant.spelled),
    Column(N_("Edition"), lambda row: row.edition.name),
    Column(N_("State"), lambda row: gettext(SHOWN[row.tenant.state][1])),
    Column(N_("Storefront Address"), lambda row: row.storefront),
    Column(N_("Price List"), lambda row: row.organization.price_list_name),
    Column(N_("Currency"), lambda row: row.organization.currency),
    Column(N_("Country"), lambda row: country_name(row.organization.country)),
    Column(N_("Language"), lambda row: language_name(row.organization.language)),
    Column(N_("Separate Invoices"), lambda row: row.organization.separate_invoices),
    Column(N_("Created"), lambda row: row.organization.created_at),
)
