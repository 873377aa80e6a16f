"""What is typed at the entrance, and about users."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField
from wtforms.validators import ValidationError

from portal.core import regions
from portal.core.clock import today
from portal.core.dates import FORMATS, day
from portal.core.forms import Choice, Email, Form, Secret, Text, Tick, Versioned
from portal.core.here import House
from portal.core.languages import language_name
from portal.users.models import NAME_LENGTH, User
from portal.users.roles import Role

# Longer than anything that could be right: what is too long is answered like what is wrong.
_TYPED = 200


class SignInForm(Form):
    """Sent twice it signs in twice: a receipt would lead the second sending past the door without its cookie."""

    once = None
    client_id = Text(_l("Client ID"), longest=_TYPED)
    username = Text(_l("Username"), longest=_TYPED)
    password = Secret(_l("Password"))


class OwnSignInForm(Form):
    """At an address that says whose it is."""

    once = None
    username = Text(_l("Username"), longest=_TYPED)
    password = Secret(_l("Password"))


class ShopSignInForm(OwnSignInForm):
    """Customers type the address they were invited at; who works here types his username, as in the office."""

    username = Text(_l("E-mail or username"), longest=_TYPED)


class ForgottenPasswordForm(Form):
    client_id = Text(_l("Client ID"), longest=_TYPED)
    username = Text(_l("Username"), longest=_TYPED)


class OwnForgottenPasswordForm(Form):
    username = Text(_l("Username"), longest=_TYPED)


class AddressForm(Form):
    """Where a letter is to go."""

    email = Email(_l("E-mail"))


class NewPasswordForm(Form):
    password = Secret(_l("New password"))
    again = Secret(_l("New password again"))

    def validate_again(self, field: Any) -> None:
        if field.data != self.password.data:
            raise ValidationError(_l("Type the same password twice."))


class ChangePasswordForm(NewPasswordForm):
    """Fields are declared in the order the page has them: so are the errors above it."""

    current = Secret(_l("Current password"))
    password = Secret(_l("New password"))
    again = Secret(_l("New password again"))


class CodeForm(Form):
    """Sent twice it is the same step, as with `SignInForm`."""

    once = None
    code = Text(_l("Code"), longest=_TYPED)


class FactorForm(Form):
    """Sent twice it shows the recovery codes twice: `offer` holds what the page has shown."""

    once = None
    offer = HiddenField()
    code = Text(_l("Code the app shows"), longest=_TYPED)
    current = Secret(_l("Current password"))


class ProofForm(Form):
    current = Secret(_l("Current password"))


class RulesForm(Versioned):
    second_factor = Tick(_l("Everybody needs a second factor"))


class ProfileForm(Versioned):
    """What somebody says of himself.  Empty choices are the organization's."""

    name = Text(_l("Name"), longest=NAME_LENGTH)
    language = Choice(_l("Language"), required=False)
    time_zone = Choice(_l("Time zone"), required=False)
    date_format = Choice(_l("Date Format"), required=False)

    def __init__(self, user: User, house: House, **options: Any) -> None:
        super().__init__(obj=user, **options)
        self.language.choices = _or_usual(language_name(house.language), regions.languages())
        self.time_zone.choices = _or_usual(house.time_zone, regions.time_zones())
        self.date_format.choices = _or_usual(
            day(today(), house.date_format), [(pattern, day(today(), pattern)) for pattern in FORMATS]
        )

    def words(self) -> dict[str, Any]:
        """What was typed, as the verb takes it."""
        return {name: value or "" for name, value in self.facts("version").items()} | {"version": self.read_version()}


def _or_usual(usual: str, choices: regions.Choices) -> regions.Choices:
    """The choices, and before them that of the organization."""
    return [("", gettext("As the organization: %(usual)s", usual=usual)), *choices]


class NewEmailForm(Form):
    email = Email(_l("New e-mail address"))
    current = Secret(_l("Current password"))


class UserForm(Form):
    name = Text(_l("Name"), longest=NAME_LENGTH)
    email = Email(_l("E-mail"))
    username = Text(_l("Username"), longest=_TYPED)
    role = Choice(_l("Role"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.role.choices = [(role.value, _l(role.title)) for role in Role]

    def facts(self, *without: str) -> dict[str, Any]:
        found = super().facts(*without)
        return found | {"role": Role(found["role"])}


class EditUserForm(UserForm, Versioned):
    """The username stays: people sign in with it."""

    username = None

    def facts(self, *without: str) -> dict[str, Any]:
        return super().facts(*without) | {"version": self.read_version()}
