"""What is typed about accounts."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from portal.accounts import queries
from portal.accounts.models import TERMS, Account, Address, Contact, Kind, Place, terms_title
from portal.core import regions
from portal.core.forms import Amount, Choice, Compared, Email, Form, Text, Tick, Versioned
from portal.core.here import here

_VAT = re.compile(r"[A-Z0-9][A-Z0-9+*.&-]{3,18}")


def _looks_like_vat_number(_: Form, field: Any) -> None:
    """Letters and digits; the exact shape differs by country, and whether it is alive only its registry knows."""
    if field.data and not _VAT.fullmatch(field.data):
        raise ValidationError(gettext("Write letters and digits, as in DE123456789."))


def _packed(text: str | None) -> str | None:
    return "".join(text.split()).upper() if text else text


class AccountForm(Versioned):
    """An account's terms."""

    name = Text(_l("Name"))
    kind = Choice(_l("Kind"))
    enabled_for_ordering = Tick(_l("Enabled for ordering"))
    email = Email(_l("E-mail"), required=False)
    vat_number = Text(_l("VAT number"), _looks_like_vat_number, longest=40, required=False)
    bill_to = Choice(_l("Bill to"), required=False)
    price_list = Choice(_l("Price list"), required=False)
    currency = Choice(_l("Currency"))
    credit_limit = Amount(_l("Credit limit"), required=False)
    payment_terms = Choice(_l("Payment terms"))
    country = Choice(_l("Country"))
    language = Choice(_l("Language"))
    time_zone = Choice(_l("Time zone"))
    another = Tick(_l("It is another one: save it all the same"))

    def __init__(self, account: Account | None = None, **options: Any) -> None:
        super().__init__(data=typed(account) if account else _usual(), **options)
        self._account = account
        self.namesakes: Sequence[Account] = ()
        self._payers = {payer.key: payer for payer in queries.payers(account.id if account else None)}
        self._lists = {row.key: row for row in queries.price_lists()}
        if account and account.price_list:  # also one that was archived since: saving must not lose it
            self._lists.setdefault(account.price_list.key, account.price_list)
        self.kind.choices = [(str(kind), str(kind.label)) for kind in Kind]
        self.bill_to.choices = [("", gettext("Itself"))] + [(key, row.name) for key, row in self._payers.items()]
        lists = [(key, f"{row.name} · {row.currency}") for key, row in self._lists.items()]
        self.price_list.choices = [("", gettext("The default")), *lists]
        self.currency.choices = regions.currencies()
        self.payment_terms.choices = [(str(days), str(terms_title(days))) for days in TERMS]
        self.country.choices = regions.countries()
        self.language.choices = regions.languages()
        self.time_zone.choices = regions.time_zones()

    def accepted(self) -> bool:
        return super().accepted() and not self._warns()

    def terms(self) -> dict[str, Any]:
        """What was typed, as the verbs take it."""
        facts = self.facts("version", "another")
        return facts | {
            "kind": Kind(facts["kind"]),
            "email": facts["email"] or None,
            "vat_number": _packed(facts["vat_number"]) or None,
            "bill_to": self._payers.get(facts["bill_to"] or ""),
            "price_list": self._lists.get(facts["price_list"] or ""),
            "payment_terms": int(facts["payment_terms"]),
        }

    def _warns(self) -> bool:
        """Whether somebody should look first: there is a firm of this name or VAT number already."""
        if self.another.data or (self._account and self._account.name == self.name.data):
            return False
        besides = self._account.id if self._account else None
        self.namesakes = queries.namesakes(self.name.data, _packed(self.vat_number.data), besides=besides)
        self.status = 422 if self.namesakes else self.status
        return bool(self.namesakes)


def _usual() -> dict[str, Any]:
    """Where a new account starts: like the house itself."""
    house = here.organization
    return {
        "kind": str(Kind.CUSTOMER),
        "enabled_for_ordering": True,
        "currency": house.currency,
        "payment_terms": "30",
        "country": house.country,
        "language": house.language,
        "time_zone": house.time_zone,
        "version": "0",
    }


def typed(account: Account) -> dict[str, Any]:
    """The row as the form would send it."""
    names = (
        "name",
        "enabled_for_ordering",
        "email",
        "vat_number",
        "currency",
        "credit_limit",
        "country",
        "language",
        "time_zone",
    )
    return {name: getattr(account, name) for name in names} | {
        "version": str(account.version),
        "kind": str(account.kind),
        "bill_to": account.bill_to.key if account.bill_to else "",
        "price_list": account.price_list.key if account.price_list else "",
        "payment_terms": str(account.payment_terms),
    }


class ContactForm(Compared):
    """Somebody one talks to."""

    name = Text(_l("Name"))
    role = Text(_l("Role"), longest=80, required=False)
    email = Email(_l("E-mail"), required=False)
    phone = Text(_l("Phone"), longest=40, required=False)

    @classmethod
    def of(cls, contact: Contact) -> ContactForm:
        return cls({name: getattr(contact, name) or "" for name in ("name", "role", "email", "phone")})

    def words(self) -> dict[str, Any]:
        return {name: value or None for name, value in self.facts("version").items()}


class AddressForm(Compared):
    """A place."""

    purpose = Choice(_l("For"))
    street = Text(_l("Street and number"), longest=200)
    postal_code = Text(_l("Postal code"), longest=20, required=False)
    city = Text(_l("City"))
    region = Text(_l("Region"), required=False)
    country = Choice(_l("Country"))

    def __init__(self, standing: Mapping[str, Any] | None = None) -> None:
        super().__init__(standing)
        self.purpose.choices = [(str(place), str(place.label)) for place in Place]
        self.country.choices = regions.countries()

    @classmethod
    def of(cls, address: Address) -> AddressForm:
        names = ("street", "postal_code", "city", "region", "country")
        return cls({name: getattr(address, name) or "" for name in names} | {"purpose": str(address.purpose)})

    def words(self) -> dict[str, Any]:
        facts = {name: value or None for name, value in self.facts("version").items()}
        return facts | {"purpose": Place(self.purpose.data)}
