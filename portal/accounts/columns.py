"""What a file of accounts, and one of the people at one, tells of each."""

from flask_babel import gettext

from portal.core.exports import Column
from portal.core.languages import country_name
from portal.core.words import N_

COLUMNS: tuple[Column, ...] = (
    Column(N_("Number"), lambda account: account.number),
    Column(N_("Name"), lambda account: account.name),
    Column(N_("Kind"), lambda account: account.kind.label),
    Column(N_("Enabled for ordering"), lambda account: account.enabled_for_ordering),
    Column(N_("Bill to"), lambda account: account.bill_to.name if account.bill_to else ""),
    Column(N_("Currency"), lambda account: account.currency),
    Column(N_("Credit limit"), lambda account: account.credit_limit),
    Column(N_("Payment terms"), lambda account: account.terms),
    Column(N_("Country"), lambda account: country_name(account.country)),
    Column(N_("VAT number"), lambda account: account.vat_number),
    Column(N_("E-mail"), lambda account: account.email),
    Column(N_("Created"), lambda account: account.created_at),
    Column(N_("Archived"), lambda account: account.archived_at),
)
CONTACT_COLUMNS: tuple[Column, ...] = (
    Column(N_("Name"), lambda row: row[0].name),
    Column(N_("Role"), lambda row: row[0].role),
    Column(N_("E-mail"), lambda row: row[0].email),
    Column(N_("Phone"), lambda row: row[0].phone),
    Column(N_("Storefront"), lambda row: gettext(row[1].state_word) if row[1] else ""),
)
