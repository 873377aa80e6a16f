"""The margin column: how each product of a list's page is priced, typed in its row and saved with all the others.

A row carries what it showed (`was`): only rows that were typed in are written, and one that somebody else changed
meanwhile is said at its place instead of being overwritten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import gettext
from werkzeug.datastructures import MultiDict
from wtforms import Form as Fields
from wtforms import HiddenField, SelectField

from portal.catalogue import actions
from portal.catalogue.models import Billing, PriceListVersion, Rule, Segment, Term
from portal.catalogue.prices import Offer, PlanOffer, Terms, Way
from portal.catalogue.prices.rounding import KEPT
from portal.core.errors import Conflict, Invalid
from portal.core.forms import AmountField
from portal.core.keys import read_key
from portal.core.money import quantize
from portal.core.words import N_, say

AS_LIST, FIXED = "", "fixed"
MOST_ROWS = 200
LARGEST = {FIXED: Decimal(10) ** 12, Rule.COST: Decimal(1000)}
PLANS = frozenset(f"{term}-{billing}-{segment}" for term in Term for billing in Billing for segment in Segment)


class RowFields(Fields):  # type: ignore[misc]
    """What is typed in one row: how its price is meant, and the percentage or the amount of the plan it shows."""

    rule = SelectField(validate_choice=False)
    value = AmountField(places=None)
    plan = HiddenField()
    was = HiddenField()

    def __init__(self, key: str, typed: MultiDict[str, str] | None = None, **shown: Any) -> None:
        super().__init__(typed, prefix=f"{key}-", data=shown)
        self.rule.choices = choices()


class AmountFields(Fields):  # type: ignore[misc]
    """The fixed amount of another plan of the row's product."""

    value = AmountField(places=None)


def choices() -> list[tuple[str, str]]:
    return [
        (AS_LIST, gettext("As the list")),
        (Rule.MARGIN.value, gettext("Margin %")),
        (Rule.COST.value, gettext("Cost + %")),
        (Rule.RECOMMENDED.value, gettext("Recommended \u2212 %")),
        (FIXED, gettext("Fixed price")),
        (Rule.ON_REQUEST.value, gettext("On request")),
    ]


@dataclass(slots=True)
class Row:
    """A product of the page: its offer, the plan it shows, and its fields."""

    offer: Offer
    plan: PlanOffer
    fields: RowFields
    others: list[tuple[PlanOffer, AmountFields]]  # the plans that may be fixed besides
    error: str = ""


class Rows:
    """The rows of a page, or of what was sent from one."""

    def __init__(self, typed: MultiDict[str, str] | None = None) -> None:
        self._typed = typed
        self.errors: dict[str, str] = {}

    def of(self, offers: Iterable[Offer], terms: Terms) -> list[Row]:
        """A row for each offer, with what was typed in it, else with what the list says."""
        return [self._row(offer, terms.ways.get(offer.id)) for offer in offers]

    def _row(self, offer: Offer, way: Way | None) -> Row:
        plan = offer.lowest("cost") or offer.plans[0]
        typed = self._typed if self._typed is not None and f"{offer.key}-rule" in self._typed else None
        rule, value = AS_LIST, None
        if way is not None and way.amounts:
            rule, value = FIXED, way.amounts.get(plan.word)
        elif way is not None and way.rule is not None:
            rule, value = way.rule.value, None if way.rule is Rule.ON_REQUEST else way.percent
        fields = RowFields(offer.key, typed, rule=rule, value=_short(value), plan=plan.word, was=spelled(way))
        others = []
        if fields.rule.data == FIXED:
            amounts = way.amounts if way else {}
            others = [
                (
                    one,
                    AmountFields(
                        typed, prefix=f"{offer.key}-{one.word}-", data={"value": _short(amounts.get(one.word))}
                    ),
                )
                for one in offer.plans
                if one is not plan
            ]
        return Row(offer, plan, fields, others, self.errors.get(offer.key, ""))

    def changed(self, terms: Terms) -> Mapping[UUID, Way | None]:
        """What was typed anew, by product.  Raises Invalid when a row cannot be taken; `errors` say why, by row."""
        wanted: dict[UUID, Way | None] = {}
        for key, product in self._products():
            try:
                fields, standing = RowFields(key, self._typed), terms.ways.get(product)
                way = self._way(key, fields, standing)
                if spelled(way) == fields.was.data:
                    continue
                _unchanged(standing, since=fields.was.data)
                wanted[product] = _with_what_no_field_shows(way, standing)
            except (Invalid, Conflict) as refused:
                self.errors[key] = str(refused.line)
        if self.errors:
            raise Invalid(N_("Put the marked prices right. Nothing is saved yet."))
        return wanted

    def _products(self) -> list[tuple[str, UUID]]:
        sent = [name.removesuffix("-rule") for name in self._typed or () if name.endswith("-rule")][:MOST_ROWS]
        return [(key, product) for key in sent if (product := read_key(key)) is not None]

    def _way(self, key: str, fields: RowFields, standing: Way | None) -> Way | None:
        rule, value = fields.rule.data, _taken(fields.value)
        if rule == AS_LIST:
            if value is not None:
                raise Invalid(say(N_("Choose how %(value)s is meant."), value=fields.value.raw_data[0]))
            return None
        if rule == FIXED:
            return Way(amounts=self._amounts(key, str(fields.plan.data), value, standing))
        if rule not in set(Rule):
            raise Invalid(N_("Choose one."))
        if rule == Rule.ON_REQUEST:
            if value is not None:
                raise Invalid(N_("Leave the figure out: what is on request has no price."))
            return Way(Rule.ON_REQUEST)
        if value is None:
            raise Invalid(N_("Write a percentage like 12.5."))
        way = Way(Rule(rule), quantize(_within(value, LARGEST[Rule.COST]), KEPT))
        actions.check_way(way)
        return way

    def _amounts(self, key: str, shown: str, value: Decimal | None, standing: Way | None) -> dict[str, Decimal]:
        """The fixed amounts of a product's plans: as typed, and as they stand where a filter hid the plan."""
        typed = {shown: value} if shown in PLANS else {}
        for word in PLANS - {shown}:
            if f"{key}-{word}-value" in (self._typed or ()):
                typed[word] = _taken(AmountFields(self._typed, prefix=f"{key}-{word}-").value)
        amounts = {**(standing.amounts if standing else {}), **typed}
        fixed = {word: _within(amount, LARGEST[FIXED]) for word, amount in amounts.items() if amount is not None}
        if not fixed:
            raise Invalid(N_("Write an amount like 1250.00."))
        return fixed


def written(version: PriceListVersion, wanted: Mapping[UUID, Way | None], owners: Iterable[tuple[int, UUID]]) -> int:
    """Write what was typed anew; how many products it is about."""
    ways = {(owner, product): wanted[product] for owner, product in owners}
    if ways:
        actions.price_alone(version, ways)
    return len(ways)


def _unchanged(standing: Way | None, *, since: str | None) -> None:
    if spelled(standing) != since:
        raise Conflict(N_("Somebody changed this price meanwhile. Look at the page again, then type yours."))


def spelled(way: Way | None) -> str:
    """A way in one word, so that two can be compared: what a row showed, what was typed, what stands."""
    if way is None or not (way.amounts or way.rule):
        return ""
    if way.amounts:
        return ";".join(f"{word}={_short(amount)}" for word, amount in sorted(way.amounts.items()))
    return f"{way.rule}:{_short(way.percent)}"


def _with_what_no_field_shows(way: Way | None, standing: Way | None) -> Way | None:
    """The rounding and the floor stay whatever is typed; amounts and tiers as long as the price is meant in the same way.

    Beside fixed prices stands the rule of the plans that have none.  What is wholly on request leaves nothing of it.
    """
    if standing is None or (way is not None and way.rule is Rule.ON_REQUEST):
        return way
    fixed = frozenset(way.amounts) if way else frozenset()
    whole = replace(way or Way(), rounding=standing.rounding, floor=standing.floor, requests=standing.requests - fixed)
    if way is not None and way.amounts and standing.amounts:
        whole = replace(whole, rule=standing.rule, percent=standing.percent)
    if way is not None and whole.rule == standing.rule and bool(way.amounts) == bool(standing.amounts):
        whole = replace(whole, amount=standing.amount, tiers=standing.tiers, graduated=standing.graduated)
    return None if whole == Way() else whole


def _taken(field: Any) -> Decimal | None:
    """The number that was typed.  Raises Invalid when it is none."""
    if field.process_errors:
        raise Invalid(str(field.process_errors[0]))
    value: Decimal | None = field.data
    return value


def _within(value: Decimal, most: Decimal) -> Decimal:
    if not Decimal(0) <= value <= most:
        raise Invalid(say(N_("Use an amount from %(min)s to %(max)s."), min=0, max=str(most)))
    return value


def _short(value: Decimal | None) -> Decimal | None:
    """12.5 for 12.5000, and 20 for 20.00: as a person types it."""
    if value is None:
        return None
    plain = value.normalize()
    return plain.quantize(Decimal(1)) if plain == plain.to_integral_value() else plain
