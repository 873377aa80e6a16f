"""What a tenant says on his storefront besides products and pages."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from portal.content.ordering import Ordered
from portal.core.db import Model, index, one_of, unique
from portal.core.kinds import Belonging
from portal.core.words import N_, Line, say


class Kind(StrEnum):
    """What a section of the home page is."""

    HERO = "hero"
    BANNER = "banner"
    SHELF = "shelf"
    TEXT = "text"
    LOGOS = "logos"
    QUESTIONS = "questions"
    CONTACT = "contact"

    @property
    def label(self) -> str:
        """A message id."""
        return KINDS[self][0]


KINDS: dict[Kind, tuple[str, str]] = {
    Kind.HERO: (N_("Opening"), N_("One sentence, a line below it and a button. Stands on top of the page.")),
    Kind.BANNER: (N_("Banner"), N_("A few words and a button. Banners that follow each other stand in a row.")),
    Kind.SHELF: (N_("Shelf"), N_("Products: those in front, the newest, a category, or all.")),
    Kind.TEXT: (N_("Text"), N_("Whatever you want to say, in Markdown.")),
    Kind.LOGOS: (N_("Logos"), N_("Pictures in a row: partners, customers, certificates.")),
    Kind.QUESTIONS: (N_("Questions and answers"), N_("What visitors ask before they ask.")),
    Kind.CONTACT: (N_("Way to contact you"), N_("An invitation to write, with a button.")),
}
"""kind -> (what it is called, what it is for), message ids."""


class Section(Belonging, Ordered, Model):
    """A part of the home page.

    `words` is language -> what it says there (title, text, label of its button); what is not said is said by the house.
    `which` is what stands on a shelf, `target` where a button leads (`leading`).
    """

    __table_args__ = (index("position"),)
    __page__ = "content.section"
    __deeds__: ClassVar[dict[str, str]] = {
        "hidden": "section.hidden",
        "shown": "section.shown",
        "moved": "section.moved",
        "removed": "section.removed",
        "brought_back": "section.brought_back",
    }
    __label__ = "title"
    __unlogged__: ClassVar[set[str]] = {"words", "pictures", "position", "removed_at"}
    __words__: ClassVar[dict[str, str]] = {
        "kind": N_("Kind"),
        "hidden": N_("Hidden"),
        "which": N_("What stands on it"),
        "target": N_("Leads to"),
        "heading": N_("Title"),
        "label": N_("On the button"),
        "picture": N_("Picture"),
    }

    kind: Mapped[Kind] = mapped_column(one_of(Kind))
    which: Mapped[str] = mapped_column(String(80), default="")
    target: Mapped[str] = mapped_column(String(300), default="")
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    pictures: Mapped[list[Any]] = mapped_column(JSONB, default=list)  # {"file", "width", "height", "name", "target"}
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and shape

    @property
    def title(self) -> str | Line:
        """What it is called: by its own words, in whichever language it has any, else by its kind."""
        own = next((said["title"] for said in self.words.values() if said.get("title")), "")
        return own or say(self.kind.label)


class SectionPicture(Belonging, Model):
    """A picture on the home page, drawn anew by us and named by the hash of its content."""

    __table_args__ = (unique("sha"),)
    __unlogged__: ClassVar[set[str]] = {"content"}

    sha: Mapped[str] = mapped_column(String(32))
    width: Mapped[int]
    height: Mapped[int]
    content: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)

    @property
    def extension(self) -> str:
        return "webp"

    @property
    def file(self) -> str:
        """Its name in addresses."""
        return f"{self.sha}.webp"


class Place(StrEnum):
    """Where entries of a menu stand."""

    MENU = "menu"
    FOOTER = "footer"

    @property
    def label(self) -> str:
        """A message id."""
        return PLACES[self]


PLACES = {Place.MENU: N_("Menu"), Place.FOOTER: N_("Footer")}


class MenuEntry(Belonging, Ordered, Model):
    """A way through the shop, in its menu or at its foot.

    `words` is language -> what it is called there; without any it is called as what it leads to.
    """

    __table_args__ = (index("place", "position"),)
    __page__ = "content.entry"
    __deeds__: ClassVar[dict[str, str]] = {
        "hidden": "menu_entry.hidden",
        "shown": "menu_entry.shown",
        "moved": "menu_entry.moved",
        "removed": "menu_entry.removed",
        "brought_back": "menu_entry.brought_back",
    }
    __label__ = "title"
    __unlogged__: ClassVar[set[str]] = {"position", "removed_at"}
    __words__: ClassVar[dict[str, str]] = {
        "place": N_("Place"),
        "hidden": N_("Hidden"),
        "target": N_("Leads to"),
        "words": N_("Called"),
    }

    place: Mapped[Place] = mapped_column(one_of(Place))
    target: Mapped[str] = mapped_column(String(300))
    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and shape

    @property
    def title(self) -> str:
        """By its own words, in whichever language it has any, else by what it leads to."""
        return next(iter(self.words.values()), "") or self.target


class Announcement(Belonging, Model):
    """One line above every page of the shop, one row for each tenant.

    `words` is language -> what it says; `begins` and `ends` are the first and the last day, in the tenant's time zone.
    """

    __table_args__ = (unique(),)
    __page__ = "content.announcement"
    __label__ = "title"
    __words__: ClassVar[dict[str, str]] = {
        "words": N_("Text"),
        "target": N_("Leads to"),
        "begins": N_("From"),
        "ends": N_("Until"),
    }

    words: Mapped[dict[str, Any]] = mapped_column(default=dict)
    target: Mapped[str] = mapped_column(String(300), default="")
    begins: Mapped[date | None]
    ends: Mapped[date | None]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and shape

    @property
    def title(self) -> Line:
        return say(N_("the announcement"))


class Analytics(Belonging, Model):
    """Where visits are counted, one row for each tenant: a Matomo of his own, and the number of this shop there."""

    __table_args__ = (unique(),)
    __page__ = "content.analytics"
    __label__ = "title"
    __words__: ClassVar[dict[str, str]] = {"address": N_("Address of Matomo"), "site": N_("Site ID")}

    address: Mapped[str] = mapped_column(String(200), default="")  # https, ends with a slash; empty: nothing is counted
    site: Mapped[int | None]

    @property
    def title(self) -> Line:
        return say(N_("the visitor statistics"))
