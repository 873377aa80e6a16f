"""Brands in versions, and the pictures they are made of."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import Index, LargeBinary, String, false, inspect, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.branding.colours import Palette
from portal.core.clock import now
from portal.core.db import Model, belongs_to, index, one_of, unique
from portal.core.kinds import Belonging
from portal.core.lifecycle import Lifecycle
from portal.core.themes import PLAIN
from portal.core.words import N_


class State(StrEnum):
    DRAFT = "draft"
    PUBLISHED = "published"
    PAST = "past"


LIFECYCLE = Lifecycle({State.DRAFT: {State.PUBLISHED}, State.PUBLISHED: {State.PAST}, State.PAST: {State.PUBLISHED}})
"""What was worn before can be worn again, as it was."""

SHOWN = {
    State.DRAFT: ("plain", N_("Draft")),
    State.PUBLISHED: ("good", N_("Published")),
    State.PAST: ("plain", N_("Past")),
}


ASIDE = frozenset(
    "tenant_id id number state step created_at published_at record_id publishes_at publishes_because".split()
)
"""What is said of a version, and not by it."""


class Brand(Belonging, Model):
    """One version of what a tenant looks like.  At most one is a draft, at most one is published.

    `brand_colour` and `accent` are what was chosen; None means: taken from the logo, or from the name.  `tokens` are
    those of the theme that somebody chose otherwise, `exact` colours are worn as they are written, `css` is as it was
    typed.  `record_id` is the line of the trail that says who published it.
    """

    __table_args__ = (
        unique("number"),
        index("stylesheet_hash"),
        Index("brand_one_draft", "tenant_id", unique=True, postgresql_where=text("state = 'draft'")),
        Index("brand_one_published", "tenant_id", unique=True, postgresql_where=text("state = 'published'")),
    )
    __page__ = "branding.show"
    __unlogged__: ClassVar[set[str]] = {
        "stylesheet",
        "stylesheet_hash",
        "colours",
        "pictures",
        "published_at",
        "state",
        "record_id",
        "made_of",
        "step",
        "publishes_because",
    }
    __words__: ClassVar[dict[str, str]] = {
        "name": N_("Name shown"),
        "brand_colour": N_("Brand colour"),
        "accent": N_("Accent colour"),
        "logo": N_("Logo"),
        "theme": N_("Theme"),
        "tokens": N_("Settings of the theme"),
        "note": N_("Note"),
        "exact": N_("Colours exactly as written"),
        "css": N_("Your own CSS"),
        "reason": N_("Reason"),
        "publishes_at": N_("Publish on"),
    }

    number: Mapped[int]
    state: Mapped[State] = mapped_column(one_of(State, longest=10), default=State.DRAFT)
    theme: Mapped[str] = mapped_column(String(40), default=PLAIN, server_default=PLAIN)  # a folder under themes/
    name: Mapped[str] = mapped_column(String(120))
    brand_colour: Mapped[str | None] = mapped_column(String(7))
    accent: Mapped[str | None] = mapped_column(String(7))
    tokens: Mapped[dict[str, Any]] = mapped_column(default=dict, server_default="{}")  # token -> value
    note: Mapped[str] = mapped_column(String(200), default="", server_default="")
    exact: Mapped[bool] = mapped_column(default=False, server_default=false())
    css: Mapped[str] = mapped_column(default="", server_default="")
    made_of: Mapped[list[Any]] = mapped_column(JSONB, default=list, server_default="[]")  # the colours it was made of
    colours: Mapped[dict[str, Any]]  # token -> [in light, in dark], as `colours.Palette` made them
    pictures: Mapped[dict[str, Any]] = mapped_column(default=dict)  # use -> {"file", "width", "height", "by_hand"}
    stylesheet: Mapped[str]
    stylesheet_hash: Mapped[str] = mapped_column(String(32))
    created_at: Mapped[datetime] = mapped_column(default=now)
    published_at: Mapped[datetime | None]
    record_id: Mapped[UUID | None]
    step: Mapped[int] = mapped_column(default=0, server_default="0")  # of a draft: at which of its steps it stands

    publishes_at: Mapped[datetime | None]  # of a draft: when it is published by itself
    publishes_because: Mapped[str] = mapped_column(String(300), default="", server_default="")  # though unread

    @property
    def kept(self) -> dict[str, Any]:
        """Everything it consists of."""
        return {one.key: getattr(self, one.key) for one in inspect(Brand).column_attrs if one.key not in ASIDE}

    @property
    def palette(self) -> Palette:
        """Its colours, as they were made."""
        return Palette(0, {token: (light, dark) for token, (light, dark) in self.colours.items()})

    @property
    def wished(self) -> tuple[str, str | None]:
        """The one or two colours it was made of."""
        brand, accent = self.made_of or (self.colours["brand"][0], None)
        return brand, accent

    @property
    def has_logo(self) -> bool:
        return "logo" in self.pictures

    @property
    def by_hand(self) -> set[str]:
        """What those of its pictures are for that somebody sent in the place of made ones."""
        return {use for use, picture in self.pictures.items() if picture.get("by_hand")}

    @property
    def files(self) -> dict[str, str]:
        """What each picture is for -> its name in addresses."""
        return {use: picture["file"] for use, picture in self.pictures.items()}


class DraftStep(Belonging, Model):
    """How a draft stood after one of its changes.

    `record_id` is the line of the trail that says who made it; None: as it was worn when the draft was begun.
    """

    __table_args__ = (unique("brand_id", "number"),)

    brand_id: Mapped[UUID]
    brand: Mapped[Brand] = belongs_to(ondelete="CASCADE", indexed=False)
    number: Mapped[int]
    kept: Mapped[dict[str, Any]]  # as `Brand.kept` has it
    record_id: Mapped[UUID | None]
    created_at: Mapped[datetime] = mapped_column(default=now)


class Picture(Belonging, Model):
    """A picture of a brand, named by the hash of its content: small, and written in the transaction of its brand.

    Kept in the database and not beside it, so that brand and pictures appear, and are undone, together.
    """

    __table_args__ = (unique("sha"),)
    __unlogged__: ClassVar[set[str]] = {"content"}

    sha: Mapped[str] = mapped_column(String(32))
    extension: Mapped[str] = mapped_column(String(4))
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)


class Fitting(Belonging, Model):
    """CSS that is looked at and that no version need have, named by the hash of it: the address of a look has no room for it."""

    __table_args__ = (unique("name"),)
    __unlogged__: ClassVar[set[str]] = {"css", "until"}

    name: Mapped[str] = mapped_column(String(32))
    css: Mapped[str]
    until: Mapped[datetime]
