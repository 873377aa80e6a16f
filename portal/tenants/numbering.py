"""How documents are numbered: a prefix for each kind, then how many there have been.

The prefixes an organization uses stand in its own record (`Organization.numbering`); these are what it begins with.
"""

from __future__ import annotations

from portal.core.words import N_

PREFIXES = {"account": "ACC", "order": "ORD", "subscription": "SUB", "invoice": "INV"}
DOCUMENTS = {
    "account": N_("Accounts"),
    "order": N_("Orders"),
    "subscription": N_("Subscriptions"),
    "invoice": N_("Invoices"),
}
DIGITS = 5


def written(prefix: str, count: int) -> str:
    """`ACC-00001`."""
    return f"{prefix}-{count:0{DIGITS}}"
