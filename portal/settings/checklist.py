"""What an organization has not yet said of itself and must before it sells."""

from sqlalchemy import exists, or_, select

from portal.core.words import N_
from portal.settings.models import Bank, Company, Tax
from portal.tenants.checklist import Line

COMPANY = Line(
    "company",
    title=N_("Company data"),
    why=N_("Imprint, letters and invoices name the legal person you trade with."),
    verb=N_("Write the company’s data"),
    place="settings.company",
    permission="settings.edit",
    done=lambda: exists(select(Company.id).where(Company.legal_name != "")),
    watches=(Company,),
)
TAX = Line(
    "tax",
    title=N_("Tax"),
    why=N_("Customers must know whether a price includes tax, and how much."),
    verb=N_("Say what tax you charge"),
    place="settings.tax",
    permission="settings.edit",
    done=lambda: exists(select(Tax.id).where(or_(Tax.rate > 0, Tax.registered.is_(False)))),
    watches=(Tax,),
)
PAYMENT = Line(
    "payment",
    title=N_("Payment data"),
    why=N_("Your bank details stand on every invoice."),
    verb=N_("Write your bank details"),
    place="settings.bank",
    permission="settings.edit",
    done=lambda: exists(select(Bank.id).where(Bank.iban != "")),
    watches=(Bank,),
)
