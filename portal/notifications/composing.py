"""A letter written fair: words in the receiver's language, in the right clothes, as HTML and as plain text."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime, formataddr
from typing import Any

import css_inline
from flask import current_app, g
from flask_babel import gettext

from portal.branding.wardrobe import Clothes, clothes
from portal.core.clock import now
from portal.core.languages import LANGUAGES
from portal.core.scope import Scope, acting, acting_scope
from portal.core.words import told
from portal.notifications.letters import LETTERS, Hand, Letter
from portal.notifications.senders import Sender, sender, tried, usual
from portal.notifications.wording import wording

LOGO = "logo@letter"
_HANDS: Mapping[Hand, Callable[[], Sender]] = {Hand.SENDER: sender, Hand.SERVER: tried, Hand.HOUSE: usual}
_INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=True)


@dataclass(frozen=True, slots=True)
class Composed:
    """A letter ready to go, and whose hand it goes by."""

    message: EmailMessage
    sender: Sender


def compose(kind: str, letter: Mapping[str, Any], *, name: str) -> Composed:
    """The message as it will travel.  `name` makes its Message-ID, so a letter written twice is one letter.

    Raises NotNow when its sender cannot be used.
    """
    with acting(whose(letter["clothes"])):
        worn, by = clothes(), _HANDS[LETTERS[kind].hand]()
        g.speaking = letter["language"] if letter["language"] in LANGUAGES else "en"
        words = _words(kind, letter, worn)
        plain, page = rendered(words)
    message = _addressed(letter, by, worn)
    message["Subject"] = one_line(words["subject"])
    message["Date"] = format_datetime(now())
    message["Message-ID"] = f"<{name}@{by.address.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    if words["way_out"]:
        message["List-Unsubscribe"] = f"<{words['way_out']}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(plain)
    message.add_alternative(_INLINER.inline(page), subtype="html")
    if worn.logo:
        message.get_payload()[1].add_related(worn.logo, "image", "png", cid=f"<{LOGO}>")  # type: ignore[index, union-attr] # the parts just added
    return Composed(message, by)


def rendered(words: Mapping[str, Any]) -> tuple[str, str]:
    """As plain text and as a page: without what pages get around them, for no letter shows a menu."""
    plain, page = (
        current_app.jinja_env.get_template(f"letters/letter.{ending}").render(words) for ending in ("txt", "html")
    )
    return plain, page


def one_line(text: str) -> str:
    """A header is one line, whatever is in a name."""
    return " ".join(text.split())


def _addressed(letter: Mapping[str, Any], by: Sender, worn: Clothes) -> EmailMessage:
    """An empty message from the right hand to its one receiver."""
    address, own = _reachable(letter["address"]), _reachable(by.address)
    message = EmailMessage(policy=SMTP if f"{address}{own}".isascii() else SMTPUTF8)
    message["From"] = formataddr((one_line(by.name or worn.name), own))
    message["To"] = formataddr((one_line(letter["name"]), address))
    if by.reply_to:
        message["Reply-To"] = _reachable(by.reply_to)
    return message


def _reachable(address: str) -> str:
    """The address with its domain as mail servers know it: umlauts in it are spelled in plain letters."""
    name, _, domain = address.rpartition("@")
    try:
        return f"{name}@{domain.encode('idna').decode()}"
    except UnicodeError:
        return address


def whose(clothes_of: str) -> Scope:
    """Letters about somebody's work in his office come from the tenant above; those of the shop from the tenant."""
    own = acting_scope()
    return (
        Scope(own.above[0], own.above[1:]) if clothes_of == "office" and own.above else Scope(own.tenant_id, own.above)
    )


def _words(kind: str, letter: Mapping[str, Any], worn: Clothes) -> dict[str, Any]:
    values = {name: told(value) if isinstance(value, dict) else value for name, value in letter["values"].items()}
    values |= {"sender": worn.name, "name": letter["name"]}
    own = wording(kind, g.speaking).filled(values)
    return {
        "subject": own.subject,
        "message": own.message,
        **around(LETTERS[kind], values, worn),
        "link": letter["link"] if LETTERS[kind].action else "",
    }


def around(kind: Letter, values: Mapping[str, Any], worn: Clothes) -> dict[str, Any]:
    """What stands around the message, whoever words it: the clothes, the facts, the button, why somebody gets it, how to stop it."""

    def say(text: str) -> str:
        return str(gettext(text)) % values

    return {
        "to": values["name"],
        "sender": worn.name,
        "language": g.speaking,
        "logo": f"cid:{LOGO}" if worn.logo else "",
        "lettered": worn.lettered,
        "colours": worn.colours,
        "mode": "",
        "stylesheet": "",
        "facts": [(gettext(label), values[value]) for label, value in kind.facts if values[value]],
        "action": gettext(kind.action) if kind.action else "",
        "after": [say(text) for text in kind.after],
        "reason": say(kind.reason),
        "way_out": values.get("way_out", "") if kind.can_be_stopped else "",
    }
