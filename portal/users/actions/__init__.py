"""What one does with users: make and change them, give them passwords, end their sign-ins, write to them."""

from portal.users.actions.customers import bring_back, invite_customer, remove_customer, send_away
from portal.users.actions.factors import (
    accept_code,
    ask_everybody,
    ask_nobody,
    remove_factor,
    renew_recovery_codes,
    reset_factor,
    set_up_factor,
)
from portal.users.actions.letters import INVITATION_HOURS, invitation_link, send_client_id, send_password_ticket
from portal.users.actions.passwords import change_password, proven, redeem, set_password, words_about
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
from portal.users.actions.profile import ask_for_email, confirm_email, describe
from portal.users.actions.sign_ins import end_sign_in, end_sign_ins

__all__ = [
    "INITIAL_LASTS",
    "INVITATION_HOURS",
    "accept_code",
    "ask_everybody",
    "ask_for_email",
    "ask_nobody",
    "bring_back",
    "change_password",
    "check_username",
    "confirm_email",
    "create_administrator",
    "describe",
    "disable",
    "edit",
    "enable",
    "end_sign_in",
    "end_sign_ins",
    "invitation_link",
    "invite",
    "invite_customer",
    "proven",
    "redeem",
    "remove_administrator",
    "remove_customer",
    "remove_factor",
    "renew_recovery_codes",
    "reset_factor",
    "send_away",
    "send_client_id",
    "send_invitation",
    "send_password_ticket",
    "set_password",
    "set_up_factor",
    "words_about",
]
