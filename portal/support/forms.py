"""What is typed to come in for support, and to say who may."""

from __future__ import annotations

from flask_babel import gettext, ngettext
from flask_babel import lazy_gettext as _l

from portal.core.forms import Choice, Form, LongText, Versioned
from portal.core.words import N_
from portal.support.actions import Wish
from portal.support.models import MINUTES, REASON_LENGTH, Policy, Reach, SupportRules

POLICIES = {
    Policy.LOOK: N_("You are told of each entry at once. Changes are asked for each time."),
    Policy.ASK: N_("Nobody comes in before one of you has said yes."),
    Policy.NEVER: N_("Nobody comes in; an entry that is open ends now."),
}
"""What each means."""


class EntryForm(Form):
    """Why somebody wants to come in, for how long and how far."""

    reason = LongText(_l("Reason"), longest=REASON_LENGTH, required=True)
    minutes = Choice(_l("For how long"), coerce=int)
    reach = Choice(_l("How far"))

    def __init__(self) -> None:
        super().__init__(data={"minutes": MINUTES[0], "reach": Reach.LOOK.value})
        self.minutes.choices = [(one, ngettext("%(num)s minute", "%(num)s minutes", one)) for one in MINUTES]
        self.reach.choices = [(one.value, gettext(one.title)) for one in Reach]

    @property
    def wish(self) -> Wish:
        return Wish(str(self.reason.data), int(self.minutes.data), Reach(self.reach.data))


class RulesForm(Versioned):
    """Which entries the tenant allows."""

    policy = Choice(_l("Who may enter for support"))

    def __init__(self, rules: SupportRules) -> None:
        super().__init__(data={"policy": rules.policy.value, "version": str(rules.version)})
        self.policy.choices = [(one.value, gettext(one.label)) for one in POLICIES]

    @property
    def wanted(self) -> Policy:
        return Policy(self.policy.data)


def consequences() -> dict[str, str]:
    """What each choice leads to, in the reader's language."""
    return {one.value: gettext(text) for one, text in POLICIES.items()}
