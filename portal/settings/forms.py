"""What is typed about an organization.  Numbers that carry a check digit are checked by it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from stdnum import bic as bics
from stdnum import iban as ibans
from stdnum.eu import vat
from stdnum.exceptions import ValidationError as WrongNumber
from wtforms import ValidationError

from portal.core import regions
from portal.core.clock import today
from portal.core.dates import FORMATS, day
from portal.core.forms import Amount, Choice, Email, Form, Text, Tick, Versioned
from portal.settings.models import Bank, Company, Shown, Tax
from portal.tenants.models import Organization
from portal.tenants.numbering import DOCUMENTS

COMPANY = (
    "legal_name",
    "street",
    "postal_code",
    "city",
    "country",
    "vat_number",
    "register_court",
    "register_number",
    "represented_by",
    "email",
    "phone",
)
TAX = ("registered", "name", "rate", "shown")
BANK = ("holder", "iban", "bic", "bank")
REGION = ("language", "time_zone", "date_format")

_PREFIX = re.compile(r"[A-Z0-9]{1,6}")
_LETTERS_FIRST = re.compile(r"[A-Z]{2}[0-9]{2}")


def _said(row: Any, names: tuple[str, ...]) -> dict[str, Any]:
    """What the row says of these."""
    return {name: getattr(row, name) for name in names}


def packed(text: str | None) -> str:
    """Without blanks, in capitals: how such numbers are kept.  The page keeps what was typed."""
    return "".join((text or "").split()).upper()


def _is_vat_number(form: Form, field: Any) -> None:
    """In the European Union the check digit tells; elsewhere shapes differ too much to judge."""
    number = packed(field.data)
    if number[:2].lower() in vat.MEMBER_STATES | {"el"}:
        try:
            vat.validate(number)
        except WrongNumber:
            raise ValidationError(gettext("This number has a typing error: its check digit does not fit.")) from None
    elif form["country"].data and form["country"].data.lower() in vat.MEMBER_STATES and number:
        raise ValidationError(gettext("Begin with the letters of the country, as in DE123456789."))


def _is_iban(_: Form, field: Any) -> None:
    """An IBAN begins with two letters and two digits, and carries its check; other account numbers are taken as typed."""
    if _LETTERS_FIRST.match(packed(field.data)):
        try:
            ibans.validate(packed(field.data))
        except WrongNumber:
            raise ValidationError(gettext("This IBAN has a typing error: its check digits do not fit.")) from None


def _is_bic(_: Form, field: Any) -> None:
    if field.data and not packed(field.data).isdigit():
        try:
            bics.validate(packed(field.data))
        except WrongNumber:
            raise ValidationError(gettext("A BIC has 8 or 11 letters and digits, as in COBADEFFXXX.")) from None


class Sheet(Versioned):
    """A form over one row; `standing` is what the row says now."""

    def __init__(self, standing: Mapping[str, Any], version: int, usual: Mapping[str, Any] | None = None) -> None:
        super().__init__(data={**standing, **(usual or {}), "version": str(version)})
        self.standing = standing

    def words(self) -> dict[str, Any]:
        """What was typed, as the verbs take it."""
        return {name: "" if self[name].data is None else self[name].data for name in self.standing}


class CompanyForm(Sheet):
    """The legal person."""

    legal_name = Text(_l("Legal name"), longest=200)
    street = Text(_l("Street and number"), longest=200)
    postal_code = Text(_l("Postal code"), longest=20, required=False)
    city = Text(_l("City"))
    country = Choice(_l("Country"))
    vat_number = Text(_l("VAT number"), _is_vat_number, longest=40, required=False)
    register_court = Text(_l("Register"), required=False)
    register_number = Text(_l("Number in the register"), longest=60, required=False)
    represented_by = Text(_l("Represented by"), longest=300, required=False)
    email = Email(_l("E-mail"))
    phone = Text(_l("Phone"), longest=40, required=False)

    def __init__(self, row: Company, **usual: Any) -> None:
        super().__init__(_said(row, COMPANY), row.version, None if row.legal_name else usual)
        self.country.choices = regions.countries()

    def words(self) -> dict[str, Any]:
        return {**super().words(), "vat_number": packed(self.vat_number.data)}


class TaxForm(Sheet):
    """Tax at home."""

    registered = Tick(_l("We charge tax"))
    name = Text(_l("What the tax is called"), longest=40, required=False)
    rate = Amount(_l("Standard rate"), most=Decimal(50), required=False)
    shown = Choice(_l("Prices in the storefront"))

    def __init__(self, row: Tax, **usual: Any) -> None:
        super().__init__(_said(row, TAX), row.version, None if row.name or not row.registered else usual)
        self.shown.choices = [(str(Shown.NET), gettext("Without tax")), (str(Shown.GROSS), gettext("With tax"))]

    def words(self) -> dict[str, Any]:
        return {**super().words(), "rate": self.rate.data or Decimal(0), "shown": Shown(self.shown.data)}

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        if self.registered.data and not self.name.data:
            self.name.errors = [*self.name.errors, gettext("Name the tax as your invoices do.")]
            return False
        if self.registered.data and not self.rate.data and not self.rate.errors:
            self.rate.errors = [*self.rate.errors, gettext("Write the rate, as in 19.")]
            return False
        return good


class BankForm(Sheet):
    """Where customers pay to."""

    holder = Text(_l("Account holder"), longest=200)
    iban = Text(_l("IBAN or account number"), _is_iban, longest=40)
    bic = Text(_l("BIC or routing number"), _is_bic, longest=20, required=False)
    bank = Text(_l("Bank"), required=False)

    def __init__(self, row: Bank) -> None:
        super().__init__(_said(row, BANK), row.version)

    def words(self) -> dict[str, Any]:
        return {**super().words(), "iban": packed(self.iban.data), "bic": packed(self.bic.data)}


class RegionForm(Sheet):
    """How words and dates are written."""

    language = Choice(_l("Language"))
    time_zone = Choice(_l("Time zone"))
    date_format = Choice(_l("Date Format"))

    def __init__(self, organization: Organization) -> None:
        super().__init__(_said(organization, REGION), organization.version)
        self.language.choices = regions.languages()
        self.time_zone.choices = regions.time_zones()
        self.date_format.choices = [(pattern, day(today(), pattern)) for pattern in FORMATS]


def _is_prefix(_: Form, field: Any) -> None:
    if field.data and not _PREFIX.fullmatch(packed(field.data)):
        raise ValidationError(gettext("Use one to six capital letters or digits, as in INV."))


class NumberingForm(Sheet):
    """What document numbers begin with."""

    account = Text(DOCUMENTS["account"], _is_prefix, longest=6)
    order = Text(DOCUMENTS["order"], _is_prefix, longest=6)
    subscription = Text(DOCUMENTS["subscription"], _is_prefix, longest=6)
    invoice = Text(DOCUMENTS["invoice"], _is_prefix, longest=6)

    def __init__(self, organization: Organization) -> None:
        super().__init__({document: organization.numbering[document] for document in DOCUMENTS}, organization.version)
        for document, words in DOCUMENTS.items():
            self[document].label.text = gettext(words)

    def words(self) -> dict[str, Any]:
        return {document: packed(self[document].data) for document in DOCUMENTS}

    def validate(self, extra_validators: Any = None) -> bool:
        good = bool(super().validate(extra_validators))
        seen: dict[str, str] = {}
        for document in DOCUMENTS:
            prefix = packed(self[document].data)
            if prefix in seen:
                said = gettext("%(other)s begin with this already.", other=seen[prefix])
                self[document].errors = [*self[document].errors, said]
                good = False
            seen[prefix] = self[document].label.text
        return good
