"""What is typed about a part of a list's range: whether it is in, and how it is priced, from which number of units on."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import RadioField

from portal.catalogue.forms import Added, Percent, kept
from portal.catalogue.models import Breadth, PriceListEntry, Rounding, Rule
from portal.catalogue.models.products import BILLINGS, SEGMENTS, TERMS
from portal.catalogue.prices import GoodPlan, PlanOffer, Tier, Way
from portal.catalogue.prices.facts import way_from
from portal.catalogue.queries import Subjects
from portal.catalogue.wording import rounding_choices
from portal.core.forms import Amount, Choice, Compared, Number, Tick

MOST_TIERS, SPARE = 30, 2
MOST_UNITS = 10_000_000
ALL, EACH = "all", "each"
AS_LIST, IN, OUT = "", "in", "out"
SELLS = {AS_LIST: None, IN: True, OUT: False}
BREADTHS = {
    Breadth.TYPE: _l("Product type"),
    Breadth.CATEGORY: _l("Category"),
    Breadth.VENDOR: _l("Vendor"),
    Breadth.SEGMENT: _l("Segment"),
}
RULES = {
    AS_LIST: _l("As the list"),
    Rule.MARGIN.value: _l("Margin %"),
    Rule.COST.value: _l("Cost + %"),
    Rule.RECOMMENDED.value: _l("Recommended \u2212 %"),
    Rule.ON_REQUEST.value: _l("Price on request"),
}
_ROW, _SENT = re.compile(r"first_(\d{1,2})"), re.compile(r"(?:first|percent)_(\d{1,2})")


class RuleForm(Compared):
    """What one entry of a version says.  `of` makes it with a row for each tier, and some to spare."""

    about = Choice(_l("For what"))
    sells = RadioField(_l("In the list"), default=AS_LIST)
    rule = Choice(_l("Price"), RULES.items(), required=False)
    percent = Percent(_l("Percentage"), required=False)
    amount = Added(_l("Plus or minus"))
    rounding = Choice(_l("Rounding"), required=False)
    floor = Percent(_l("Never under cost plus"), required=False)
    graduated = RadioField(_l("Which units have a tier’s price"), default=ALL)

    @classmethod
    def of(cls, entry: PriceListEntry | None, currency: str, plans: Sequence[PlanOffer] = ()) -> RuleForm:
        """The form of an entry; with the plans of a product it asks for their fixed prices too."""
        standing = standing_of(entry, plans)
        fields = {
            name: field for number in range(_rows_wanted(standing)) for name, field in _row(number, plans).items()
        }
        fields |= {f"fixed_{plan.word}": _fixed(plan_title(plan)) for plan in plans}
        fields |= {
            f"request_{plan.word}": Tick(gettext("On request: %(plan)s", plan=plan_title(plan))) for plan in plans
        }
        made = type(cls.__name__, (cls,), fields)(standing)
        made.prepare(currency, plans)
        return made  # type: ignore[no-any-return] # made of it above

    def prepare(self, currency: str, plans: Sequence[PlanOffer]) -> None:
        self.unit, self.plans = currency, plans
        words = {AS_LIST: gettext("As the broader rule"), IN: gettext("In the list"), OUT: gettext("Not in the list")}
        self.sells.choices = list(words.items())
        self.rounding.choices = [("", gettext("As the broader rule")), *rounding_choices(currency)]
        units = {ALL: gettext("All units, once the tier is reached"), EACH: gettext("Only the units of that tier")}
        self.graduated.choices = list(units.items())

    def offer(self, subjects: Subjects) -> None:
        """Let one choose of what the rule is to speak."""
        self.about.choices = [("", gettext("Choose one")), *subject_choices(subjects)]

    @property
    def chosen(self) -> tuple[Breadth, str]:
        breadth, _, about = str(self.about.data).partition(":")
        return Breadth(breadth), about

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields of each tier; `prices` are those of a product's plans."""
        numbers = [int(found[1]) for name in self._fields if (found := _ROW.fullmatch(name))]
        return [
            {
                "first": self[f"first_{number}"],
                "percent": self[f"percent_{number}"],
                "prices": [self[f"price_{number}_{plan.word}"] for plan in self.plans],
            }
            for number in numbers
        ]

    @property
    def fixed(self) -> list[tuple[Any, Any]]:
        """Of each plan its fixed price, and whether it is on request."""
        return [(self[f"fixed_{plan.word}"], self[f"request_{plan.word}"]) for plan in self.plans]

    def validate(self, extra_validators: Any = None) -> bool:
        whole = super().validate(extra_validators)
        for row in self.rows:
            said = [row["percent"], *row["prices"]]
            if row["first"].data is not None and all(one.data is None and not one.errors for one in said):
                row["percent"].errors = [gettext("Say what its price is.")]
                whole = False
            if row["first"].data is None and not row["first"].errors and any(one.data is not None for one in said):
                row["first"].errors = [gettext("Write from how many units on.")]
                whole = False
        return bool(whole)

    def terms(self) -> dict[str, Any]:
        """What was typed, as the verbs take it."""
        rule = Rule(self.rule.data) if self.rule.data else None
        way = Way(
            rule,
            self.percent.data or Decimal(0),
            _given({plan.word: self[f"fixed_{plan.word}"].data for plan in self.plans}),
            self.amount.data or Decimal(0),
            tuple(sorted(self._tiers(), key=lambda tier: tier.first)),
            self.graduated.data == EACH,
            Rounding(self.rounding.data) if self.rounding.data else None,
            self.floor.data,
            frozenset(plan.word for plan in self.plans if self[f"request_{plan.word}"].data),
        )
        return {"sells": SELLS[self.sells.data or AS_LIST], "way": way}

    def _tiers(self) -> list[Tier]:
        found = []
        for row in self.rows:
            if row["first"].data is not None:
                words = {plan.word: box.data for plan, box in zip(self.plans, row["prices"], strict=True)}
                found.append(Tier(row["first"].data, row["percent"].data, _given(words)))
        return found


def _given(amounts: Mapping[str, Decimal | None]) -> dict[str, Decimal]:
    return {word: amount for word, amount in amounts.items() if amount is not None}


def _fixed(label: Any) -> Any:
    return Amount(label, required=False, places=None, filters=[kept])


def _row(number: int, plans: Sequence[PlanOffer]) -> dict[str, Any]:
    """The fields of one tier."""
    fields: dict[str, Any] = {
        f"first_{number}": Number(_l("From units"), least=2, most=MOST_UNITS, required=False),
        f"percent_{number}": Percent(_l("Percentage"), required=False),
    }
    return fields | {f"price_{number}_{plan.word}": _fixed(plan_title(plan)) for plan in plans}


def plan_title(plan: PlanOffer | GoodPlan) -> str:
    """A plan as one chooses it: "1 year, billed monthly, Education"."""
    words = (TERMS[plan.term], BILLINGS[plan.billing], SEGMENTS[plan.segment])
    return ", ".join(gettext(word) for word in words)


def subject_choices(subjects: Subjects) -> list[tuple[str, str]]:
    """Of what one may speak: "category:" and its key, with both in words."""
    return [
        (f"{breadth}:{about}", f"{BREADTHS[breadth]}: {title}")
        for breadth, known in subjects.by_breadth.items()
        for about, title in known
    ]


def standing_of(entry: PriceListEntry | None, plans: Sequence[PlanOffer]) -> dict[str, Any]:
    """What an entry says, as the form shows it."""
    if entry is None:
        return {"sells": AS_LIST, "rule": AS_LIST, "rounding": "", "graduated": ALL}
    way = way_of_entry(entry)
    said: dict[str, Any] = {
        "sells": next(word for word, sells in SELLS.items() if sells is entry.sells),
        "rule": way.rule.value if way.rule else AS_LIST,
        "percent": kept(entry.percent),
        "amount": kept(entry.amount) or None,
        "rounding": way.rounding.value if way.rounding else "",
        "floor": kept(way.floor),
        "graduated": EACH if way.graduated else ALL,
    }
    words = {plan.word for plan in plans}
    said |= {f"fixed_{word}": kept(amount) for word, amount in way.amounts.items() if word in words}
    said |= {f"request_{word}": word in way.requests for word in words}
    for number, tier in enumerate(way.tiers):
        said |= {f"first_{number}": tier.first, f"percent_{number}": kept(tier.percent)}
        said |= {f"price_{number}_{word}": kept(amount) for word, amount in tier.amounts.items() if word in words}
    return said


def way_of_entry(entry: PriceListEntry) -> Way:
    """How the entry prices its part of the range."""
    said = (entry.rule, entry.percent, entry.amount, entry.amounts, entry.tiers, entry.graduated)
    return way_from((*said, entry.rounding, entry.floor, entry.requests))


def _rows_wanted(standing: Mapping[str, Any]) -> int:
    """As many tiers as stand and as were sent, and some to spare; more when more were asked for."""
    stand = sum(1 for name in standing if _ROW.fullmatch(name))
    if request.method != "POST":
        return min(MOST_TIERS, stand + SPARE)
    sent = [int(found[1]) + 1 for name in request.form if (found := _SENT.fullmatch(name))]
    more = SPARE if request.form.get("do") == "more" else 0
    return min(MOST_TIERS, max([stand, *sent]) + more)
