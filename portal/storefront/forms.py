"""What is typed about a storefront."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, ValidationError

from portal.core.forms import Choice, Email, Form, Text
from portal.storefront.models import NETWORKS, SHOWN, Storefront, Visibility


def _leads_out(_: Form, field: Any) -> None:
    """A whole address, so that nobody sends visitors somewhere else by accident or by script."""
    if not field.data:
        return
    parts = urlsplit(field.data)
    if parts.scheme != "https" or not parts.hostname or "." not in parts.hostname or any(map(str.isspace, field.data)):
        raise ValidationError(gettext("Write the whole address, beginning with https://."))


class AdmissionForm(Form):
    """Who may enter."""

    visibility = Choice(_l("Who may enter"))

    def __init__(self, storefront: Storefront) -> None:
        super().__init__(data={"visibility": str(storefront.visibility)})
        self.visibility.choices = [(str(one), gettext(SHOWN[one][1])) for one in Visibility]

    @property
    def wanted(self) -> Visibility:
        return Visibility(self.visibility.data)


class ContactForm(Form):
    """How visitors reach the tenant.  `version` is the one that was read."""

    version = HiddenField()
    email = Email(_l("E-mail"), required=False)
    phone = Text(_l("Phone"), longest=40, required=False)
    hours = Text(_l("When you can be reached"), longest=120, required=False)
    website = Text(_l("Company website"), _leads_out, longest=300, required=False)
    linkedin = Text("LinkedIn", _leads_out, longest=300, required=False)
    mastodon = Text("Mastodon", _leads_out, longest=300, required=False)
    facebook = Text("Facebook", _leads_out, longest=300, required=False)
    instagram = Text("Instagram", _leads_out, longest=300, required=False)
    youtube = Text("YouTube", _leads_out, longest=300, required=False)

    def __init__(self, storefront: Storefront) -> None:
        super().__init__(
            data={
                "version": str(storefront.version),
                "email": storefront.contact_email,
                "phone": storefront.contact_phone,
                "hours": storefront.contact_hours,
                **storefront.networks,
            }
        )

    def words(self) -> dict[str, Any]:
        """What was typed, as the verb takes it."""
        return {
            "email": self.email.data or "",
            "phone": self.phone.data or "",
            "hours": self.hours.data or "",
            "networks": {name: self[name].data for name in NETWORKS if self[name].data},
        }
