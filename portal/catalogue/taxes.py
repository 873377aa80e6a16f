"""The tax that a shop's prices are shown with: what it is called, its rate, and which of the two prices stands first.

The settings say it and the wardrobe reads it along with the clothes, so no page asks a statement more.  A tax is rounded
for each unit price, to the currency's smallest coin, because that is the price one reads, compares and multiplies.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from flask_babel import gettext

from portal.catalogue.prices import coin
from portal.core.dates import money
from portal.core.money import Money, quantize

HUNDRED = Decimal(100)
GROSS = "gross"


@dataclass(frozen=True, slots=True)
class Tax:
    """None at a rate of 0: then there is one price, and nothing stands beside it."""

    name: str = ""
    rate: Decimal = Decimal(0)
    is_included: bool = False  # the price with tax stands first

    @classmethod
    def worn(cls, dress: Mapping[str, Any]) -> Tax:
        """The tax of the shop one is in."""
        return cls(dress.get("tax_name") or "", dress.get("tax_rate") or Decimal(0), dress.get("tax_shown") == GROSS)

    def on(self, net: Money) -> Money:
        """The price with tax."""
        return Money(quantize(net.amount * (HUNDRED + self.rate) / HUNDRED, coin(net.currency)), net.currency)

    def main(self, net: Money) -> Money:
        """The price that stands first."""
        return self.on(net) if self.is_included else net

    def beside(self, net: Money) -> str:
        """The other one, small: "€23.80 with VAT"; nothing where no tax is charged."""
        if not self.rate:
            return ""
        if self.is_included:
            return str(gettext("%(price)s without %(tax)s", price=money(net), tax=self.name))
        return str(gettext("%(price)s with %(tax)s", price=money(self.on(net)), tax=self.name))

    def total(self, each: Money | None, net: Money, quantity: int) -> Money:
        """What so many come to, as it stands first: the price one reads, times so many."""
        return self._summed(each, net, quantity) if self.is_included else net

    def beside_total(self, each: Money | None, net: Money, quantity: int) -> str:
        if not self.rate:
            return ""
        if self.is_included:
            return str(gettext("%(price)s without %(tax)s", price=money(net), tax=self.name))
        return str(gettext("%(price)s with %(tax)s", price=money(self._summed(each, net, quantity)), tax=self.name))

    def _summed(self, each: Money | None, net: Money, quantity: int) -> Money:
        return self.on(each) * quantity if each else self.on(net)
