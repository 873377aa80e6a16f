"""Names of domains: what people type, as the name servers know it; and as people read it."""

from __future__ import annotations

import re
from ipaddress import ip_address

import idna
from flask import current_app

from portal.core.errors import Invalid
from portal.core.words import N_, Line, say
from portal.tenants import hosts

LONGEST = 230  # the proof's name stands before it, and both have to fit into 253
MOST_TYPED = 300
NOWHERE = frozenset(
    {"localhost", "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "private", "arpa", "onion"}
    | {"invalid", "alt", "test"}
)
"""Last words of names that nobody on the internet can be asked about."""
_AS_ADDRESS = re.compile(r"(?:https?:)?//", re.IGNORECASE)

NO_NAME = N_("Write the name alone, like shop.example.com.")
CANNOT_BE_ADDED = N_(
    "%(name)s cannot be added here. If it is yours, take it out wherever else it is in use, then try again."
)


def read(typed: str) -> str:
    """The name as name servers know it.  An address that was copied is read as its name.  Raises Invalid."""
    name = _AS_ADDRESS.sub("", typed.strip(), count=1).removesuffix("/").removesuffix(".")
    if not name or len(name) > MOST_TYPED or _is_number(name):
        raise _refused(say(NO_NAME))
    try:
        plain = idna.encode(name, uts46=True, std3_rules=True).decode("ascii").lower()
    except (idna.IDNAError, UnicodeError):
        raise _refused(say(NO_NAME)) from None
    if _is_ours(plain):
        raise taken(plain)
    labels = plain.split(".")
    if len(labels) < 2 or len(plain) > LONGEST or labels[-1].isdigit() or labels[-1] in NOWHERE:  # noqa: PLR2004 - a name and what it stands below
        raise _refused(say(NO_NAME))
    return plain


def shown(name: str) -> str:
    """The name as people read it: xn--grn-gma.example → grün.example."""
    try:
        return idna.decode(name)
    except (idna.IDNAError, UnicodeError):
        return name


def taken(name: str) -> Invalid:
    """The answer for every name that cannot be had, whoever has it."""
    return _refused(say(CANNOT_BE_ADDED, name=shown(name)))


def _is_number(name: str) -> bool:
    try:
        ip_address(name.strip("[]"))
    except ValueError:
        return False
    return True


def _is_ours(name: str) -> bool:
    """Our own hosts, what stands below them, and what they stand below."""
    settings = current_app.config["VITRINE"]
    ours = {hosts.plain(one) for one in (settings.office_host, settings.shop_host, settings.domain_target)}
    return any(name == one or name.endswith(f".{one}") or one.endswith(f".{name}") for one in ours)


def _refused(line: Line) -> Invalid:
    return Invalid(line, field="name")
