"""What the domain of a sender's address says about letters from it: whose it is, and what receivers will think of them.

    marks = take("company.example", proof="…", selector="mail", asking=name_servers())
    marks.is_proved, marks.of_servers, marks.of_signature, marks.of_policy

Only the proof decides anything.  SPF, DKIM and DMARC are explained: whose servers they must name is known to the tenant's
mail provider alone.  https://www.rfc-editor.org/rfc/rfc7208, …/rfc6376, …/rfc7489
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Self

from portal.core.name_servers import PROOF_AT, PROOF_IS, NameServers, Unanswered
from portal.core.words import N_, Line, say

USUAL_SELECTORS: Final = ("default", "mail", "dkim", "selector1", "google", "s1", "k1")
"""Where providers keep the key that signs, when nobody says where."""
MOST_LOOKUPS: Final = 10
"""More look-ups than these, and receivers take an SPF record for broken."""
_LOOKED_UP: Final = ("include:", "a", "mx", "ptr", "exists:", "redirect=")
_SHIELDS: Final = ("p=quarantine", "p=reject")


@dataclass(frozen=True, slots=True)
class Mark:
    """One of the records: what was seen, and what it means."""

    name: str  # where it stands, or should
    mood: str
    line: Line
    seen: Sequence[str] = ()

    def stored(self) -> dict[str, Any]:
        return {"name": self.name, "mood": self.mood, "line": self.line.stored(), "seen": list(self.seen)}

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Self:
        return cls(kept["name"], kept["mood"], Line.of(kept["line"]), tuple(kept["seen"]))


@dataclass(frozen=True, slots=True)
class Marks:
    """All of them, as one look saw them."""

    proof: Mark
    of_servers: Mark  # SPF
    of_signature: Mark  # DKIM
    of_policy: Mark  # DMARC

    @property
    def is_proved(self) -> bool:
        return self.proof.mood == "good"

    @property
    def shown(self) -> list[tuple[str, Mark]]:
        """With the names people know them by."""
        return [("SPF", self.of_servers), ("DKIM", self.of_signature), ("DMARC", self.of_policy)]

    def stored(self) -> dict[str, Any]:
        """As JSON."""
        return {name: getattr(self, name).stored() for name in self.__slots__}

    @classmethod
    def of(cls, kept: dict[str, Any]) -> Self:
        return cls(**{name: Mark.of(mark) for name, mark in kept.items()})


def domain_of(address: str) -> str:
    """The domain of an address as name servers know it; empty where there is none."""
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    try:
        return domain.encode("idna").decode() if domain else ""
    except UnicodeError:
        return ""


def wanted(domain: str, proof: str) -> tuple[str, str]:
    """The TXT record that proves whose the domain is: name and value."""
    return f"{PROOF_AT}.{domain}", f"{PROOF_IS}{proof}"


def take(domain: str, *, proof: str, selector: str, asking: NameServers) -> Marks:
    """Ask for all of them.  It takes as long as the name servers do.  Raises Unanswered where the proof is not answered."""
    return Marks(
        _proof(domain, proof, asking),
        _servers(domain, asking),
        _signature(domain, selector, asking),
        _policy(domain, asking),
    )


def _proof(domain: str, proof: str, asking: NameServers) -> Mark:
    name, value = wanted(domain, proof)
    seen = asking.ask(name, "TXT")
    if value in seen:
        return Mark(name, "good", say(N_("The domain is yours.")), seen)
    if seen:
        said = say(
            N_("The TXT record says “%(seen)s”. Replace it by the value that stands here."), seen=", ".join(seen)
        )
        return Mark(name, "bad", said, seen)
    return Mark(name, "warn", say(N_("There is no TXT record yet. Copy it as it stands here.")))


def _servers(domain: str, asking: NameServers) -> Mark:
    found = _in_passing(asking, domain, "v=spf1")
    if found is None:
        return _unknown(domain)
    if not found:
        text = N_("Nothing says which servers may send for you. Your mail provider tells you the record to set.")
        return Mark(domain, "warn", say(text))
    if len(found) > 1:
        text = N_("There are %(count)s such records, and receivers take that for none. Join them in one.")
        return Mark(domain, "bad", say(text, count=len(found)), found)
    words = found[0].lower().split()[1:]
    if any(word in ("+all", "all") for word in words):
        return Mark(domain, "bad", say(N_("It lets the whole world send in your name. Let it end in “-all”.")), found)
    if (
        sum(word.lstrip("+-~?").startswith(_LOOKED_UP) and word.lstrip("+-~?") != "all" for word in words)
        > MOST_LOOKUPS
    ):
        text = N_("It makes receivers look up more than %(count)s names, and they take that for broken.")
        return Mark(domain, "bad", say(text, count=MOST_LOOKUPS), found)
    return Mark(domain, "good", say(N_("It says which servers may send for you. Yours must be among them.")), found)


def _signature(domain: str, selector: str, asking: NameServers) -> Mark:
    answers = {}
    for one in [selector] if selector else USUAL_SELECTORS:
        name = f"{one}._domainkey.{domain}"
        answers[name] = _in_passing(asking, name, "")
        if keys := [key for key in answers[name] or () if "p=" in key]:
            if any("p=" in key and key.replace(" ", "").rpartition("p=")[2].strip(";") for key in keys):
                return Mark(name, "good", say(N_("The key that signs your letters is there.")), keys)
            return Mark(name, "bad", say(N_("The key was withdrawn: its record is empty.")), keys)
    name = f"{selector or USUAL_SELECTORS[0]}._domainkey.{domain}"
    if None in answers.values():
        return _unknown(name)
    if selector:
        text = N_("There is no key under this selector. Your mail provider tells you the record to set.")
        return Mark(name, "bad", say(text))
    text = N_("No key was found where keys usually are. If your provider signs, type its selector in the form.")
    return Mark(name, "warn", say(text))


def _policy(domain: str, asking: NameServers) -> Mark:
    name = f"_dmarc.{domain}"
    found = _in_passing(asking, name, "v=dmarc1")
    if found is None:
        return _unknown(name)
    if len(found) != 1:
        text = N_(
            "Nothing says what receivers shall do with forged letters. Large ones want it: begin with “v=DMARC1; p=none”."
        )
        more = N_("There are several such records, and receivers take that for none. Keep one.")
        return Mark(name, "bad" if found else "warn", say(more if found else text), found)
    plain = found[0].lower().replace(" ", "")
    if any(shield in plain for shield in _SHIELDS):
        return Mark(name, "good", say(N_("Letters forged in your name are held back.")), found)
    return Mark(
        name, "warn", say(N_("It only watches: forged letters still arrive. Later, let it say “p=quarantine”.")), found
    )


def _in_passing(asking: NameServers, name: str, begins: str) -> Sequence[str] | None:
    """The TXT records that begin so; None where nobody answers, for what only explains is not waited for."""
    try:
        return tuple(one for one in asking.ask(name, "TXT") if one.lower().startswith(begins))
    except Unanswered:
        return None


def _unknown(name: str) -> Mark:
    return Mark(name, "warn", say(N_("The name servers of %(name)s do not answer."), name=name))
