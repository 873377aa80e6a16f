"""What the trail says, in words.  A verb "noun.done" is told by its ending unless the whole of it has a phrase of its own.

A phrase follows the name of who acted: "**Maria Keller** archived Blue Harbour".
"""

from functools import cache
from typing import Any

from flask_babel import gettext

from portal.core.db import Model
from portal.core.words import N_, Line, say

WHOLE = {
    "user.signed_in": N_("signed in"),
    "user.signed_out": N_("signed out"),
    "user.email_asked": N_("asked to change the e-mail address of %(label)s"),
    "user.factor_removed": N_("removed the second factor of %(label)s"),
    "user.factor_reset": N_("took the second factor from %(label)s"),
    "user.factor_set_up": N_("set up a second factor for %(label)s"),
    "user.recovery_code_used": N_("used a recovery code of %(label)s"),
    "user.recovery_codes_renewed": N_("made new recovery codes for %(label)s"),
    "sign_in_rules.changed": N_("changed what everybody who signs in needs"),
    "user.password_changed": N_("changed the password of %(label)s"),
    "user.password_forgotten": N_("asked for a new password for %(label)s"),
    "user.invited": N_("invited %(label)s"),
    "user.invitation_accepted": N_("accepted the invitation for %(label)s"),
    "page.brought_back": N_("brought back a former text of %(label)s"),
    "person.erased": N_("erased a person from the log"),
    "process.cancellation_asked": N_("asked to cancel %(label)s"),
    "process.stopped": N_("could not go on with %(label)s"),
    "brand.discarded": N_("threw away the draft %(label)s"),
    "brand.drafted": N_("drafted the brand %(label)s"),
    "bank.changed": N_("changed the bank details"),
    "company.changed": N_("changed the company’s data"),
    "mail_sender.changed": N_("changed the mail sender"),
    "mail_sender.proved": N_("proved the domain of the mail sender"),
    "message_text.changed": N_("reworded %(label)s"),
    "message_text.removed": N_("went back to the standard text of %(label)s"),
    "organization.changed": N_("changed the settings of %(label)s"),
    "tax.changed": N_("changed the tax data"),
    "enquiry.answered": N_("answered %(label)s"),
    "enquiry.closed": N_("closed %(label)s"),
    "enquiry.received": N_("sent an enquiry: %(label)s"),
    "enquiry.reopened": N_("put %(label)s back among those to answer"),
    "domain.added": N_("added the domain %(label)s"),
    "domain.certificate": N_("saw %(label)s lead here: the certificate is asked for"),
    "domain.degraded": N_("saw that %(label)s no longer leads here"),
    "domain.live": N_("saw %(label)s live"),
    "domain.made_main": N_("made %(label)s the main address"),
    "domain.proved": N_("found the proof of %(label)s"),
    "domain.removed": N_("removed the domain %(label)s"),
    "domain.stepped_back": N_("took %(label)s back from being the main address"),
    "domain.waiting": N_("found no proof of %(label)s any more"),
    "support.allowed": N_("allowed support access"),
    "support.asked": N_("asked for support access"),
    "support.ended": N_("ended support access"),
    "support.entered": N_("entered for support"),
    "support.left": N_("left after support"),
    "support.looked": N_("looked at a page for support"),
    "support.policy_changed": N_("changed who may enter for support"),
    "support.refused": N_("refused support access"),
    "support.withdrawn": N_("withdrew the request for support access"),
    "tenant.ready": N_("finished making %(label)s: it is ready"),
    "checklist.settled": N_("said that a line of What’s Next is right as it is"),
    "checklist.unsettled": N_("put a line of What’s Next back on the list"),
    "analytics.changed": N_("changed where visits are counted"),
    "announcement.changed": N_("changed the announcement"),
    "menu_entry.added": N_("added %(label)s to the ways through the shop"),
    "menu_entry.brought_back": N_("put %(label)s back among the ways through the shop"),
    "menu_entry.changed": N_("changed %(label)s among the ways through the shop"),
    "menu_entry.hidden": N_("hid %(label)s among the ways through the shop"),
    "menu_entry.moved": N_("moved %(label)s among the ways through the shop"),
    "menu_entry.removed": N_("removed %(label)s from the ways through the shop"),
    "menu_entry.shown": N_("shows %(label)s among the ways through the shop again"),
    "section.added": N_("added %(label)s to the home page"),
    "section.brought_back": N_("put %(label)s back on the home page"),
    "section.changed": N_("changed %(label)s on the home page"),
    "section.hidden": N_("hid %(label)s on the home page"),
    "section.moved": N_("moved %(label)s on the home page"),
    "section.removed": N_("removed %(label)s from the home page"),
    "section.shown": N_("shows %(label)s on the home page again"),
    "storefront.changed": N_("changed the storefront"),
    "storefront.link_renewed": N_("made a new preview link"),
    "brand.called_off": N_("called off the publishing of the brand %(label)s"),
    "brand.planned": N_("planned the publishing of the brand %(label)s"),
    "brand.published": N_("published the brand %(label)s"),
    "brand.redone": N_("redid a change of the brand %(label)s"),
    "brand.repaired": N_("made the colours of the brand %(label)s readable"),
    "brand.undone": N_("undid a change of the brand %(label)s"),
    "brand.unread": N_("published the brand %(label)s although not everything can be read"),
    "brand.worn_again": N_("went back to the brand %(label)s"),
    "price_list.draft_removed": N_("threw away the draft of %(label)s"),
    "price_list.filled": N_("filled %(label)s from a price sheet"),
    "price_list.promotion_added": N_("added a promotion to %(label)s"),
    "price_list.promotion_changed": N_("changed a promotion of %(label)s"),
    "price_list.promotion_removed": N_("removed a promotion of %(label)s"),
    "price_list.rule_added": N_("added a rule to %(label)s"),
    "price_list.rule_changed": N_("changed a rule of %(label)s"),
    "price_list.rule_removed": N_("removed a rule of %(label)s"),
    "price_list.priced": N_("priced a product of %(label)s in its own way"),
    "price_list.price_followed": N_("let a price of %(label)s follow its cost"),
    "price_list.price_kept": N_("kept a price of %(label)s although its cost changed"),
    "price_list.price_retracted": N_("took back a word on a price of %(label)s"),
    "price_list.shown": N_("put %(label)s into the storefront"),
    "exchange_rate.set": N_("set the exchange rate %(label)s"),
    "exchange_rate.imported": N_("took over exchange rates from a file"),
    "category.moved": N_("moved the category %(label)s"),
    "product_import.approved": N_("asked to apply %(label)s"),
    "product.activated": N_("put %(label)s on sale"),
    "product.copied": N_("made %(label)s as a copy"),
    "product.discontinued": N_("discontinued %(label)s"),
    "product.linked": N_("related %(label)s to another product"),
    "product.unlinked": N_("took back a relation of %(label)s"),
    "product.reworded": N_("said %(label)s in own words"),
    "product.set_aside": N_("made a draft of %(label)s again"),
    "price_sheet.approved": N_("asked to apply %(label)s"),
    "price_sheet.held_back": N_("called off the application of %(label)s"),
    "price_sheet.mapped": N_("said how %(label)s is to be read"),
    "price_sheet.rescheduled": N_("moved the application of %(label)s to another day"),
    "price_sheet.undo_asked": N_("asked to undo %(label)s"),
    "price_sheet.undone": N_("undid %(label)s"),
    "weather.changed": N_("made trouble at the task %(label)s"),
    "weather.removed": N_("ended the trouble at the task %(label)s"),
}
PARTS = {
    "address.added": N_("added the address %(label)s to %(whole)s"),
    "address.changed": N_("changed the address %(label)s of %(whole)s"),
    "address.removed": N_("removed the address %(label)s from %(whole)s"),
    "contact.added": N_("added the contact %(label)s to %(whole)s"),
    "contact.changed": N_("changed the contact %(label)s of %(whole)s"),
    "plan.added": N_("added the plan %(label)s to %(whole)s"),
    "plan.discontinued": N_("discontinued the plan %(label)s of %(whole)s"),
    "plan.priced": N_("priced the plan %(label)s of %(whole)s"),
    "plan.resumed": N_("sells the plan %(label)s of %(whole)s again"),
    "contact.removed": N_("removed the contact %(label)s from %(whole)s"),
    "switch.changed": N_("changed how %(whole)s hears of this: %(label)s"),
    "switch.stopped": N_("stopped letters to %(whole)s by the link in one: %(label)s"),
    "tenant.created": N_("began to make %(label)s a tenant reseller"),
}
"""Verbs about a part of something: both are named."""
ENDINGS = {
    "added": N_("added %(label)s"),
    "applied": N_("applied %(label)s"),
    "archived": N_("archived %(label)s"),
    "cancelled": N_("cancelled %(label)s"),
    "changed": N_("changed %(label)s"),
    "created": N_("created %(label)s"),
    "disabled": N_("disabled %(label)s"),
    "discarded": N_("discarded %(label)s"),
    "done": N_("finished %(label)s"),
    "enabled": N_("enabled %(label)s"),
    "opened": N_("opened %(label)s"),
    "published": N_("published %(label)s"),
    "read": N_("read %(label)s"),
    "reactivated": N_("reactivated %(label)s"),
    "removed": N_("removed %(label)s"),
    "restored": N_("restored %(label)s"),
    "retried": N_("retried %(label)s"),
    "started": N_("started %(label)s"),
    "suspended": N_("suspended %(label)s"),
    "uploaded": N_("uploaded %(label)s"),
    "withdrawn": N_("withdrew %(label)s"),
    "called_off": N_("called off the publication of %(label)s"),
}
NO_CHANGE = frozenset(
    {
        "user.signed_in",
        "user.signed_out",
        "user.email_asked",
        "user.password_forgotten",
        "switch.changed",
        "switch.stopped",
    }
)
"""What is written about a record and leaves it as it is."""
NOUNS = {
    "account": N_("Accounts"),
    "analytics": N_("Visitor statistics"),
    "announcement": N_("Announcement"),
    "address": N_("Addresses"),
    "brand": N_("Brand"),
    "contact": N_("Contacts"),
    "enquiry": N_("Enquiries"),
    "exchange_rate": N_("Exchange rates"),
    "page": N_("Pages"),
    "person": N_("People"),
    "price_list": N_("Price Lists"),
    "price_sheet": N_("Price sheets"),
    "product": N_("Products"),
    "plan": N_("Plans"),
    "product_import": N_("Product files"),
    "category": N_("Categories"),
    "product_type": N_("Product Types"),
    "process": N_("Processes"),
    "bank": N_("Payment"),
    "checklist": N_("What’s Next"),
    "company": N_("Company"),
    "mail_sender": N_("Mail sender"),
    "menu_entry": N_("Menu and footer"),
    "message_text": N_("Notification texts"),
    "organization": N_("Settings"),
    "section": N_("Home page"),
    "support": N_("Support access"),
    "tax": N_("Tax"),
    "storefront": N_("Storefront"),
    "sign_in_rules": N_("Sign-in"),
    "switch": N_("Notices"),
    "tenant": N_("Tenant Resellers"),
    "user": N_("Users"),
}
"""What the filter offers: the noun before the dot."""

ACTORS = {
    "system": N_("System"),
    "visitor": N_("A visitor"),
    "provider": N_("Your provider"),
    "user": N_("A user"),
}
FIELDS = {
    "asks": N_("Characteristics"),
    "date_format": N_("Date Format"),
    "email": N_("E-mail"),
    "ends_missing": N_("Discontinue what this sheet no longer names"),
    "falls_back": N_("Falls back to"),
    "for_storefront": N_("The storefront sells by it"),
    "lines": N_("Lines"),
    "mood": N_("Behaviour"),
    "percent": N_("Percentage"),
    "postal_code": N_("Postal code"),
    "purpose": N_("For"),
    "rule": N_("Price rule"),
    "sheet": N_("Price sheet"),
    "street": N_("Street and number"),
    "unread": N_("Lines that could not be read"),
    "valid_until": N_("Valid to"),
    "vat_number": N_("VAT number"),
}
"""Fields whose names in the table are not what people call them; the others are spelled."""

GONE = {
    "erased": N_("erased"),
    "masked": N_("hidden"),
    "unreadable": N_("not readable"),
}


def phrase(verb: str, label: Any, whole: Any = None) -> Line:
    """What was done, to be read after the name of who did it."""
    noun, _, done = verb.rpartition(".")
    text = (PARTS.get(verb) if whole else None) or WHOLE.get(verb) or ENDINGS.get(done) or N_("%(done)s: %(label)s")
    named = label if label and str(label) else spelled(noun).lower()
    return say(text, label=named, whole=whole, done=spelled(done))


def field_word(kind: str | None, field: str) -> str:
    """How people call a field of this kind of row."""
    own = _own_words().get(kind or "", {}).get(field) or FIELDS.get(field)
    return str(gettext(own)) if own else spelled(field)


def spelled(name: str) -> str:
    """`price_list_id` → "Price list"."""
    words = name.removesuffix("_id").replace("_", " ").strip()
    return str(gettext(words[:1].upper() + words[1:]))


@cache
def _own_words() -> dict[str, dict[str, Any]]:
    kinds = [mapper.class_ for mapper in Model.registry.mappers]
    return {kind.__tablename__: getattr(kind, "__words__", {}) for kind in kinds}
