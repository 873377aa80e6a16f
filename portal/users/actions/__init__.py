"""What one does with users: make and change them, give them passwords, end their sign-ins, write to them."""

from portal.users.actions.letters import INVITATION_HOURS, invitation_link, send_client_id, send_password_ticket
from portal.users.actions.passwords import change_password, redeem, set_password, words_about
from portal.users.actions.people import (
    INITIAL_LASTS,
    check_username,
    create_administrator,
    disable,
    edit,
    enable,
    invite,
    remove_administrator,
    send_invitation,
)
from portal.users.actions.sign_ins import end_sign_in, end_sign_ins

__all__ = [
    "INITIAL_LASTS",
    "INVITATION_HOURS",
    "change_password",
    "check_username",
    "create_administrator",
    "disable",
    "edit",
    "enable",
    "end_sign_in",
    "end_sign_ins",
    "invitation_link",
    "invite",
    "redeem",
    "remove_administrator",
    "send_client_id",
    "send_invitation",
    "send_password_ticket",
    "set_password",
    "words_about",
]
