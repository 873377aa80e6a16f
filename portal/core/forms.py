"""Forms: fields that take what people type, refuse what nobody means to type, and lose nothing.

form = AccountForm()
if form.accepted():
    with form.catching():
        return see(url("accounts.show", key=actions.open_account(**form.facts()).key))
return render("accounts/form.html", form=form), form.status
"""

from __future__ import annotations

import unicodedata
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any

from babel.numbers import get_decimal_symbol
from flask import g, request
from flask_babel import get_locale, gettext, ngettext
from flask_babel import lazy_gettext as _l
from flask_wtf import FlaskForm
from markupsafe import Markup, escape
from sqlalchemy.exc import IntegrityError
from werkzeug.datastructures import MultiDict
from wtforms import (
    BooleanField,
    DateField,
    DateTimeLocalField,
    DecimalField,
    EmailField,
    FileField,
    HiddenField,
    IntegerField,
    PasswordField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange, Optional, ValidationError
from wtforms.widgets import Select, TextInput, html_params

from portal.core.dates import day
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.money import AMOUNT_LIMIT
from portal.core.once import one_time_key
from portal.core.words import N_, Line, say

UNPROCESSABLE = 422
BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
Said = Any  # a str or a lazy one


_SENT_AT_TIMES = (BooleanField, FileField, RadioField, SelectMultipleField)
"""Fields of which a browser sends nothing when nothing is chosen."""
TOKENS = frozenset({"csrf_token", "once"})
SECRETS: set[str] = set()
"""The names of all fields that take a password, whatever form they stand in: what is typed there is kept nowhere."""


REFUSALS = (N_("Not a valid choice."), N_("Not a valid date value."), N_("Not a valid integer value."))
"""What WTForms says by itself."""


class _Words:
    """WTForms' own texts, said from our catalogues: it has not every language, and not every text in those it has."""

    def gettext(self, text: str) -> str:
        return str(gettext(text))

    def ngettext(self, one: str, many: str, count: int) -> str:
        return str(ngettext(one, many, count))


class Form(FlaskForm):  # type: ignore[misc]
    """A form that knows whether it was accepted, and shows a verb's objections at their fields."""

    once = HiddenField(default=one_time_key)

    class Meta(FlaskForm.Meta):  # type: ignore[misc]
        def get_translations(self, form: Any) -> _Words:  # noqa: ARG002 - the shape WTForms calls
            return _Words()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was sent: words for every field, files for those that take files, and nothing else (no JSON)."""
            if formdata is None or isinstance(formdata, MultiDict):
                return formdata
            if not form.is_submitted():
                return form.typed_before()
            taking = {name for name, field in form._fields.items() if isinstance(field, FileField)}
            files = [(name, file) for name, file in request.files.items(multi=True) if name in taking]
            return MultiDict([*request.form.items(multi=True), *files]) or None

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        fields = {name: getattr(field, "field_class", object) for name, field in vars(cls).items()}
        SECRETS.update(name for name, kind in fields.items() if issubclass(kind, PasswordField))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.status = 200
        self.form_errors: list[str] = []

    def typed_before(self) -> MultiDict[str, str] | None:
        """What the reader sent from this very form when his sign-in was over: the page shows it again."""
        words = g.get("typed_before")
        sent = {name for name, field in self._fields.items() if not isinstance(field, _SENT_AT_TIMES)}
        own = sent - TOKENS - SECRETS
        if not words or not own or not own <= set(words):
            return None
        g.shown_again = True
        return words  # type: ignore[no-any-return] # g knows no types

    def accepted(self) -> bool:
        """Whether it was sent, and every field can be taken."""
        if not self.is_submitted():
            return False
        if self.validate():
            return True
        self.status = UNPROCESSABLE
        return False

    @contextmanager
    def catching(self) -> Iterator[None]:
        """Put a verb's objection at its field; nothing of the verb remains, everything typed does."""
        try:
            yield
            db.session.flush()
        except (Invalid, Conflict) as problem:
            db.session.rollback()
            for one in (problem, *getattr(problem, "besides", ())):
                self.object_to(one.line, field=one.field, status=one.status)
        except IntegrityError:
            db.session.rollback()
            line = say(N_("Somebody saved the same thing at the same moment. Look at it, then save again."))
            self.object_to(line, status=Conflict.status)

    def object_to(self, line: Line, *, field: str | None = None, status: int = UNPROCESSABLE) -> None:
        self.status = status
        if field and field in self._fields:
            self._fields[field].errors = [*self._fields[field].errors, str(line)]
        else:
            self.form_errors = [*self.form_errors, str(line)]

    def facts(self, *without: str) -> dict[str, Any]:
        """What was typed, by field name, without tokens and buttons."""
        hidden = {"csrf_token", "once", *without}
        return {name: field.data for name, field in self._fields.items() if name not in hidden}


class Versioned(Form):
    """A form that carries the version of the row it was made from: what somebody wrote since is not overwritten."""

    version = HiddenField()

    def read_version(self) -> int:
        text = str(self.version.data or "")
        return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - fits an integer

    def differences(self, standing: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """(label, saved meanwhile, typed here) of every field that differs from the row as it stands now."""
        fields = [self[name] for name in standing if name != "version"]
        pairs = [(field, _shown(field, standing[field.name]), _shown(field, field.data)) for field in fields]
        return [(str(field.label.text), theirs, mine) for field, theirs, mine in pairs if theirs != mine]


class Compared(Versioned):
    """A form of a row that has no version of its own: what it said when the form was made stands for one."""

    def __init__(self, standing: Mapping[str, Any] | None = None, *, besides: Any = None, **options: Any) -> None:
        """`besides` is what the row says that no field shows."""
        self.standing = dict(standing or {})
        self.standing_mark = zlib.crc32(repr((sorted(self.standing.items()), besides)).encode()) % 10**9
        super().__init__(data={**self.standing, "version": str(self.standing_mark)}, **options)

    @property
    def is_overtaken(self) -> bool:
        """Whether somebody saved the row since this form was shown."""
        return self.read_version() != self.standing_mark

    def conflict(self, name: str) -> dict[str, Any]:
        """What the page says that shows both; `name` is what the row is called."""
        row = {"name": name, "version": self.standing_mark}
        return {"form": self, "row": row, "differences": self.differences(self.standing)}


def _shown(field: Any, value: Any) -> str:
    """A field's value as a person reads it."""
    if choices := getattr(field, "choices", None):
        labels = {known: label for known, label, *_ in choices}  # pairs, or WTForms' own kind with more in it
        return str(labels.get(value or "", value or ""))
    if isinstance(value, bool):
        return str(_l("Yes") if value else _l("No"))
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return day(value)
    return "" if value is None else str(value)


def _stripped(text: str | None) -> str | None:
    """Outer blanks gone, inner letters composed; typing that is only blanks is nothing."""
    return unicodedata.normalize("NFC", text).strip() if isinstance(text, str) else text


def no_hidden_letters(form: Any, field: Any) -> None:  # noqa: ARG001 - the shape WTForms calls
    """Control characters and direction marks are refused: they make one thing look like another."""
    lines = "\n\r\t" if isinstance(field, TextAreaField) else ""
    for letter in field.data or "":
        if letter in BIDI or (unicodedata.category(letter) in {"Cc", "Cs", "Co"} and letter not in lines):
            raise ValidationError(
                _l("Take out the invisible character %(code)s: it cannot be stored.", code=f"U+{ord(letter):04X}")
            )


def _validators(required: bool, longest: int, extra: tuple[Any, ...]) -> list[Any]:  # noqa: FBT001 - one internal caller
    first = DataRequired(_l("This is needed.")) if required else Optional(strip_whitespace=True)
    too_long = Length(max=longest, message=_l("Use at most %(max)d characters.", max=longest))
    return [first, no_hidden_letters, too_long, *extra]


def Text(label: Said, *extra: Any, longest: int = 120, required: bool = True, **options: Any) -> StringField:  # noqa: N802
    """One line of text."""
    return StringField(label, _validators(required, longest, extra), filters=[_stripped], **options)


def LongText(label: Said, *extra: Any, longest: int = 4000, required: bool = False, **options: Any) -> TextAreaField:  # noqa: N802
    """Several lines."""
    filters = [_stripped, *options.pop("filters", ())]
    return TextAreaField(label, _validators(required, longest, extra), filters=filters, **options)


def Secret(label: Said, *extra: Any, longest: int = 1000, required: bool = True, **options: Any) -> PasswordField:  # noqa: N802
    """A password: taken as typed, never shown again."""
    first = InputRequired(_l("This is needed.")) if required else Optional(strip_whitespace=False)
    too_long = Length(max=longest, message=_l("Use at most %(max)d characters.", max=longest))
    return PasswordField(label, [first, too_long, *extra], **options)


def Email(label: Said, *extra: Any, required: bool = True, **options: Any) -> EmailField:  # noqa: N802
    """An e-mail address, as far as its form can tell."""
    return EmailField(label, _validators(required, 254, (looks_like_mail, *extra)), filters=[_stripped], **options)


def looks_like_mail(form: Any, field: Any) -> None:  # noqa: ARG001 - the shape WTForms calls
    name, at, host = (field.data or "").rpartition("@")
    good = at and name and "." in host and not host.startswith(".") and not host.endswith(".") and ".." not in host
    if not good or any(letter.isspace() or letter in '<>(),;:"\\' for letter in field.data):
        raise ValidationError(_l("Write an e-mail address like name@company.example."))


def Choice(label: Said, choices: Any = (), *extra: Any, required: bool = True, **options: Any) -> SelectField:  # noqa: N802
    """One of several; `choices` are (value, label) pairs, or set later on the form."""
    first = InputRequired(_l("Choose one.")) if required else Optional()
    return _OneOf(label, [first, *extra], choices=[SelectChoice(value, text) for value, text in choices], **options)


class _Options(Select):  # type: ignore[misc]
    """Writes the options by itself: WTForms calls nine functions for each, also of four hundred time zones."""

    def __call__(self, field: Any, **attributes: Any) -> Markup:
        pairs = ((one.value, one.label) if isinstance(one, SelectChoice) else one for one in field.choices or ())
        options = (
            f'<option{" selected" if field.coerce(value) == field.data else ""} value="{escape(value)}">{escape(label)}</option>'
            for value, label in pairs
        )
        named = {"id": field.id, "name": field.name, "required": bool(field.flags.required), **attributes}
        return Markup(f"<select {html_params(**named)}>{''.join(options)}</select>")  # noqa: S704 - escaped, each part


class _OneOf(SelectField):  # type: ignore[misc]
    """Judges by values alone: WTForms makes two objects of every choice first, also of four hundred time zones."""

    widget = _Options()

    def pre_validate(self, form: Any) -> None:  # noqa: ARG002 - the shape WTForms calls
        known = {self.coerce(one.value if isinstance(one, SelectChoice) else one[0]) for one in self.choices or ()}
        if not self.process_errors and self.data not in known:
            raise ValidationError(self.gettext("Not a valid choice."))


def Tick(label: Said, **options: Any) -> BooleanField:  # noqa: N802
    """Yes or no."""
    return BooleanField(label, **options)


def Number(  # noqa: N802
    label: Said, *extra: Any, least: int = 0, most: int = 1_000_000, required: bool = True, **options: Any
) -> IntegerField:
    """A whole number."""
    first = InputRequired(_l("This is needed.")) if required else Optional()
    bounds = NumberRange(least, most, _l("Use a number from %(min)s to %(max)s.", min=least, max=most))
    return IntegerField(label, [first, bounds, *extra], **options)


class AmountField(DecimalField):  # type: ignore[misc]
    """A decimal typed with a point or a comma; never a float, never NaN or infinity."""

    widget = TextInput()  # a number box would refuse the comma

    def _value(self) -> str:
        """What was typed, as it was typed; else the number with the reader's decimal sign."""
        shown = str(super()._value())
        return shown if self.raw_data else shown.replace(".", get_decimal_symbol(get_locale() or "en"))

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not valuelist[0].strip():
            self.data = None
            return
        try:
            self.data = Decimal(_with_point(valuelist[0]))
        except (ArithmeticError, ValueError):
            self.data = None
            raise ValueError(str(_l("Write an amount like 1250.00."))) from None


def _with_point(text: str) -> str:
    """`1.250,50`, `1,250.50` and `1250,50` as `1250.50`."""
    plain = "".join(text.split()).replace("\u2019", "").replace("'", "")
    if not all(letter.isascii() and (letter.isdigit() or letter in "+-.,") for letter in plain):
        raise ValueError(text)
    point = max(plain.rfind("."), plain.rfind(","))
    whole, part = (plain[:point], plain[point + 1 :]) if point >= 0 else (plain, "")
    return whole.replace(".", "").replace(",", "") + (f".{part}" if part else "")


def Amount(  # noqa: N802
    label: Said,
    *extra: Any,
    least: Decimal = Decimal(0),
    most: Decimal = AMOUNT_LIMIT,
    required: bool = True,
    **options: Any,
) -> AmountField:
    """An amount of money, or a per cent, as Decimal."""
    first = InputRequired(_l("This is needed.")) if required else Optional()
    bounds = NumberRange(least, most, _l("Use an amount from %(min)s to %(max)s.", min=least, max=most))
    return AmountField(label, [first, bounds, *extra], places=options.pop("places", 2), **options)


def Day(label: Said, *extra: Any, required: bool = True, **options: Any) -> DateField:  # noqa: N802
    """A date, as the browser's date field sends it (ISO)."""
    first = InputRequired(_l("This is needed.")) if required else Optional()
    return DateField(label, [first, *extra], **options)


def Moment(label: Said, *extra: Any, required: bool = True, **options: Any) -> DateTimeLocalField:  # noqa: N802
    """A date and a time to the minute, as the browser's own field sends it; where that is, the form has to know."""
    first = InputRequired(_l("This is needed.")) if required else Optional()
    return DateTimeLocalField(label, [first, *extra], format=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"], **options)
