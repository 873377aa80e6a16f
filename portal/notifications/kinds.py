"""What people can be told of, and how they hear of it as long as they have not chosen."""

from dataclasses import dataclass

from portal.core.words import N_


@dataclass(frozen=True, slots=True)
class Kind:
    """What may be told: its name, how it is told as long as nobody chose, and whom it concerns at all.

    `lettered`: where it is worth a letter, the slice it is about writes one of its own.
    """

    title: str
    mail: bool = False
    permission: str = "dashboard.view"
    lettered: bool = False


KINDS: dict[str, Kind] = {
    "process_done": Kind(N_("A process I started is done"), mail=True, lettered=True),
    "process_attention": Kind(N_("A process I started needs attention"), mail=True, lettered=True),
    "letter_failed": Kind(N_("A letter could not be delivered")),
    "sender_down": Kind(N_("My mail server takes no letters"), mail=True, permission="settings.edit", lettered=True),
    "price_changes": Kind(N_("What I pay has changed"), mail=True, permission="prices.edit", lettered=True),
    "domains": Kind(N_("What becomes of my domains"), mail=True, permission="domains.edit", lettered=True),
    "enquiry": Kind(N_("A visitor asks something, or for a quote"), permission="enquiries.view"),
    "administrator_invited": Kind(N_("An administrator was invited"), permission="users.edit"),
    "support": Kind(N_("Your provider asks to enter, or enters, for support"), permission="settings.edit"),
}
