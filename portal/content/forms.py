"""What is typed about the home page: one form for each kind of section, in one language."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField
from wtforms import ValidationError

from portal.catalogue.tree import tree
from portal.content import questions
from portal.content.leading import CATEGORY, Leading, typed
from portal.content.models import Kind, Section
from portal.core.forms import Choice, Form, LongText, Text, Versioned
from portal.core.pictures import MOST_BYTES
from portal.core.words import N_

WORDS = ("title", "text", "label")
SHELVES = {
    "products": N_("All products"),
    "featured": N_("Products in front"),
    "new": N_("New products"),
    "chapters": N_("The largest categories"),
}
"""What may stand on a shelf besides a category -> its name, a message id."""


class SectionForm(Versioned):
    """What a section says in one language, and what it stands for in all."""

    title = Text(_l("Title"), longest=80, required=False)

    def __init__(self, section: Section, language: str, **options: Any) -> None:
        said = section.words.get(language, {})
        words = {name: said.get(name, "") for name in WORDS}
        everything = {**words, "which": section.which, **typed(section.target)}
        super().__init__(data={**everything, "version": str(section.version)}, **options)
        self._standing = {name: value for name, value in everything.items() if name in self}
        self._version = section.version

    @property
    def is_overtaken(self) -> bool:
        """Whether somebody saved the section since this form was shown."""
        return self.read_version() != self._version

    def read_meanwhile(self) -> list[tuple[str, str, str]]:
        return self.differences(self._standing)

    def terms(self) -> dict[str, Any]:
        """What was typed, as the verb takes it."""
        return {"words": {name: self[name].data or "" for name in WORDS if name in self}}


class ContactForm(SectionForm):
    """A heading and a few lines."""

    text = LongText(_l("Text"), longest=400)


class TextForm(SectionForm):
    text = LongText(_l("Text"), longest=8000)


class InvitingForm(Leading, SectionForm):
    """A heading, a few lines, a button."""

    text = LongText(_l("Text"), longest=400)
    label = Text(_l("On the button"), longest=40, required=False)

    def __init__(self, section: Section, language: str, **options: Any) -> None:
        super().__init__(section, language, **options)
        self.offer(gettext("Products") if section.kind is Kind.HERO else gettext("No button"))

    def terms(self) -> dict[str, Any]:
        return {**super().terms(), "target": self.leads_to}


class QuestionsForm(SectionForm):
    text = LongText(_l("Questions and answers"), longest=8000)

    def validate_text(self, field: Any) -> None:
        """A text without a question would be shown to nobody."""
        if field.data and not questions.read(field.data):
            raise ValidationError(gettext("Begin each question with ## and a space; its answer stands below it."))


class ShelfForm(SectionForm):
    which = Choice(_l("What stands on it"))

    def __init__(self, section: Section, language: str, **options: Any) -> None:
        super().__init__(section, language, **options)
        named = [(word, gettext(name)) for word, name in SHELVES.items()]
        self.which.choices = named + [(f"{CATEGORY}:{place.word}", gettext(place.name)) for place in tree().places]

    def terms(self) -> dict[str, Any]:
        return {**super().terms(), "which": self.which.data}


FORMS: dict[Kind, type[SectionForm]] = {
    Kind.HERO: InvitingForm,
    Kind.BANNER: InvitingForm,
    Kind.SHELF: ShelfForm,
    Kind.TEXT: TextForm,
    Kind.LOGOS: SectionForm,
    Kind.QUESTIONS: QuestionsForm,
    Kind.CONTACT: ContactForm,
}


class AdditionForm(Form):
    """What is to be added to the page."""

    kind = Choice(_l("Add"))

    def __init__(self) -> None:
        super().__init__()
        self.kind.choices = [(str(kind), gettext(kind.label)) for kind in Kind]


class PictureForm(Leading):
    """A picture for a row of logos."""

    picture = FileField(_l("Picture"))
    name = Text(_l("What it shows"))

    def __init__(self) -> None:
        super().__init__()
        self.offer(gettext("Nowhere"))

    def validate_picture(self, field: Any) -> None:
        if not field.data:
            raise ValidationError(gettext("Choose a picture."))

    def terms(self) -> dict[str, Any]:
        """What was sent, as the verb takes it; of a file no more than shows that it is too large."""
        content = self.picture.data.read(MOST_BYTES + 1)
        return {"content": content, "name": self.name.data, "target": self.leads_to}
