"""What is typed about categories and product types."""

from __future__ import annotations

import re
from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from wtforms import HiddenField

from portal.catalogue import queries
from portal.catalogue.glyphs import GLYPHS
from portal.catalogue.models import Answer, Category, Characteristic, ProductType
from portal.catalogue.models.types import ANSWERS, WAYS, Way
from portal.core.forms import Choice, Form, Text, Tick, Versioned
from portal.core.keys import slug, spell

MOST_ASKED = 40
SPARE = 2
"""Empty rows below those that say something."""
LEAST_CHOICES = 2
PARTS = ("ask", "answer", "unit", "choices", "required", "code")
_ROW = re.compile(r"ask_(\d{1,2})")


def _in_parts(text: str | None) -> list[str]:
    """Words with commas between, each once."""
    return list(dict.fromkeys(part.strip() for part in (text or "").split(",") if part.strip()))


class CategoryForm(Versioned):
    name = Text(_l("Name"), longest=80)
    parent = Choice(_l("Below"), required=False)
    glyph = Choice(_l("Sign"), [(name, _l(text)) for name, text in GLYPHS.items()])
    words = Text(_l("Words in names"), longest=1000, required=False)

    def __init__(self, category: Category | None = None) -> None:
        super().__init__(data=typed_category(category) if category else {"version": "0", "glyph": "tag"})
        self._branches = {branch.category.key: branch for branch in queries.branches()}
        besides = category.key if category else ""
        places = [(key, branch.title) for key, branch in self._branches.items() if key != besides]
        self.parent.choices = [("", gettext("Nothing: it stands at the top")), *places]

    def terms(self) -> dict[str, Any]:
        branch = self._branches.get(self.parent.data or "")
        return {
            "name": self.name.data,
            "parent": branch.category if branch else None,
            "glyph": self.glyph.data,
            "words": [word.lower() for word in _in_parts(self.words.data)],
        }


def typed_category(category: Category) -> dict[str, Any]:
    """The row as the form would send it."""
    return category.facts() | {
        "version": str(category.version),
        "parent": spell(category.parent_id) if category.parent_id else "",
    }


class RemovalForm(Form):
    """Where that goes which stands in a category."""

    target = Choice(_l("Its products go to"), required=False)

    def __init__(self, category: Category) -> None:
        super().__init__()
        self._branches = {branch.category.key: branch for branch in queries.branches()}
        places = [(key, branch.title) for key, branch in self._branches.items() if key != category.key]
        self.target.choices = [("", gettext("Nowhere yet")), *places]

    @property
    def chosen(self) -> Category | None:
        branch = self._branches.get(self.target.data or "")
        return branch.category if branch else None


class TypeForm(Versioned):
    """A product type.  `of` makes the form with as many rows of questions as there are, and some to spare."""

    name = Text(_l("Name"), longest=80)
    vendor = Text(_l("Vendor"), longest=120, required=False)
    glyph = Choice(_l("Sign"), [(name, _l(text)) for name, text in GLYPHS.items()])
    cancellation = Choice(_l("Cancellation"), [(str(way), _l(text)) for way, text in WAYS.items()])
    downgrade = Choice(_l("Downgrade"), [(str(way), _l(text)) for way, text in WAYS.items()])
    add_on_change = Choice(_l("Change of add-ons"), [(str(way), _l(text)) for way, text in WAYS.items()])

    @classmethod
    def of(cls, kind: ProductType | None) -> TypeForm:
        rows = _rows_wanted(kind)
        fields = {name: field for number in range(rows) for name, field in _row(number).items()}
        made = type(cls.__name__, (cls,), fields)
        return made(data=typed_type(kind) if kind else _usual())  # type: ignore[no-any-return] # made of it above

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The fields of each question."""
        numbers = [int(found[1]) for name in self._fields if (found := _ROW.fullmatch(name))]
        return [{part: self[f"{part}_{number}"] for part in PARTS} for number in numbers]

    def validate(self, extra_validators: Any = None) -> bool:
        whole = super().validate(extra_validators)
        names: set[str] = set()
        for row in self.rows:
            name, answer = row["ask"].data or "", row["answer"].data
            if name and answer == Answer.CHOICE and len(_in_parts(row["choices"].data)) < LEAST_CHOICES:
                row["choices"].errors = [gettext("Write at least two, with commas between.")]
                whole = False
            if name.casefold() in names:
                row["ask"].errors = [gettext("Ask each only once.")]
                whole = False
            names |= {name.casefold()} if name else set()
        return bool(whole)

    def terms(self, standing: ProductType | None) -> dict[str, Any]:
        """What was typed, as the verbs take it."""
        words = {name: self[name].data or "" for name in ("name", "vendor", "glyph")}
        ways = {name: Way(self[name].data) for name in ("cancellation", "downgrade", "add_on_change")}
        return {**words, **ways, "asks": self._asks({one.code for one in standing.asks} if standing else set())}

    def _asks(self, known: set[str]) -> list[Characteristic]:
        """The questions that have a name; one that is known keeps its code, whatever it is called now."""
        asks: list[Characteristic] = []
        for row in self.rows:
            if not row["ask"].data:
                continue
            answer, code = Answer(row["answer"].data), row["code"].data or ""
            if code not in known:
                code = _code_for(row["ask"].data, known | {one.code for one in asks})
            choices = tuple(_in_parts(row["choices"].data)) if answer is Answer.CHOICE else ()
            unit = row["unit"].data or "" if answer is Answer.NUMBER else ""
            asks.append(Characteristic(code, row["ask"].data, answer, unit, choices, bool(row["required"].data)))
        return asks


def _row(number: int) -> dict[str, Any]:
    """The fields of one question."""
    return {
        f"ask_{number}": Text(_l("Question"), longest=80, required=False),
        f"answer_{number}": Choice(_l("Answer"), [(str(one), _l(text)) for one, text in ANSWERS.items()]),
        f"unit_{number}": Text(_l("Unit"), longest=20, required=False),
        f"choices_{number}": Text(_l("Choices"), longest=1000, required=False),
        f"required_{number}": Tick(_l("Must be said")),
        f"code_{number}": HiddenField(),
    }


def _rows_wanted(kind: ProductType | None) -> int:
    """As many as were sent, and some more when more were asked for; else as many as it has and some to spare."""
    if request.method != "POST":
        return min(MOST_ASKED, len(kind.characteristics if kind else ()) + SPARE)
    sent = [int(found[1]) + 1 for name in request.form if (found := _ROW.fullmatch(name))]
    more = SPARE if request.form.get("do") == "more" else 0
    return min(MOST_ASKED, max(sent, default=SPARE) + more)


def _code_for(name: str, taken: set[str]) -> str:
    wanted = slug(name, longest=40).replace("-", "_") or "question"
    numbered = (f"{wanted}_{number}" for number in range(2, 2 * MOST_ASKED))
    return wanted if wanted not in taken else next(code for code in numbered if code not in taken)


def _usual() -> dict[str, Any]:
    ways = {"cancellation": Way.END_OF_TERM, "downgrade": Way.END_OF_TERM, "add_on_change": Way.AT_ONCE}
    return {"version": "0", "glyph": "package", **{name: str(way) for name, way in ways.items()}}


def typed_type(kind: ProductType) -> dict[str, Any]:
    """The row as the form would send it."""
    words = {name: str(getattr(kind, name)) for name in ("name", "vendor", "glyph")}
    ways = {name: str(getattr(kind, name)) for name in ("cancellation", "downgrade", "add_on_change")}
    asks = {
        f"{part}_{number}": value
        for number, one in enumerate(kind.asks)
        for part, value in {
            "ask": one.name,
            "answer": str(one.answer),
            "unit": one.unit,
            "choices": ", ".join(one.choices),
            "required": one.required,
            "code": one.code,
        }.items()
    }
    return {**words, **ways, **asks, "version": str(kind.version)}
