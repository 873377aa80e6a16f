"""The world's name servers, as whoever asks them sees them.  `domains.resolver` has the real ones, and the demo's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Protocol, cast

from flask import current_app

from portal.core.errors import Problem

PROOF_AT: Final = "_domain-proof"
PROOF_IS: Final = "domain-proof="
"""Where and how a domain says whose it is: a TXT record that only its owner can set."""


class Unanswered(Problem):
    """Nobody answered in time: nothing is known, and nothing follows."""

    status = 503


class NameServers(Protocol):
    """What is asked of the world."""

    def ask(self, name: str, kind: str) -> Sequence[str]:
        """The records of this kind; none when there are none or nobody knows the name.  Raises Unanswered."""
        ...


def name_servers() -> NameServers:
    """Those of this application; tests may set others."""
    return cast("NameServers", current_app.extensions["vitrine.resolver"])
