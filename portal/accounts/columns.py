"""What a file of accounts tells of each."""

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
