"""What a shop sorts its products into: a tree, offered to everybody below."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Model, draws_on, index, unique
from portal.core.kinds import Offering
from portal.core.words import N_, Line, say

OTHERS = "others"
"""The code of the category that takes what no other knows; it cannot be removed."""


class Category(Offering, Model):
    """One of them.  Its parent is one's own or one from above.

    The name of a shipped one is a message id, until somebody gives it a name of his own.  A new product comes to the
    first category, by position, one of whose words is in its name.
    """

    __table_args__ = (unique("code"), index("position"))
    __page__ = "catalogue.category"
    __label__ = "title"
    __unlogged__: ClassVar[frozenset[str]] = frozenset({"parent_tenant_id", "parent_id"})
    __words__: ClassVar[dict[str, str]] = {
        "glyph": N_("Picture"),
        "position": N_("Position"),
        "words": N_("Words in names"),
    }

    code: Mapped[str] = mapped_column(String(60))  # its word in addresses
    name: Mapped[str] = mapped_column(String(80))
    glyph: Mapped[str] = mapped_column(String(40), default="tag")
    position: Mapped[int] = mapped_column(default=0)
    words: Mapped[list[str]] = mapped_column(default=list)  # lower case
    parent_tenant_id: Mapped[int | None] = mapped_column(BigInteger)
    parent_id: Mapped[UUID | None]
    parent: Mapped[Category | None] = draws_on(ondelete="SET NULL")
    version: Mapped[int] = mapped_column(default=1)

    @property
    def title(self) -> Line:
        """Its name, in the language of whoever reads."""
        return say(self.name)

    @property
    def takes_the_rest(self) -> bool:
        return self.code == OTHERS

    def knows(self, name: str) -> bool:
        """Whether one of its words is in a product's name."""
        folded = name.lower()
        return any(word in folded for word in self.words)

    def facts(self) -> dict[str, Any]:
        """Its own words, as forms show them."""
        return {"name": str(self.title), "glyph": self.glyph, "words": ", ".join(self.words)}
