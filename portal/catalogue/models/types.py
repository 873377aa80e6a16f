"""What kind of service a product is: which characteristics it has, and how changes of it are carried out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Model, index, one_of, unique
from portal.core.kinds import Offering
from portal.core.words import N_, Line, say


class Answer(StrEnum):
    """What a characteristic is answered with."""

    TEXT = "text"
    NUMBER = "number"
    CHOICE = "choice"
    YES_NO = "yes_no"


class Way(StrEnum):
    """How a change of what a customer has is carried out."""

    AT_ONCE = "at_once"
    END_OF_CYCLE = "end_of_cycle"
    END_OF_TERM = "end_of_term"
    BY_HAND = "by_hand"
    NEVER = "never"


ANSWERS = {
    Answer.TEXT: N_("Text"),
    Answer.NUMBER: N_("Number"),
    Answer.CHOICE: N_("Choice"),
    Answer.YES_NO: N_("Yes or no"),
}
WAYS = {
    Way.AT_ONCE: N_("At once"),
    Way.END_OF_CYCLE: N_("At the end of the billing cycle"),
    Way.END_OF_TERM: N_("At the end of the term"),
    Way.BY_HAND: N_("By hand, by the staff"),
    Way.NEVER: N_("Not possible"),
}


def way_title(way: str) -> Line:
    return say(WAYS[Way(way)])


@dataclass(frozen=True, slots=True)
class Characteristic:
    """A question that every product of a type answers.  `code` names the answer for ever; the name may change."""

    code: str
    name: str
    answer: Answer
    unit: str = ""  # of a number
    choices: tuple[str, ...] = ()
    required: bool = False

    @classmethod
    def of(cls, stored: Mapping[str, Any]) -> Characteristic:
        rest = {**stored, "answer": Answer(stored["answer"]), "choices": tuple(stored.get("choices", ()))}
        return cls(**rest)

    def stored(self) -> dict[str, Any]:
        """As JSON for the column."""
        return {
            "code": self.code,
            "name": self.name,
            "answer": str(self.answer),
            "unit": self.unit,
            "choices": list(self.choices),
            "required": self.required,
        }


class ProductType(Offering, Model):
    """One kind of service."""

    __table_args__ = (unique("code"), index("name"))
    __page__ = "catalogue.product_type"
    __unlogged__: ClassVar[frozenset[str]] = frozenset({"characteristics"})
    __words__: ClassVar[dict[str, str]] = {
        "glyph": N_("Sign"),
        "picture": N_("Picture"),
        "cancellation": N_("Cancellation"),
        "downgrade": N_("Downgrade"),
        "add_on_change": N_("Change of add-ons"),
    }
    __readings__: ClassVar[dict[str, Any]] = {
        "cancellation": way_title,
        "downgrade": way_title,
        "add_on_change": way_title,
    }

    code: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(80))
    vendor: Mapped[str] = mapped_column(String(120), default="")
    glyph: Mapped[str] = mapped_column(String(40), default="package")
    picture: Mapped[str] = mapped_column(String(40), default="")  # the name of a ProductPicture
    characteristics: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    cancellation: Mapped[Way] = mapped_column(one_of(Way), default=Way.END_OF_TERM)
    downgrade: Mapped[Way] = mapped_column(one_of(Way), default=Way.END_OF_TERM)
    add_on_change: Mapped[Way] = mapped_column(one_of(Way), default=Way.AT_ONCE)
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)

    @property
    def asks(self) -> list[Characteristic]:
        """Its characteristics, in their order."""
        return [Characteristic.of(one) for one in self.characteristics]
