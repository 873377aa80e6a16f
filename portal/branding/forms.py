"""What somebody chooses about the brand."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import StringField
from wtforms.validators import ValidationError

from portal.branding import logos
from portal.branding.designing import Wish
from portal.branding.models import Brand, State
from portal.branding.own_css import MOST_BYTES
from portal.core import themes
from portal.core.clock import now, today
from portal.core.dates import meant
from portal.core.fonts import FAMILIES
from portal.core.forms import Amount, Choice, Compared, Form, LongText, Moment, Text, Tick
from portal.core.here import here
from portal.core.themes import Theme
from portal.core.tokens import GROUPS, MOST_LETTERS, NUMBERS, Kind, Token
from portal.core.words import N_

A_DAY, FARTHEST = timedelta(days=1), timedelta(days=730)
_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")


NAMES = {
    "colour": N_("Light, dark and greys"),
    "type": N_("Type"),
    "shape": N_("Shape"),
    "space": N_("Space"),
    "words": N_("Words"),
}
"""What the editor calls the groups of tokens."""


def looks_like_a_colour(form: Form, field: StringField) -> None:  # noqa: ARG001 - the shape WTForms calls
    """Six (or three) hexadecimal digits, with or without the sharp; kept as `#rrggbb`."""
    found = _HEX.fullmatch(field.data or "")
    if found is None:
        raise ValidationError(_l("Write a colour as six digits, like #2759bc."))
    digits = found[1].lower()
    field.data = "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))  # noqa: PLR2004


def with_plain_endings(text: str | None) -> str | None:
    """Lines end with one letter, whatever a browser sends."""
    return text.replace("\r\n", "\n") if text else text


def not_too_much(form: Form, field: StringField) -> None:  # noqa: ARG001 - the shape WTForms calls
    """CSS is measured in bytes."""
    if len((field.data or "").encode()) > MOST_BYTES:
        raise ValidationError(_l("Use at most %(max)d kB.", max=MOST_BYTES >> 10))


class BrandForm(Compared):
    """Name, logo and colours.  Empty colours are taken from the logo, or from the name."""

    name = Text(_l("Name shown"), longest=60)
    logo = FileField(_l("Logo"))
    without_logo = Tick(_l("Use no logo"))
    brand_colour = Text(_l("Brand colour"), looks_like_a_colour, longest=7, required=False)
    accent = Text(_l("Accent colour"), looks_like_a_colour, longest=7, required=False)
    note = Text(_l("Note"), longest=200, required=False)
    shown: Brand | None = None
    its_theme: Theme

    def wish(self) -> Wish:
        """What was chosen, without the logo; what has no field here stays as it is."""
        colours = (self.brand_colour.data or None, self.accent.data or None)
        exact, css = self.takes_exactly(), self.own_css()
        return Wish(self.name.data, *colours, self.its_theme.name, self.chosen_tokens(), exact=exact, css=css)

    def takes_exactly(self) -> bool:
        return self.shown.exact if self.shown else False

    def chosen_tokens(self) -> dict[str, str]:
        return dict(self.shown.tokens) if self.shown else {}

    def own_css(self) -> str:
        """As it was typed."""
        return self.shown.css if self.shown else ""

    def sent_logo(self) -> bytes | None:
        """What was chosen as a logo, were it empty; a byte more than may be taken is enough to refuse it."""
        return self.logo.data.read(logos.MOST_BYTES + 1) if self.logo.data else None

    def differences(self, standing: Mapping[str, Any]) -> list[tuple[str, str, str]]:
        """Also a logo that was chosen here: files are not sent on."""
        sent = self.logo.data.filename if self.logo.data else ""
        again = gettext("%(file)s: choose it again after saving", file=sent)
        return super().differences(standing) + ([(str(self.logo.label.text), "", again)] if sent else [])


class StudioForm(BrandForm):
    """Everything: also the theme, and what a theme lets one choose.  Its fields are made from the theme's own file."""

    exact = Tick(_l("Take the colours exactly as written"))
    theme = Choice(_l("Which theme"), required=False)
    css = LongText(_l("CSS"), not_too_much, longest=MOST_BYTES, filters=[with_plain_endings])

    def takes_exactly(self) -> bool:
        return bool(self.exact.data)

    def own_css(self) -> str:
        return self.css.data or ""

    def chosen_tokens(self) -> dict[str, str]:
        """Token → value, as it is kept, of those that differ from the theme's."""
        typed = ((token, self[field_of(token)].data) for token in tokens_of(self.its_theme))
        taken = ((token, token.taken(str(value))) for token, value in typed if value not in (None, ""))
        return {
            token.name: value for token, value in taken if value is not None and value != token.taken(token.default)
        }

    def groups(self) -> Iterator[tuple[str, list[tuple[Token, Any]]]]:
        """(group, its tokens with their fields), as the editor shows them."""
        for group in GROUPS:
            if found := [(token, self[field_of(token)]) for token in tokens_of(self.its_theme) if token.group == group]:
                yield group, found


class ReasonForm(Form):
    """Why colours are published that cannot be read everywhere."""

    reason = Text(_l("Reason"), longest=300)


class PictureForm(Form):
    """A picture in the place of the one that was made."""

    picture = FileField(_l("Picture"), [FileRequired(_l("Choose a file."))])


class ScheduleForm(ReasonForm):
    """When a draft is published, by the clocks of the house; why, where that is asked.  `moment` is what was meant."""

    at = Moment(_l("Publish on"))
    reason = Text(_l("Reason"), longest=300, required=False)
    moment: datetime

    def validate_at(self, field: Any) -> None:
        if field.data is None:
            return
        days = field.data.date() - today()
        if days > FARTHEST:
            raise ValidationError(gettext("Choose a day within the next two years."))
        found = now() if days < -A_DAY else meant(field.data, here.organization.time_zone)
        if found is None:
            raise ValidationError(gettext("The clocks skip this hour that night. Choose another time."))
        if found <= now():
            raise ValidationError(gettext("This time is over. Choose one that is still to come."))
        self.moment = found


def form_for(brand: Brand | None, name: str, *, whole: bool, **options: Any) -> BrandForm:
    """The form with what is chosen so far; `whole` opens the theme and all it lets one choose.

    A theme that was chosen and not saved yet brings its own fields.
    """
    standing = _standing(brand, name)
    kept = themes.theme(brand.theme if brand else themes.PLAIN)
    if not whole:
        return _made(BrandForm, standing, brand, kept, options)
    sent = options.get("formdata") or request.form
    asked = sent.get("theme", "")
    theme = themes.theme(asked) if asked in themes.names() else kept
    chosen = brand.tokens if brand else {}
    tokens = {field_of(token): _typed(token, chosen.get(token.name)) for token in tokens_of(theme)}
    form = _made(
        _class_of(theme),
        {**standing, **_opened(brand, kept), **tokens},
        brand,
        theme,
        options,
    )
    form["theme"].choices = [(one.name, gettext(one.label)) for one in themes.shipped()]
    return form


def tokens_of(theme: Theme) -> list[Token]:
    """Those the editor has a field of its own for."""
    return [token for token in theme.tokens.values() if token.is_chosen_by_itself]


def field_of(token: Token) -> str:
    return "token_" + token.name.replace("-", "_")


def _made(
    kind: type[BrandForm], standing: dict[str, Any], brand: Brand | None, theme: Theme, options: Any
) -> BrandForm:
    form = kind(standing, besides=brand.files.get("logo") if brand else None, **options)
    form.shown, form.its_theme = brand, theme
    return form


def _standing(brand: Brand | None, name: str) -> dict[str, Any]:
    if brand is None:
        return {"name": name}
    colours = {"brand_colour": brand.brand_colour or "", "accent": brand.accent or ""}
    return {"name": brand.name, **colours, "note": brand.note if brand.state is State.DRAFT else ""}


def _opened(brand: Brand | None, theme: Theme) -> dict[str, Any]:
    """What the larger editions choose besides the theme's tokens."""
    return {"theme": theme.name, "exact": bool(brand and brand.exact), "css": brand.css if brand else ""}


def _typed(token: Token, value: str | None) -> Any:
    """A kept value as its field has it."""
    return Decimal(value) if value and token.kind in NUMBERS else value or None


@lru_cache(maxsize=32)
def _class_of(theme: Theme) -> type[StudioForm]:
    fields = {field_of(token): _field(token) for token in tokens_of(theme)}
    return type("ThemeForm", (StudioForm,), fields)  # the fields are what differs


def _field(token: Token) -> Any:
    label = _l(token.label)
    match token.kind:
        case Kind.NUMBER | Kind.LENGTH:
            return Amount(label, least=token.least, most=token.most, required=False, places=None)
        case Kind.FONT:
            return Choice(
                label,
                [("", _l("As the theme has it")), *((word, one.label) for word, one in FAMILIES.items())],
                required=False,
            )
        case Kind.CHOICE:
            words = [(word, _l(text)) for word, (text, _) in (token.choices or {}).items()]
            return Choice(label, [("", _l("As the theme has it")), *words], required=False)
    return Text(label, longest=MOST_LETTERS, required=False)
