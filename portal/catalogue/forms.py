"""What is typed about sheets and price lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired, NumberRange, Optional

from portal.catalogue import queries
from portal.catalogue.actions import Draft
from portal.catalogue.models import PriceList, PriceListVersion, PriceSheet, Rounding, Rule
from portal.catalogue.prices.rounding import KEPT
from portal.catalogue.wording import rounding_choices
from portal.core import dates, regions
from portal.core.clock import today
from portal.core.forms import Amount, AmountField, Choice, Compared, Day, Form, LongText, Text
from portal.core.here import here
from portal.core.keys import spell

SHEET_ONLY, EVERYTHING, TICKED = "sheet", "everything", "ticked"
MOST_ADDED = Decimal(10) ** 9
MOST_PERCENT = 1000


class PercentField(AmountField):
    """A percentage typed with a point or a comma."""

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(gettext("Write a percentage like 12.5.")) from None


def Percent(label: Any, *, required: bool = True, **options: Any) -> PercentField:  # noqa: N802 - as the house's fields
    """A percentage from 0 to 1000, to the fourth digit as it is kept."""
    first = InputRequired(_l("This is needed.")) if required else Optional()
    bounds = NumberRange(0, MOST_PERCENT, _l("Use a percentage from 0 to 1000."))
    return PercentField(label, [first, bounds], filters=[kept], places=None, **options)


def Added(label: Any) -> AmountField:  # noqa: N802 - as the house's fields
    """What is added to a price, or with a minus taken off."""
    return Amount(label, least=-MOST_ADDED, most=MOST_ADDED, required=False, places=None, filters=[kept])


def kept(value: Decimal | None) -> Decimal | None:
    """A number as fine as it is kept, without zeros at its end: 12.5 for 12.5000."""
    if value is None or not value.is_finite() or abs(value) > MOST_ADDED:
        return value
    plain = value.quantize(KEPT).normalize()
    return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain


class PriceListForm(Compared):
    """A list: what it is called, how long it is valid, and the one rule its prices follow."""

    name = Text(_l("Name"))
    note = LongText(_l("Note"), longest=500)
    valid_from = Day(_l("Valid from"))
    valid_until = Day(_l("Valid to"), required=False)
    rule = RadioField(_l("Price"), [InputRequired(_l("Choose one."))])
    percent = Percent(_l("Percentage"), required=False, default=Decimal(0))
    amount = Added(_l("Plus or minus"))
    rounding = Choice(_l("Rounding"), default=Rounding.COIN.value)
    floor = Percent(_l("Never under cost plus"), required=False)
    costs_in = Choice(_l("Takes its costs in"), required=False)
    surcharge = Percent(_l("Surcharge for the exchange"), required=False)
    falls_back = Choice(_l("Falls back to"), required=False)

    def __init__(self, standing: Mapping[str, Any], fallbacks: Sequence[PriceList], *, currency: str) -> None:
        super().__init__(standing)
        self.unit = currency
        self._fallbacks = {row.key: row for row in fallbacks}
        named = [(key, f"{row.name} · {row.currency}") for key, row in self._fallbacks.items()]
        self.falls_back.choices = [("", gettext("Nothing")), *named]
        self.rounding.choices = rounding_choices(currency)
        self.costs_in.choices = [("", gettext("The list's own currency")), *regions.currencies()]
        owner = queries.is_owner()
        cost = (
            gettext("The sheet's unit price, plus a percentage") if owner else gettext("Your cost, plus a percentage")
        )
        self.rule.choices = [
            (Rule.COST.value, cost),
            (Rule.MARGIN.value, gettext("Your cost and a margin, as a percentage of the price")),
            (Rule.RECOMMENDED.value, gettext("The recommended price, minus a percentage")),
            (Rule.ON_REQUEST.value, gettext("Price on request")),
        ]

    def validate(self, extra_validators: Any = None) -> bool:
        whole = super().validate(extra_validators)
        if self.rule.data != Rule.ON_REQUEST and self.percent.data is None and not self.percent.errors:
            self.percent.errors = [gettext("This is needed.")]
            return False
        return bool(whole)

    @property
    def _other_currency(self) -> str | None:
        """In which costs are, when that is another than the list's."""
        wanted: str = self.costs_in.data or ""
        return wanted if wanted and wanted != self.list_currency else None

    @property
    def list_currency(self) -> str:
        return self.unit

    @property
    def chosen_fallback(self) -> PriceList | None:
        return self._fallbacks.get(self.falls_back.data or "")

    def draft(self, market: str | None) -> Draft:
        """What was typed."""
        return Draft(
            valid_from=self.valid_from.data,
            valid_until=self.valid_until.data,
            rule=Rule(self.rule.data),
            percent=self.percent.data or Decimal(0),
            amount=self.amount.data or Decimal(0),
            rounding=Rounding(self.rounding.data),
            floor=self.floor.data,
            market=market,
            costs_in=self._other_currency,
            surcharge=(self.surcharge.data or Decimal(0)) if self._other_currency else Decimal(0),
        )


AT_ONCE, LATER = "now", "later"


class PublicationForm(Form):
    """When the draft is to begin."""

    when = RadioField(_l("When"), [InputRequired(_l("Choose one."))])
    day = Day(_l("From this day on"), required=False)

    def __init__(self, draft: PriceListVersion) -> None:
        tomorrow = today() + timedelta(days=1)
        begins_later = draft.valid_from > today()
        usual = {"when": LATER if begins_later else AT_ONCE, "day": draft.valid_from if begins_later else tomorrow}
        super().__init__(data=usual)
        self.when.choices = [(AT_ONCE, gettext("Now")), (LATER, gettext("From a day on"))]

    def validate(self, extra_validators: Any = None) -> bool:
        whole = super().validate(extra_validators)
        if self.when.data == LATER and self.day.data is None and not self.day.errors:
            self.day.errors = [gettext("This is needed.")]
            return False
        return bool(whole)

    @property
    def begins(self) -> date:
        return today() if self.when.data == AT_ONCE else self.day.data


class NewPriceListForm(PriceListForm):
    """A new list.  The owner of the products fills it from a sheet; a tenant from its range."""

    currency = Choice(_l("Currency"))
    sheet = Choice(_l("Price sheet"), required=False)
    products = RadioField(_l("Products"), [InputRequired(_l("Choose one."))])

    def __init__(self, sheets: Sequence[PriceSheet], fallbacks: Sequence[PriceList]) -> None:
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
            "rounding": Rounding.COIN.value,
        }
        super().__init__(usual, fallbacks, currency=currency)
        self._sheets = {sheet.key: sheet for sheet in sheets}
        known = {here.organization.currency} | {code for sheet in sheets for code in _currencies(sheet)}
        others = [choice for choice in regions.currencies() if choice[0] not in known]
        self.currency.choices = [*((code, code) for code in sorted(known)), *others]
        self.sheet.choices = [(sheet.key, _title(sheet)) for sheet in sheets]
        first_choice = (
            (SHEET_ONLY, gettext("Those of the sheet")) if self._sheets else (TICKED, gettext("Those you tick"))
        )
        self.products.choices = [first_choice, (EVERYTHING, gettext("Everything that has a price"))]

    @property
    def list_currency(self) -> str:
        return str(self.currency.data)

    @property
    def chosen_sheet(self) -> PriceSheet | None:
        return self._sheets.get(self.sheet.data or "")

    @property
    def market(self) -> str | None:
        """The market whose prices the list follows; none for a tenant, which follows the list it buys by."""
        if self.chosen_sheet is None:
            return None
        pairs = [pair.split(" · ") for pair in self.chosen_sheet.markets]
        wanted = self.costs_in.data or self.currency.data
        return next((market for market, currency in pairs if currency == wanted), None)


def _title(sheet: PriceSheet) -> str:
    return f"{sheet.name} · {', '.join(sheet.markets)} · {dates.day(sheet.applied_at)}"


def _currencies(sheet: PriceSheet) -> list[str]:
    return [pair.split(" · ")[1] for pair in sheet.markets]


def edit_form(price_list: PriceList, fallbacks: Sequence[PriceList]) -> PriceListForm:
    """The list's words, what it may fall back to, and the terms of its draft, or of what is in force."""
    version = price_list.draft or price_list.current
    falls_back = spell(price_list.falls_back_id) if price_list.falls_back_id else ""
    words = {"name": price_list.name, "note": price_list.note, "falls_back": falls_back}
    days = {name: getattr(version, name) for name in ("valid_from", "valid_until")}
    numbers = {name: kept(getattr(version, name)) for name in ("percent", "floor")}
    numbers |= {"surcharge": kept(version.surcharge) or None}
    way: dict[str, Any] = {"costs_in": version.costs_in or ""}
    way |= {"rule": version.rule.value, "rounding": version.rounding.value, "amount": kept(version.amount) or None}
    return PriceListForm(words | days | numbers | way, fallbacks, currency=price_list.currency)
