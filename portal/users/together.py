"""What can be done with several users at once."""

from __future__ import annotations

from flask import g
from flask_babel import gettext

from portal.core.words import N_, by_count
from portal.lists.together import Selection, Verb
from portal.users import actions
from portal.users.models import Kind, State, User
from portal.users.roles import Role


def selection() -> Selection:
    """Whoever takes administrators away holds all of them: see `actions`."""
    administrators = (User.role == Role.ADMINISTRATOR) & (User.state == State.ACTIVE)
    staff = User.kind == Kind.STAFF
    return Selection(User, "users.index", "users.undoing", _verbs(), beside=administrators, only=staff)


def offered() -> list[tuple[str, list[tuple[str, str]]]]:
    """(group, [(verb, label), …]) as the list offers them."""
    return [("", [(word, verb.label) for word, verb in _verbs().items()])]


def _verbs() -> dict[str, Verb]:
    return {
        "disable": Verb(
            gettext("Disable"),
            by_count(N_("Disable %(count)s user?"), N_("Disable %(count)s users?")),
            by_count(N_("%(count)s user is disabled."), N_("%(count)s users are disabled.")),
            lambda user: user.state == State.DISABLED,
            lambda user: actions.disable(user, by=g.person.id),
            lambda user, _: actions.enable(user),
        ),
        "enable": Verb(
            gettext("Enable"),
            by_count(N_("Enable %(count)s user?"), N_("Enable %(count)s users?")),
            by_count(N_("%(count)s user can sign in again."), N_("%(count)s users can sign in again.")),
            lambda user: user.state != State.DISABLED,
            actions.enable,
            lambda user, _: actions.disable(user, by=g.person.id),
        ),
    }
