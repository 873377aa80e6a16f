"""What is typed about sheets and price lists."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField
from wtforms.validators import InputRequired, NumberRange

from portal.catalogue import queries
from portal.catalogue.actions import Draft
from portal.catalogue.models import PriceList, PriceSheet, Rule
from portal.core import dates
from portal.core.clock import today
from portal.core.forms import AmountField, Choice, Day, Form, LongText, Text, Tick
from portal.core.here import here

SHEET_ONLY, EVERYTHING, TICKED = "sheet", "everything", "ticked"


class UploadForm(Form):
    """A price sheet as the vendor sends it."""

    file = FileField(_l("Price sheet"), [FileRequired(_l("Choose a file."))])


class ApplicationForm(Form):
    ends_missing = Tick(_l("Discontinue what this sheet no longer names"))


class PercentField(AmountField):
    """A percentage typed with a point or a comma."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Write a percentage like 12.5.")) from None


class PriceListForm(Form):
    """A list: what it is called, how long it is valid, and the one rule its prices follow."""

    name = Text(_l("Name"))
    note = LongText(_l("Note"), longest=500)
    valid_from = Day(_l("Valid from"))
    valid_until = Day(_l("Valid to"), required=False)
    rule = RadioField(_l("Price"), [InputRequired(_l("Choose one."))])
    percent = PercentField(
        _l("Percentage"),
        [InputRequired(_l("This is needed.")), NumberRange(0, 1000, _l("Use a percentage from 0 to 1000."))],
        default=Decimal(0),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owner = queries.is_owner()
        cost = (
            gettext("The sheet's unit price, plus a percentage") if owner else gettext("Your cost, plus a percentage")
        )
        self.rule.choices = [
            (Rule.COST.value, cost),
            (Rule.MARGIN.value, gettext("Your cost and a margin, as a percentage of the price")),
            (Rule.RECOMMENDED.value, gettext("The recommended price, minus a percentage")),
        ]

    def draft(self, market: str | None) -> Draft:
        return Draft(
            valid_from=self.valid_from.data,
            valid_until=self.valid_until.data,
            rule=Rule(self.rule.data),
            percent=self.percent.data or Decimal(0),
            market=market,
        )


class NewPriceListForm(PriceListForm):
    """A new list.  The owner of the products fills it from a sheet; a tenant from its range."""

    currency = Choice(_l("Currency"))
    sheet = Choice(_l("Price sheet"), required=False)
    products = RadioField(_l("Products"), [InputRequired(_l("Choose one."))])

    def __init__(self, sheets: Sequence[PriceSheet]) -> None:
        newest = next((sheet for sheet in sheets if here.organization.currency in _currencies(sheet)), None)
        first = newest or next(iter(sheets), None)
        currency = here.organization.currency
        if first and currency not in _currencies(first):
            currency = _currencies(first)[0]
        usual = {
            "valid_from": today(),
            "currency": currency,
            "sheet": first.key if first else "",
            "rule": Rule.COST.value if queries.is_owner() else Rule.RECOMMENDED.value,
            "products": SHEET_ONLY if queries.is_owner() else EVERYTHING,
        }
        super().__init__(data=usual)
        self._sheets = {sheet.key: sheet for sheet in sheets}
        known = {here.organization.currency} | {code for sheet in sheets for code in _currencies(sheet)}
        self.currency.choices = [(code, code) for code in sorted(known)]
        self.sheet.choices = [(sheet.key, _title(sheet)) for sheet in sheets]
        first_choice = (
            (SHEET_ONLY, gettext("Those of the sheet")) if self._sheets else (TICKED, gettext("Those you tick"))
        )
        self.products.choices = [first_choice, (EVERYTHING, gettext("Everything that has a price"))]

    @property
    def chosen_sheet(self) -> PriceSheet | None:
        return self._sheets.get(self.sheet.data or "")

    @property
    def market(self) -> str | None:
        """The market whose prices the list follows; none for a tenant, which follows the list it buys by."""
        if self.chosen_sheet is None:
            return None
        pairs = [pair.split(" · ") for pair in self.chosen_sheet.markets]
        return next((market for market, currency in pairs if currency == self.currency.data), None)


def _title(sheet: PriceSheet) -> str:
    return f"{sheet.name} · {', '.join(sheet.markets)} · {dates.day(sheet.applied_at)}"


def _currencies(sheet: PriceSheet) -> list[str]:
    return [pair.split(" · ")[1] for pair in sheet.markets]


def edit_form(price_list: PriceList) -> PriceListForm:
    """The list's words and the terms of its draft, or of what is in force."""
    version = price_list.draft or price_list.current
    words = {"name": price_list.name, "note": price_list.note}
    names = ("valid_from", "valid_until", "percent")
    terms = {name: getattr(version, name) for name in names} | {"rule": version.rule.value}
    return PriceListForm(data=words | terms)
