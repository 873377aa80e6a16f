"""What somebody chooses about the brand."""

import re
from typing import Any

from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import StringField
from wtforms.validators import ValidationError

from portal.branding.logos import MOST_BYTES
from portal.branding.models import Brand
from portal.core.forms import Form, Text, Tick

_HEX = re.compile(r"#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})")


def looks_like_a_colour(form: Form, field: StringField) -> None:  # noqa: ARG001 - the shape WTForms calls
    """Six (or three) hexadecimal digits, with or without the sharp; kept as `#rrggbb`."""
    found = _HEX.fullmatch(field.data or "")
    if found is None:
        raise ValidationError(_l("Write a colour as six digits, like #2759bc."))
    digits = found[1].lower()
    field.data = "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))  # noqa: PLR2004


class BrandForm(Form):
    """Name, logo and colours.  Empty colours are taken from the logo, or from the name."""

    name = Text(_l("Name shown"), longest=60)
    logo = FileField(_l("Logo"))
    without_logo = Tick(_l("Use no logo"))
    brand_colour = Text(_l("Brand colour"), looks_like_a_colour, longest=7, required=False)
    accent = Text(_l("Accent colour"), looks_like_a_colour, longest=7, required=False)

    def wishes(self) -> dict[str, Any]:
        """As `designing.design` takes them, without the logo."""
        return {
            "name": self.name.data,
            "brand_colour": self.brand_colour.data or None,
            "accent": self.accent.data or None,
        }

    def sent_logo(self) -> bytes | None:
        """What was chosen as a logo, were it empty; a byte more than may be taken is enough to refuse it."""
        return self.logo.data.read(MOST_BYTES + 1) if self.logo.data else None

    @classmethod
    def showing(cls, brand: Brand | None, name: str) -> "BrandForm":
        """The form with what is chosen so far."""
        if brand is None:
            return cls(data={"name": name})
        chosen = {"name": brand.name, "brand_colour": brand.brand_colour or "", "accent": brand.accent or ""}
        return cls(data=chosen)
