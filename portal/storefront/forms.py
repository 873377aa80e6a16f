"""What is typed about a storefront."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import ValidationError

from portal.core.forms import Choice, Compared, Email, Form, LongText, Number, Text, Versioned
from portal.storefront.guard import GuardedForm
from portal.storefront.models import NETWORKS, SHOWN, Page, Storefront, Topic, Visibility

MOST_DIGITS = 6


def leads_out(_: Form, field: Any) -> None:
    """A whole address, so that nobody sends visitors somewhere else by accident or by script."""
    if not field.data:
        return
    try:
        parts = urlsplit(field.data)
    except ValueError:  # brackets that are no address
        parts = urlsplit("")
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


class ContactForm(Compared):
    """How visitors reach the tenant."""

    email = Email(_l("E-mail"), required=False)
    phone = Text(_l("Phone"), longest=40, required=False)
    hours = Text(_l("When you can be reached"), longest=120, required=False)
    website = Text(_l("Company website"), leads_out, longest=300, required=False)
    linkedin = Text(_l("LinkedIn"), leads_out, longest=300, required=False)
    mastodon = Text(_l("Mastodon"), leads_out, longest=300, required=False)
    facebook = Text(_l("Facebook"), leads_out, longest=300, required=False)
    instagram = Text(_l("Instagram"), leads_out, longest=300, required=False)
    youtube = Text(_l("YouTube"), leads_out, longest=300, required=False)

    def __init__(self, storefront: Storefront) -> None:
        contact = {
            "email": storefront.contact_email,
            "phone": storefront.contact_phone,
            "hours": storefront.contact_hours,
        }
        super().__init__({**contact, **dict.fromkeys(NETWORKS, ""), **storefront.networks})

    def words(self) -> dict[str, Any]:
        """What was typed, as the verb takes it."""
        return {
            "email": self.email.data or "",
            "phone": self.phone.data or "",
            "hours": self.hours.data or "",
            "networks": {name: self[name].data for name in NETWORKS if self[name].data},
        }


class PageForm(Versioned):
    """A page of the shop, as its owner writes it."""

    title = Text(_l("Title"), longest=120)
    text = LongText(_l("Text"), longest=60_000)

    def __init__(self, page: Page | None, topic: Topic) -> None:
        self._standing = {"title": page.title, "text": page.text} if page else {"title": "", "text": ""}
        self._version = page.version if page else 0
        super().__init__(
            data={**self._standing, "version": str(self._version)}
            if page
            else {"title": gettext(topic.label), "version": "0"}
        )

    @property
    def is_overtaken(self) -> bool:
        """Whether somebody saved the page since this form was shown."""
        return self.read_version() != self._version

    def read_meanwhile(self) -> list[tuple[str, str, str]]:
        return self.differences(self._standing)

    def begin_with(self, text: str) -> None:
        """The starting text, below what was typed already."""
        self.text.data = "\n\n".join(part for part in (self.text.data, text) if part)


class AskForm(GuardedForm):
    """A visitor's question."""

    name = Text(_l("Your name"))
    email = Email(_l("Your e-mail address"))
    message = LongText(_l("Your message"), required=True)


class QuoteForm(GuardedForm):
    """A visitor asks for a price of his own.  `plans` are (word in addresses, words) of each plan."""

    plan = Choice(_l("Plan"))
    quantity = Number(_l("Quantity"), least=1, most=10**MOST_DIGITS)
    name = Text(_l("Your name"))
    company = Text(_l("Company"), required=False)
    email = Email(_l("Your e-mail address"))
    message = LongText(_l("What should we know?"))

    def __init__(self, plans: list[tuple[str, str]], *, wanted: str, quantity: str) -> None:
        number = int(quantity) if quantity.isascii() and quantity.isdigit() and len(quantity) <= MOST_DIGITS else 1
        super().__init__(plan=wanted if wanted in dict(plans) else plans[0][0], quantity=max(1, number))
        self.plan.choices = plans
