"""Keeps programs out of forms that anybody may send: without third parties, without script, without a riddle for people.

Programs fill in what nobody sees, and send a form as soon as they have read it.  Whoever is too quick, or comes with a
page of yesterday, is asked to send once more, and everything typed is still there; whoever fell into the trap is thanked
like everybody, and nothing is kept.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import current_app
from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeTimedSerializer
from wtforms import HiddenField, StringField

from portal.core.clock import now
from portal.core.forms import Form
from portal.core.here import here
from portal.core.words import N_, say

LEAST = timedelta(seconds=3)
"""Nobody reads and fills in a form in less."""
LONGEST = timedelta(hours=12)


class GuardedForm(Form):
    """A form for visitors."""

    homepage = StringField(_l("Leave this empty"))
    stamp = HiddenField()

    def __init__(self, **standing: Any) -> None:
        super().__init__(data={**standing, "stamp": _stamped()})

    def accepted(self) -> bool:
        return super().accepted() and self._came_in_time()

    @property
    def is_trapped(self) -> bool:
        """Whether somebody filled in what nobody sees."""
        return bool(self.homepage.data)

    def words(self) -> dict[str, Any]:
        """What was typed, as the verbs take it."""
        return {name: value or "" for name, value in self.facts("homepage", "stamp").items()}

    def _came_in_time(self) -> bool:
        age = _age(self.stamp.data or "")
        if age is None:
            self.stamp.data = _stamped()
            self.object_to(say(N_("This page was open for long. Look at it once more, then send it.")))
        elif age < LEAST:
            self.object_to(say(N_("That was quick. Look at it once more, then send it.")))
        return not self.form_errors


def _stamped() -> str:
    """When and for whom the page was made; nobody can make one up."""
    return str(_signer().dumps(here.tenant_id))


def _age(stamp: str) -> timedelta | None:
    """How long ago the page was made; None when it is too old, or not ours."""
    try:
        said, at = _signer().loads(stamp, max_age=int(LONGEST.total_seconds()), return_timestamp=True)
    except BadData:
        return None
    return now() - at if said == here.tenant_id else None


def _signer() -> URLSafeTimedSerializer:
    config = current_app.config
    return URLSafeTimedSerializer([*config["SECRET_KEY_FALLBACKS"], config["SECRET_KEY"]], salt="storefront guard")
