"""What is typed about exchange rates."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired

from portal.catalogue.central_bank import LARGEST, SMALLEST
from portal.core import regions
from portal.core.clock import today
from portal.core.forms import Amount, Choice, Day, Form, Text
from portal.core.here import here


class RateForm(Form):
    """What one unit of a currency is worth in another, from a day on."""

    base = Choice(_l("One unit of"))
    quote = Choice(_l("Is worth, in"))
    rate = Amount(_l("Rate"), least=SMALLEST, most=LARGEST, places=None)
    on = Day(_l("From"))
    source = Text(_l("Source"), longest=120)

    def __init__(self) -> None:
        super().__init__(data={"on": today(), "base": here.organization.currency, "source": gettext("Typed by hand")})
        self.base.choices = self.quote.choices = [("", gettext("Choose one")), *regions.currencies()]

    def facts_of(self) -> dict[str, Any]:
        return {
            "base": self.base.data,
            "quote": self.quote.data,
            "rate": self.rate.data,
            "on": self.on.data,
            "source": self.source.data,
        }


class RatesFileForm(Form):
    """The central bank's file."""

    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))])
