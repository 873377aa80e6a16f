"""What is typed about a price sheet: which of its columns is which, and how it writes numbers and dates."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import ValidationError

from portal.catalogue.models import PriceSheet
from portal.catalogue.sheets.layout import AMOUNTS, COLUMNS, DATES, LEFT_OUT, Layout, plain
from portal.catalogue.sheets.spelling import DAYS, NUMBERS, Spelling
from portal.core.clock import today
from portal.core.forms import Choice, Day, Form, Tick

AT_ONCE, ON_A_DAY = "now", "day"
FARTHEST = timedelta(days=730)
NOT_THERE = "none"
EXAMPLES = 3


class UploadForm(Form):
    """A price sheet as the vendor sends it."""

    file = FileField(_l("Price sheet"), [FileRequired(_l("Choose a file."))])


class DayForm(Form):
    """The day a sheet is applied on."""

    day = Day(_l("Apply on"))

    def validate_day(self, field: Any) -> None:
        if field.data and field.data > today() + FARTHEST:
            raise ValidationError(gettext("Choose a day within the next two years."))


class ApplicationForm(DayForm):
    """How a sheet is applied."""

    ends_missing = Tick(_l("Discontinue what this sheet no longer names"))
    when = RadioField(
        _l("When"),
        choices=[SelectChoice(AT_ONCE, _l("At once")), SelectChoice(ON_A_DAY, _l("On a day"))],
        default=AT_ONCE,
    )
    day = Day(_l("Apply on"), required=False)

    @property
    def on(self) -> date | None:
        return self.day.data if self.when.data == ON_A_DAY else None

    def validate(self, *args: Any, **options: Any) -> bool:
        """Also that there is a day, where one is wanted."""
        good = bool(super().validate(*args, **options))
        if self.when.data == ON_A_DAY and not self.day.data and not self.day.errors:
            self.day.errors = [gettext("This is needed.")]
            return False
        return good


class MappingForm(Form):
    """One choice for each needed column, and one for how each column of numbers or dates is written."""

    def layout(self, sheet: PriceSheet) -> Layout:
        places = {column: _place(self[plain(column)].data) for column in COLUMNS}
        spellings = {column: Spelling(self[_spelling(column)].data) for column in (*AMOUNTS, *DATES)}
        return Layout(Layout.of(sheet.layout).separator, places, spellings)

    @property
    def columns(self) -> list[tuple[Any, Any | None]]:
        """Each needed column's field, with that of its spelling where it has one."""
        spelt = {*AMOUNTS, *DATES}
        return [(self[plain(column)], self[_spelling(column)] if column in spelt else None) for column in COLUMNS]


def mapping_form(sheet: PriceSheet) -> MappingForm:
    """The form for this file's columns; preset with what is known already."""
    known = Layout.of(sheet.layout)
    there = [
        (str(place), name or gettext("column %(number)s", number=place + 1)) for place, name in enumerate(sheet.header)
    ]
    fields: dict[str, Any] = {}
    for column in COLUMNS:
        without = [(NOT_THERE, gettext("Not in this file"))] if column in LEFT_OUT else []
        fields[plain(column)] = Choice(column, [("", gettext("Choose a column")), *without, *there])
    for column in (*AMOUNTS, *DATES):
        ways = NUMBERS if column in AMOUNTS else DAYS
        choices = [
            ("", gettext("Choose how it is written")),
            *((way.value, gettext(text)) for way, text in ways.items()),
        ]
        fields[_spelling(column)] = Choice(gettext("%(column)s is written like", column=column), choices)
    made: MappingForm = type("MappingForm", (MappingForm,), fields)(data=_preset(known))
    return made


def _preset(known: Layout) -> dict[str, str]:
    places = {plain(column): NOT_THERE if place is None else str(place) for column, place in known.places.items()}
    return places | {_spelling(column): spelling.value for column, spelling in known.spellings.items()}


def _place(chosen: str) -> int | None:
    return None if chosen == NOT_THERE else int(chosen)


def _spelling(column: str) -> str:
    return f"{plain(column)}_spelling"


def columns_of(sheet: PriceSheet) -> list[tuple[str, str, list[str]]]:
    """The file's own columns: name, what it is used as, the first values."""
    uses = {place: column for column, place in Layout.of(sheet.layout).places.items() if place is not None}
    return [
        (name, uses.get(place, ""), [row[place] for row in sheet.sample[:EXAMPLES] if place < len(row)])
        for place, name in enumerate(sheet.header)
    ]


def ignored(sheet: PriceSheet) -> list[str]:
    """Columns of the file that nothing is read from."""
    return [name for name, use, _ in columns_of(sheet) if not use] if sheet.layout else []


def understood(sheet: PriceSheet) -> list[tuple[str, str]]:
    """How numbers and dates were read: (column, an example)."""
    if not sheet.layout:
        return []
    known = Layout.of(sheet.layout)
    ways = NUMBERS | DAYS
    named = [(column, known.spellings.get(column)) for column in (*AMOUNTS, *DATES)]
    return [(column, gettext(ways[way])) for column, way in named if way and known.places.get(column) is not None]
