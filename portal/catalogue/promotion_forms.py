"""What is typed about a promotion."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.catalogue.actions import Promised
from portal.catalogue.forms import Percent, kept
from portal.catalogue.models import Breadth, Promotion
from portal.catalogue.queries import Subjects
from portal.catalogue.rule_forms import subject_choices
from portal.core.clock import today
from portal.core.errors import Invalid
from portal.core.forms import Amount, Choice, Compared, Day, Number, Text, Tick
from portal.core.words import N_

MOST_CYCLES = 120
EVERYTHING, ONE = "", "product"


class PromotionForm(Compared):
    """What is taken off, of what, for how many billing cycles, of what is bought when and by whom."""

    name = Text(_l("Name"))
    about = Choice(_l("For what"), required=False)
    code = Text(_l("Product code"), longest=64, required=False)
    percent = Percent(_l("Percentage off"), required=False)
    amount = Amount(_l("Amount off"), required=False, places=None, filters=[kept])
    cycles = Number(_l("Billing cycles"), least=1, most=MOST_CYCLES)
    begins = Day(_l("First day"))
    ends = Day(_l("Last day"), required=False)
    newcomers = Tick(_l("New customers only"))

    def __init__(self, promotion: Promotion | None, code: str, currency: str, subjects: Subjects) -> None:
        super().__init__(standing_of(promotion, code))
        self.unit = currency
        whole = {**subjects.by_breadth, Breadth.SEGMENT: []}
        words = [(EVERYTHING, gettext("Everything in the list")), (ONE, gettext("One product, by its code"))]
        self.about.choices = [*words, *subject_choices(Subjects(whole))]

    def promised(self, keys: Mapping[str, str]) -> Promised:
        """What was typed; `keys` of the products of the range by their codes.  Raises Invalid at the field."""
        breadth, _, about = str(self.about.data or "").partition(":")
        if breadth == ONE:
            about = keys.get(self.code.data or "", "")
            if not about:
                raise Invalid(N_("Write the code of a product of your range."), field="code")
        return Promised(
            name=self.name.data,
            breadth=Breadth(breadth) if breadth else None,
            about=about or None,
            percent=self.percent.data or Decimal(0),
            amount=self.amount.data or Decimal(0),
            cycles=self.cycles.data,
            begins=self.begins.data,
            ends=self.ends.data,
            newcomers=bool(self.newcomers.data),
        )


def standing_of(row: Promotion | None, code: str) -> dict[str, Any]:
    """What a promotion says, as the form shows it."""
    if row is None:
        return {"about": EVERYTHING, "cycles": 1, "begins": today()}
    about = EVERYTHING if row.breadth is None else f"{row.breadth}:{row.about}"
    return {
        "name": row.name,
        "about": ONE if row.breadth is Breadth.PRODUCT else about,
        "code": code,
        "percent": kept(row.percent) or None,
        "amount": kept(row.amount) or None,
        "cycles": row.cycles,
        "begins": row.begins,
        "ends": row.ends,
        "newcomers": row.newcomers,
    }
