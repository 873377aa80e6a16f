"""A person in front of a browser: opens pages, fills in what is there, presses buttons.

A form is sent as a browser sends it: with everything it showed, unless something else was typed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin

from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from werkzeug.test import TestResponse


@dataclass
class Browser:
    client: FlaskClient
    answer: TestResponse | None = None
    path: str = "/"
    _read: BeautifulSoup | None = None

    @property
    def page(self) -> BeautifulSoup:
        """What is on the screen; read when somebody looks."""
        if self._read is None:
            html = self.answer.text if self.answer is not None and self.answer.mimetype == "text/html" else ""
            self._read = BeautifulSoup(html, "lxml")
        return self._read

    def open(self, path: str) -> TestResponse:
        self.path = path
        return self._shown(self.client.get(path))

    def send(self, *, button: str = "", files: dict[str, Any] | None = None, **typed: Any) -> TestResponse:
        """Fill in the page's main form and press its button (by the words on it)."""
        form = self._form(button)
        values = {**_values(form), **_pressed(form, button), **(files or {})}
        for name, value in typed.items():
            if value is None:
                values.pop(name, None)
            else:
                values[name] = value
        target = urljoin(self.path, str(form.get("action") or self.path))
        kind = str(form.get("enctype") or "") or None
        return self._shown(
            self.client.post(target, data=values, content_type=kind if kind and "multipart" in kind else None)
        )

    def follow(self) -> TestResponse:
        assert self.answer is not None
        return self.open(self.answer.location)

    @property
    def text(self) -> str:
        main = self.page.find("main") or self.page
        return " ".join(main.get_text(" ").split())

    @property
    def errors(self) -> dict[str, str]:
        """Field → what is said at it."""
        found = self.page.select("p.error")
        return {str(one["id"]).removesuffix("-error"): " ".join(one.get_text(" ").split()) for one in found}

    @property
    def summary(self) -> str:
        notice = self.page.select_one("section.notice.bad")
        return " ".join(notice.get_text(" ").split()) if notice else ""

    def values(self) -> dict[str, Any]:
        """What the main form holds now."""
        return _values(self._form(""))

    def rows(self) -> list[str]:
        return [" ".join(row.get_text(" ").split()) for row in self.page.select("table.list tbody tr")]

    def _form(self, button: str) -> Tag:
        forms = [form for form in self.page.select("main form") if form.get("method", "get").lower() == "post"]
        if button:
            forms = [
                form
                for form in forms
                if any(button == " ".join(one.get_text(" ").split()) for one in form.select("button"))
            ]
        assert forms, f"no form to send on {self.path}: {self.text[:500]}"
        return forms[0] if button else max(forms, key=lambda form: len(form.select("input, select, textarea")))

    def _shown(self, answer: TestResponse) -> TestResponse:
        self.answer, self._read = answer, None
        return answer


def _values(form: Tag) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for one in form.select("input[name], textarea[name], select[name]"):
        name, kind = str(one["name"]), str(one.get("type", ""))
        if one.name == "select":
            chosen = one.select_one("option[selected]") or one.select_one("option")
            values[name] = str(chosen["value"]) if chosen else ""
        elif one.name == "textarea":
            values[name] = one.get_text()
        elif kind in {"radio", "checkbox"}:
            if one.has_attr("checked"):
                values[name] = str(one.get("value", "on"))
        elif kind not in {"file", "submit"}:
            values[name] = str(one.get("value", ""))
    return values


def _pressed(form: Tag, button: str) -> dict[str, str]:
    for one in form.select("button[name]"):
        if button and button == " ".join(one.get_text(" ").split()):
            return {str(one["name"]): str(one.get("value", ""))}
    return {}
