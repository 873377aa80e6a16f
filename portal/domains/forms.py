"""What is typed about a domain."""

from __future__ import annotations

from flask_babel import gettext
from flask_babel import lazy_gettext as _l

from portal.core.forms import Choice, Form, Text
from portal.domains.models import DOORS, PRETENDED, Pretend
from portal.domains.names import MOST_TYPED
from portal.tenants.models import Door


class DomainForm(Form):
    """A domain to be added."""

    name = Text(_l("Domain"), longest=MOST_TYPED)
    door = Choice(_l("Leads to"))

    def __init__(self) -> None:
        super().__init__(data={"door": Door.SHOP.value})
        self.door.choices = [(door.value, gettext(word)) for door, word in DOORS.items()]

    @property
    def wanted(self) -> Door:
        return Door(self.door.data)


class PretenceForm(Form):
    """How the demo's name servers speak of it."""

    what = Choice(_l("The name servers say"))

    def __init__(self, told: Pretend) -> None:
        super().__init__(data={"what": told.value})
        self.what.choices = [(one.value, gettext(word)) for one, word in PRETENDED.items()]

    @property
    def wanted(self) -> Pretend:
        return Pretend(self.what.data)
