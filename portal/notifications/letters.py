"""What the letters say.  Each kind is written once; the page and the plain part are both made of it.

`%(sender)s` is the organization whose clothes the letter wears, `%(name)s` who gets it; every other value is given to
`write`.  Facts are shown as a small table: a label, and the value it shows.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

from portal.core.words import N_

ALWAYS = frozenset({"sender", "name"})


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
    stopped_at: str = ""  # a page of the office where its receiver can stop this kind; letters about safety have none

    @cached_property
    def needs(self) -> frozenset[str]:
        """The values without which it cannot be written."""
        said = {name for text in self._texts() for name in re.findall(r"%\((\w+)\)s", text)}
        return frozenset(said | {value for _, value in self.facts}) - ALWAYS

    def lacks(self, values: Mapping[str, Any], link: str) -> list[str]:
        """What is missing to write it."""
        return sorted(self.needs - values.keys()) + (["link"] if self.action and not link else [])

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
    ),
    "notice": Letter(
        title=N_("Letter: a notice"),
        subject=N_("%(line)s"),
        message=(N_("%(line)s"),),
        action=N_("Look at it"),
        reason=N_(
            "You get this letter because you asked to hear of this by mail. Under “Notices” you can change that."
        ),
        stopped_at="/notices/switches",
    ),
    "sender_test": Letter(
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
