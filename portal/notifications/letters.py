"""What the letters say.  Each kind is written once; the page and the plain part are both made of it.

`%(sender)s` is the organization whose clothes the letter wears, `%(name)s` who gets it; every other value is given to
`write`.  Facts are shown as a small table: a label, and the value it shows.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import cached_property, partial
from typing import Any

from portal.core.words import N_

ALWAYS = frozenset({"sender", "name"})


class Hand(StrEnum):
    """By whose hand a letter goes."""

    SENDER = "sender"  # as whoever's clothes it wears has said
    SERVER = "server"  # by their own server even while the house stands in for it: it is being tried
    HOUSE = "house"  # by ours, whatever they have said: it tells that theirs does not work


@dataclass(frozen=True)
class Letter:
    """One kind.  `title` names it in lists of processes, `reason` says at the foot why somebody got it."""

    title: str
    subject: str
    message: tuple[str, ...]
    reason: str
    facts: tuple[tuple[str, str], ...] = ()
    action: str = ""
    after: tuple[str, ...] = ()
    can_be_stopped: bool = False  # its receiver may do without; an invitation, or what is about safety, comes always
    hand: Hand = Hand.SENDER

    @cached_property
    def needs(self) -> frozenset[str]:
        """The values without which it cannot be written."""
        said = {name for text in self._texts() for name in re.findall(r"%\((\w+)\)s", text)}
        return frozenset(said | {value for _, value in self.facts}) - ALWAYS

    def lacks(self, values: Mapping[str, Any], link: str) -> list[str]:
        """What is missing to write it.  Who may do without it is told how: `stopping.way_out`."""
        wanted = self.needs | ({"way_out"} if self.can_be_stopped else set())
        return sorted(wanted - values.keys()) + (["link"] if self.action and not link else [])

    def _texts(self) -> Iterator[str]:
        yield from (self.subject, *self.message, *self.after, self.reason)


_CLIENT_ID = (N_("Client ID"), "client_id")
_USERNAME = (N_("Username"), "username")
_VISITOR = ((N_("Name"), "visitor"), (N_("E-mail"), "email"))
_TO_ANSWER = N_("Answer from the enquiry’s page: the visitor was told that you answer by e-mail.")
_STOREFRONT = (N_("Storefront"), "storefront")

_to_a_user = partial(
    Letter, reason=N_("You get this letter because this address belongs to a user of %(organization)s.")
)
_WELCOME = Letter(
    title=N_("Letter: welcome"),
    subject=N_("Welcome to your office, %(tenant)s"),
    message=(
        N_("%(sender)s has set up an office and a storefront for %(tenant)s. You are its administrator."),
        N_("Sign in with the password that %(sender)s gave you; you choose your own as you enter."),
        N_("The first password expires in %(days)s days."),
    ),
    facts=(_CLIENT_ID, _USERNAME, _STOREFRONT),
    action=N_("Sign in"),
    reason=N_("You get this letter because %(sender)s named you as the administrator of %(tenant)s."),
)

LETTERS = {
    "invitation": Letter(
        title=N_("Letter: invitation"),
        subject=N_("Your invitation to %(organization)s"),
        message=(
            N_("%(inviter)s has made you a user of %(organization)s. Choose a password, then sign in with it."),
            N_("The link works once and for %(hours)s hours. If it has expired, ask %(inviter)s for a new one."),
        ),
        facts=(_CLIENT_ID, _USERNAME),
        action=N_("Set your password"),
        after=(N_("From then on you sign in with your Client ID, your username and your password."),),
        reason=N_("You get this letter because %(inviter)s entered your address at %(organization)s."),
    ),
    "customer_invitation": Letter(
        title=N_("Letter: invitation to the storefront"),
        subject=N_("Your account at %(organization)s"),
        message=(
            N_("%(organization)s has opened an account for you in its storefront. Choose a password, then sign in."),
            N_("The link works once and for %(hours)s hours. If it has expired, ask %(organization)s for a new one."),
        ),
        facts=((N_("E-mail"), "username"),),
        action=N_("Set your password"),
        after=(N_("From then on you sign in with your e-mail address and your password."),),
        reason=N_("You get this letter because %(organization)s entered your address as that of a customer."),
    ),
    "password_reset": _to_a_user(
        title=N_("Letter: new password"),
        subject=N_("Choose a new password"),
        message=(
            N_("Somebody, most likely you, asked for a new password for %(organization)s."),
            N_("The link works once and for %(minutes)s minutes."),
        ),
        facts=(_USERNAME,),
        action=N_("Choose a new password"),
        after=(N_("If it was not you, do nothing: your password stays as it is."),),
    ),
    "password_changed": _to_a_user(
        title=N_("Letter: password changed"),
        subject=N_("Your password was changed"),
        message=(
            N_("The password of your user at %(organization)s was changed, and every other sign-in was ended."),
            N_("If it was not you, choose a new password at once and tell your administrator."),
        ),
        facts=(_USERNAME,),
        action=N_("Choose a new password"),
    ),
    "email_asked": _to_a_user(
        title=N_("Letter: another e-mail address is asked for"),
        subject=N_("Another e-mail address for your user"),
        message=(
            N_("Somebody, most likely you, asked that letters to your user at %(organization)s go to %(new_email)s."),
            N_("That holds as soon as the link in a letter to that address is opened, within %(minutes)s minutes."),
        ),
        facts=(_USERNAME,),
        action=N_("Choose a new password"),
        after=(N_("If it was not you, choose a new password at once: that link stops working then."),),
    ),
    "email_confirmation": Letter(
        title=N_("Letter: confirm an e-mail address"),
        subject=N_("Confirm your e-mail address"),
        message=(
            N_("Somebody, most likely you, wants letters from %(organization)s at this address."),
            N_("The link works once and for %(minutes)s minutes. Until then nothing changes."),
        ),
        facts=(_USERNAME,),
        action=N_("Confirm this address"),
        after=(N_("If it was not you, do nothing."),),
        reason=N_("You get this letter because somebody entered your address at %(organization)s."),
    ),
    "email_taken": _to_a_user(
        title=N_("Letter: an e-mail address is in use"),
        subject=N_("Your e-mail address is in use already"),
        message=(
            N_("Somebody wanted letters from %(organization)s at this address. It belongs to a user there already."),
            N_("Nothing changes. If it was you, choose another address, or have the other user disabled."),
        ),
    ),
    "factor_set_up": _to_a_user(
        title=N_("Letter: second factor set up"),
        subject=N_("You sign in with a second factor now"),
        message=(
            N_(
                "A second factor was set up for your user at %(organization)s. Signing in asks for its code from now on."
            ),
            N_(
                "If this was not you, choose a new password at once and ask an administrator to reset the second factor."
            ),
        ),
        facts=(_USERNAME,),
        action=N_("Choose a new password"),
    ),
    "factor_removed": _to_a_user(
        title=N_("Letter: second factor removed"),
        subject=N_("Your second factor was removed"),
        message=(
            N_("%(who)s removed the second factor of your user at %(organization)s. The password alone opens it now."),
            N_("You can set up another one in your profile. If this surprises you, choose a new password at once."),
        ),
        facts=(_USERNAME,),
        action=N_("Choose a new password"),
    ),
    "client_id_reminder": _to_a_user(
        title=N_("Letter: Client ID"),
        subject=N_("Your Client ID at %(organization)s"),
        message=(N_("Somebody, most likely you, asked for the Client ID that goes with this address. Here it is."),),
        facts=(_CLIENT_ID, _USERNAME),
        action=N_("Sign in"),
        after=(N_("If it was not you, do nothing: nobody signs in without your password."),),
    ),
    "tenant_ready": Letter(
        title=N_("Letter: the reseller is ready"),
        subject=N_("The reseller is ready! %(tenant)s"),
        message=(
            N_("%(tenant)s has an office and a storefront of its own now."),
            N_("The administrator, %(administrator)s, gets a letter with everything needed to sign in."),
        ),
        facts=(_CLIENT_ID, (N_("Edition"), "edition"), _STOREFRONT),
        action=N_("Open the tenant"),
        reason=N_("You get this letter because you started the creation of %(tenant)s."),
        can_be_stopped=True,
    ),
    "welcome": _WELCOME,
    "welcome_invitation": replace(
        _WELCOME,
        title=N_("Letter: welcome and invitation"),
        message=(
            _WELCOME.message[0],
            N_("Choose a password, then sign in with it. The link works once and for %(hours)s hours."),
        ),
        action=N_("Set your password"),
    ),
    "question": Letter(
        title=N_("Letter: a question"),
        subject=N_("A visitor of your storefront asks something"),
        message=(N_("“%(message)s”"), _TO_ANSWER),
        facts=_VISITOR,
        action=N_("Open the enquiry"),
        reason=N_("You get this letter because visitors of %(sender)s write to this address."),
    ),
    "quote_request": Letter(
        title=N_("Letter: a request for a quote"),
        subject=N_("A visitor asks for a quote: %(product)s"),
        message=(N_("Somebody would like a price for %(product)s."), _TO_ANSWER),
        facts=(
            *_VISITOR,
            (N_("Company"), "company"),
            (N_("Plan"), "plan"),
            (N_("Quantity"), "quantity"),
            (N_("Price shown"), "price"),
            (N_("Message"), "message"),
        ),
        action=N_("Open the enquiry"),
        reason=N_("You get this letter because visitors of %(sender)s write to this address."),
    ),
    "process_attention": Letter(
        title=N_("Letter: a process needs attention"),
        subject=N_("%(process)s needs attention"),
        message=(
            N_("It stopped at “%(task)s”: %(why)s"),
            N_("What was done so far is kept. Retry continues at this task; Cancel takes back what was made."),
        ),
        action=N_("Open the process"),
        reason=N_("You get this letter because you started this process."),
        can_be_stopped=True,
    ),
    "notice": Letter(
        title=N_("Letter: a notice"),
        subject=N_("%(line)s"),
        message=(N_("%(line)s"),),
        action=N_("Look at it"),
        reason=N_(
            "You get this letter because you asked to hear of this by mail. Under “Notices” you can change that."
        ),
        can_be_stopped=True,
    ),
    "price_digest": Letter(
        title=N_("Letter: price changes"),
        subject=N_("What you pay has changed"),
        message=(
            N_("What %(organization)s pays for its products has changed."),
            N_("What your list prices from its cost has followed already. Fixed prices are held until you decide."),
        ),
        facts=(
            (N_("Dearer"), "dearer"),
            (N_("Cheaper"), "cheaper"),
            (N_("New"), "fresh"),
            (N_("Without a price"), "gone"),
            (N_("To decide"), "waiting"),
            (N_("Under cost"), "under"),
        ),
        action=N_("Look at the changes"),
        reason=N_("You get this letter, once a day at most, because you may change the prices of %(organization)s."),
        can_be_stopped=True,
    ),
    "domain_lost": Letter(
        title=N_("Letter: a domain no longer leads here"),
        subject=N_("%(domain)s no longer leads here"),
        message=(
            N_("%(domain)s was looked at twice and did not lead here. %(why)s"),
            N_(
                "Visitors are served under %(address)s meanwhile. As soon as the records are right again, so is the domain."
            ),
        ),
        action=N_("Look at what was seen"),
        reason=N_("You get this letter because you may change the domains of %(organization)s."),
        can_be_stopped=True,
    ),
    "domain_ends": Letter(
        title=N_("Letter: a certificate ends"),
        subject=N_("The certificate of %(domain)s ends on %(day)s"),
        message=(
            N_(
                "The certificate of %(domain)s ends on %(day)s and was not renewed so far. From then on browsers warn of it."
            ),
            N_("Look whether a CAA record or a proxy stands in the way."),
        ),
        action=N_("Look at what was seen"),
        reason=N_("You get this letter because you may change the domains of %(organization)s."),
        can_be_stopped=True,
    ),
    "sender_down": Letter(
        title=N_("Letter: the mail server takes no letters"),
        subject=N_("Your mail server takes no letters"),
        message=(
            N_("For %(hours)s hours it has taken none to your customers. %(why)s"),
            N_(
                "Nothing is lost: they wait, and the server is asked again. They need not wait: by one press they leave by the safe sender, in your name, with answers to you."
            ),
        ),
        action=N_("Open the mail sender"),
        reason=N_("You get this letter because you may change the settings of %(organization)s."),
        can_be_stopped=True,
        hand=Hand.HOUSE,
    ),
    "sender_test": Letter(
        hand=Hand.SERVER,
        title=N_("Letter: test of the mail sender"),
        subject=N_("Your mail sender works"),
        message=(
            N_("This letter left by the settings of your mail sender. Your customers get theirs the same way."),
            N_("Look at who it comes from, and where an answer would go."),
        ),
        action=N_("Open the mail sender"),
        reason=N_("You get this letter because you asked for a test."),
    ),
}
