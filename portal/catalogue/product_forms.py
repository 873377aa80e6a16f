"""What is typed about a product: its words, what its type asks of it, its plans and prices."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import HiddenField, RadioField, ValidationError
from wtforms.validators import InputRequired, Optional

from portal.catalogue import pictures, queries
from portal.catalogue.models import (
    Answer,
    Billing,
    Characteristic,
    Charging,
    Overlay,
    Product,
    ProductKind,
    ProductType,
    Relation,
    Segment,
    Term,
)
from portal.catalogue.models.overlays import RELATIONS
from portal.catalogue.models.products import BILLINGS, CHARGINGS, CYCLE_MONTHS, KINDS, SEGMENTS, TERMS
from portal.catalogue.sheets.sets import FACTS
from portal.core import regions
from portal.core.clock import today
from portal.core.forms import Amount, AmountField, Choice, Day, Form, LongText, Number, Text, Tick, Versioned
from portal.core.here import here
from portal.core.keys import spell
from portal.core.money import Money

MOST_UNITS = 10_000_000
OF_THE_SHEET = ("code", *FACTS)
"""What a price sheet says anew each month: typed here it would not stay."""
TERM_MONTHS = {Term.MONTH: 1, Term.YEAR: 12, Term.THREE_YEARS: 36}


def _no_lines(form: Any, field: Any) -> None:  # noqa: ARG001 - the shape WTForms calls
    if field.data and any(letter in field.data for letter in "|\t"):
        raise ValidationError(gettext("Use letters, digits and signs without | and tabs."))


class ProductForm(Versioned):
    """A product's words.  `asking` makes the form of one type, with a field for each of its characteristics."""

    name = Text(_l("Name"), longest=200)
    code = Text(_l("Code"), _no_lines, longest=64)
    vendor = Text(_l("Vendor"), longest=120, required=False)
    family = Text(_l("Product family"), longest=200, required=False)
    summary = Text(_l("Summary"), longest=500, required=False, id="in-short")  # a page's summary of errors is “summary”
    description = LongText(_l("Description"), longest=20_000)
    type = Choice(_l("Product type"), required=False)
    category = Choice(_l("Category"), required=False)
    kind = RadioField(_l("Kind"), [InputRequired(_l("Choose one."))])
    charging = Choice(_l("Charged as"))
    unit = Text(_l("Unit of measure"), longest=40)
    least = Number(_l("Least quantity"), least=1, most=MOST_UNITS)
    most = Number(_l("Most quantity"), least=1, most=MOST_UNITS, required=False)
    tags = Text(_l("Tags"), longest=200, required=False)

    def __init__(self, product: Product | None, kind: ProductType | None) -> None:
        super().__init__(data=typed(product) if product else _usual(kind))
        self.product_type = kind
        if product is not None and not product.by_hand:
            for name in OF_THE_SHEET:
                del self[name]
        self._types = {row.key: row for row in queries.types()}
        self._categories = {branch.category.key: branch for branch in queries.branches()}
        self.type.choices = [("", gettext("None")), *((key, row.name) for key, row in self._types.items())]
        self.category.choices = [("", gettext("None")), *((key, row.title) for key, row in self._categories.items())]
        self.kind.choices = [(str(one), gettext(text)) for one, text in KINDS.items()]
        self.charging.choices = [(str(one), gettext(text)) for one, text in CHARGINGS.items()]

    @classmethod
    def asking(cls, product: Product | None, kind: ProductType | None) -> ProductForm:
        fields = {f"answer_{asked.code}": _field(asked) for asked in (kind.asks if kind else ())}
        made = type(cls.__name__, (cls,), fields)
        return made(product, kind)  # type: ignore[no-any-return] # made of it a line above

    @property
    def answers(self) -> list[Any]:
        """The fields of the type's characteristics."""
        return [field for name, field in self._fields.items() if name.startswith("answer_")]

    @property
    def chosen_type(self) -> ProductType | None:
        return self._types.get(self.type.data or "")

    def terms(self) -> dict[str, Any]:
        """What was typed, as the verbs take it."""
        words = {name: self[name].data or "" for name in ("description", *OF_THE_SHEET) if name in self}
        branch = self._categories.get(self.category.data or "")
        said = {field.name.removeprefix("answer_"): field.data for field in self.answers}
        return words | {
            "type": self.chosen_type,
            "category": branch.category if branch else None,
            "kind": ProductKind(self.kind.data),
            "charging": Charging(self.charging.data),
            "least": self.least.data,
            "most": self.most.data,
            "characteristics": {code: str(value) for code, value in said.items() if value not in (None, "")},
        }

    def standing(self, product: Product) -> dict[str, Any]:
        """The row as this form would send it."""
        return {name: value for name, value in typed(product).items() if name in self and name != "version"}


def _field(asked: Characteristic) -> Any:
    """How a characteristic is asked for."""
    if asked.answer is Answer.CHOICE:
        return Choice(asked.name, _or_none(asked, [(one, one) for one in asked.choices]), required=asked.required)
    if asked.answer is Answer.YES_NO:
        words = [("yes", _l("Yes")), ("no", _l("No"))]
        return Choice(asked.name, _or_none(asked, words), required=asked.required)
    if asked.answer is Answer.NUMBER:
        first = InputRequired(_l("This is needed.")) if asked.required else Optional()
        return AmountField(asked.name, [first, _no_absurd_number], places=None)
    return Text(asked.name, longest=200, required=asked.required)


def _or_none(asked: Characteristic, words: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    return words if asked.required else [("", "–"), *words]


def _no_absurd_number(form: Any, field: Any) -> None:  # noqa: ARG001 - the shape WTForms calls
    if field.data is not None and abs(field.data) >= Decimal(10) ** 12:
        raise ValidationError(gettext("Use a smaller number."))


def _usual(kind: ProductType | None) -> dict[str, Any]:
    return {
        "kind": str(ProductKind.PRIMARY),
        "charging": str(Charging.SUBSCRIPTION),
        "unit": "licence",
        "least": 1,
        "type": kind.key if kind else "",
        "vendor": kind.vendor if kind else "",
        "version": "0",
    }


def typed(product: Product) -> dict[str, Any]:
    """The row as the form would send it."""
    names = ("name", "code", "vendor", "family", "summary", "description", "unit", "least", "most", "tags")
    said = {f"answer_{code}": _answer(value) for code, value in product.characteristics.items()}
    return (
        {name: getattr(product, name) for name in names}
        | said
        | {
            "version": str(product.version),
            "kind": str(product.kind),
            "charging": str(product.charging),
            "type": spell(product.type_id) if product.type_id else "",
            "category": spell(product.category_id) if product.category_id else "",
        }
    )


def _answer(value: str) -> Any:
    return Decimal(value) if value.replace(".", "", 1).removeprefix("-").isdigit() and value.isascii() else value


class WordsForm(Versioned):
    """What a tenant calls a product that it inherits.  It shows what holds now; what is emptied follows the product."""

    name = Text(_l("Name"), longest=200, required=False)
    summary = Text(_l("Summary"), longest=500, required=False, id="in-short")  # a page's summary of errors is “summary”
    description = LongText(_l("Description"), longest=20_000)
    category = Choice(_l("Category"), required=False)
    hidden = Tick(_l("Hidden"))

    def __init__(self, product: Product, overlay: Overlay | None) -> None:
        super().__init__(data=reworded(product, overlay))
        self._categories = {branch.category.key: branch for branch in queries.branches()}
        places = [(key, row.title) for key, row in self._categories.items()]
        self.category.choices = [("", gettext("As inherited")), *places]

    def terms(self) -> dict[str, Any]:
        branch = self._categories.get(self.category.data or "")
        words = {name: self[name].data or None for name in ("name", "summary", "description")}
        return {**words, "category": branch.category if branch else None, "hidden": bool(self.hidden.data)}


def reworded(product: Product, overlay: Overlay | None) -> dict[str, Any]:
    """What holds of the product here, as the form would send it."""
    names = ("name", "summary", "description")
    said = {name: (getattr(overlay, name) if overlay else None) or getattr(product, name) for name in names}
    category = (overlay.category_id if overlay else None) or product.category_id
    hidden, version = (overlay.hidden, overlay.version) if overlay else (False, 0)
    return {**said, "category": spell(category) if category else "", "hidden": hidden, "version": str(version)}


class RelationForm(Form):
    """What this product is to another."""

    other = HiddenField(_l("Product"), [InputRequired(_l("Choose one."))])
    relation = Choice(_l("Relation"), [(str(one), _l(texts[0])) for one, texts in RELATIONS.items()])
    partial = Tick(_l("For a part of the quantity, too"))

    def terms(self) -> dict[str, Any]:
        return {"relation": Relation(self.relation.data), "partial": bool(self.partial.data)}


class PictureForm(Form):
    picture = FileField(_l("Picture"))
    remove = Tick(_l("Take the picture away"))

    def wanted(self) -> str | None:
        """The name of the picture there is to be, now kept; empty: none.  None: nothing was said.  Raises Invalid."""
        if self.remove.data:
            return ""
        content = self.picture.data.read() if self.picture.data else b""
        return pictures.keep(content).file if content else None


class ProductsFileForm(Form):
    file = FileField(_l("File"), [FileRequired(_l("Choose a file."))])


class PriceForm(Form):
    """What a plan costs from a day on, by hand."""

    currency = Choice(_l("Currency"))
    cost = Amount(_l("Cost"), places=4)
    recommended = Amount(_l("Recommended price"), places=4, required=False)
    valid_from = Day(_l("Valid from"))

    def __init__(self, **known: Any) -> None:
        super().__init__(data={"currency": here.organization.currency, "valid_from": today(), **known})
        self.currency.choices = regions.currencies()

    def prices(self) -> dict[str, Any]:
        """What was typed, as the verbs take it."""
        currency, told = self.currency.data, self.recommended.data
        return {
            "cost": Money(self.cost.data or Decimal(0), currency),
            "recommended": Money(told, currency) if told is not None else None,
            "valid_from": self.valid_from.data,
        }


class PlanForm(PriceForm):
    """One more way to buy a product, with its first prices."""

    term = Choice(_l("Term"), [(str(term), _l(text)) for term, text in TERMS.items()])
    billing = Choice(_l("Billing"), [(str(one), _l(text)) for one, text in BILLINGS.items()])
    segment = Choice(_l("Segment"), [(str(one), _l(text)) for one, text in SEGMENTS.items()])

    def validate_billing(self, field: Any) -> None:
        """Nobody pays for longer than he is bound."""
        months = CYCLE_MONTHS.get(Billing(field.data)) if field.data in list(Billing) else None
        if months and self.term.data in list(Term) and months > TERM_MONTHS[Term(self.term.data)]:
            raise ValidationError(gettext("Bill for the term or for less: nobody pays for longer than the term."))

    def plan(self) -> dict[str, Any]:
        return {
            "term": Term(self.term.data),
            "billing": Billing(self.billing.data),
            "segment": Segment(self.segment.data),
        }
