"""What people, and programs that pretend to be people, put into fields; and how a form is read off its page."""

from __future__ import annotations

import io
import re
import unicodedata
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup, Tag

from portal.core.keys import new_id, spell

if TYPE_CHECKING:
    from tests.house.asking import Route, Visit

NASTY = (
    "",
    " \t ",
    "x" * 5_000,
    "a\x00b",
    "a\x07b\x1b[31m",
    "line\r\nbreak\u2028s",
    "\u202egpj.exe\u202c",
    "\u200b\u200d\ufeff",
    "👩‍👩‍👧‍👦 🏴‍☠️ 🇩🇪",
    "Ω 漢字 עברית العربية ไทย",
    "e\u0301" * 40,
    "-1",
    "-0.0000001",
    "99999999999999999999999999",
    "1e400",
    "NaN",
    "٣٤٥",
    "<script>alert(1)</script>",
    "' or 1=1; drop table account; --",
    "{{ 7*7 }} %s %(x)s {0}",
    "../../etc/passwd",
    "=cmd|' /C calc'!A0",
    "2026-02-30",
    "0000-00-00",
    "true",
    "[]",
    "\ud800",
    "Robert');\\",
)
TYPING = {"text", "email", "number", "search", "url", "tel", "date", "datetime-local", "textarea", ""}

# What a sound person would type into an empty field, by its name.
SOUND = {
    "email": "somebody@company.example",
    "username": "somebody.new",
    "password": "a quite long sentence 12",
    "storefront_address": "somebodys-shop",
    "brand_colour": "#225599",
    "accent": "#225599",
    "client_id": "ABCD-EFGH",
    "at": "2027-11-01T08:00",
    "valid_from": "2026-11-01",
    "valid_until": "2027-11-01",
    "percent": "10",
    "phone": "+49 30 1234567",
}


@dataclass(slots=True)
class Field:
    name: str
    kind: str  # an input's type, "textarea", "select", "file"
    value: str
    choices: list[str] = field(default_factory=list)

    @property
    def is_typed(self) -> bool:
        return self.kind in TYPING

    @property
    def sound(self) -> str:
        if self.value or self.kind in {"hidden", "checkbox"}:
            return self.value
        if self.choices:
            return next((choice for choice in self.choices if choice), "")
        return SOUND.get(self.name, "1" if self.kind == "number" else "Something")


def fields_of(visit: Visit, route: Route, given: dict[str, str]) -> list[Field]:
    """The fields of the form that this route takes, read off the page that shows it; none where no page does."""
    page = visit.client.get(visit.address(route, given))
    if page.status_code != 200:
        return []
    forms = BeautifulSoup(page.text, "lxml").select("main form[method=post], main form:not([method])")
    here = [form for form in forms if form.get("action") in (None, "", visit.address(route, given))]
    found: dict[str, Field] = {}
    for one in (
        part for form in here for part in form.select("input[name], select[name], textarea[name], button[name]")
    ):
        _read(one, found)
    return [one for one in found.values() if one.name not in {"csrf_token", "once"}]


def _read(one: Tag, found: dict[str, Field]) -> None:
    name, kind = str(one["name"]), one.name if one.name != "input" else str(one.get("type", "text"))
    known = found.setdefault(name, Field(name, kind, ""))
    if kind == "select":
        known.choices = [str(option.get("value", "")) for option in one.select("option")]
        chosen = one.select_one("option[selected]")
        known.value = str(chosen.get("value", "")) if chosen else ""
    elif kind == "textarea":
        known.value = one.get_text()
    elif kind in {"radio", "checkbox"}:
        known.choices.append(str(one.get("value", "y")))
        known.value = str(one.get("value", "y")) if one.has_attr("checked") else known.value
    elif kind not in {"file", "button"}:
        known.kind = "hidden" if one.has_attr("readonly") else kind  # shown to password managers, typed by nobody
        known.value = str(one.get("value", ""))


def filled(fields: list[Field], visit: Visit, **typed: Any) -> dict[str, Any]:
    """A sending of the form: sound everywhere but where something else is typed; None leaves a field out."""
    sent: dict[str, Any] = {one.name: one.sound for one in fields if one.kind not in {"file", "button"}}
    sent |= {"csrf_token": visit.csrf(), "once": spell(new_id())} | typed
    return {name: _sendable(value) for name, value in sent.items() if value is not None}


def _sendable(value: Any) -> Any:
    """Half a surrogate pair cannot leave a browser; it arrives as the bytes that would have been it."""
    return value.encode("utf-8", "surrogatepass").decode("utf-8", "replace") if isinstance(value, str) else value


def file(content: bytes = b"x", name: str = "x.csv") -> tuple[io.BytesIO, str]:
    return io.BytesIO(content), name


def still_shows(page: str, typed: str) -> bool:
    """Whether what was typed still stands in the page; blanks and the composing of letters do not count."""
    return _plain(typed).strip() in _plain(unescape(page))


def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFC", text))
