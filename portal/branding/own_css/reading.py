"""A whole text: its rules one by one, and a list of what is left out of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import tinycss2

from portal.branding.own_css import reasons, values
from portal.branding.own_css.conditions import condition
from portal.branding.own_css.lists import split
from portal.branding.own_css.reasons import Refused
from portal.branding.own_css.selectors import selector

_LONGEST = 60
_WHOLE = {"skip_comments": True, "skip_whitespace": True}
_ENDS = re.compile(r"\r\n|[\r\f]")


@dataclass(frozen=True, slots=True)
class Removed:
    """What was left out: on which line it stands, how it begins, and why as a message id."""

    line: int
    what: str
    why: str


def clean(text: str) -> tuple[str, list[Removed]]:
    """(what may be worn, what is left out).  It raises for nothing that can be typed."""
    reading = _Reading(_ENDS.sub("\n", text).split("\n"))
    worn = "".join(reading.rules(tinycss2.parse_stylesheet("\n".join(reading.lines), **_WHOLE)))
    return worn, sorted(reading.removed, key=lambda one: one.line)


@dataclass(slots=True)
class _Reading:
    lines: list[str]
    removed: list[Removed] = field(default_factory=list)

    def drop(self, node: Any, why: str, until: str = "{;}") -> None:
        """List it as it was typed, to the end of its line at most."""
        typed = self.lines[node.source_line - 1][node.source_column - 1 :]
        what = re.split(f"[{re.escape(until)}]", typed)[0].strip() or typed.strip()
        self.removed.append(Removed(node.source_line, what if len(what) <= _LONGEST else f"{what[:_LONGEST]}…", why))

    def rules(self, nodes: Sequence[Any], *, inside: bool = False) -> Iterator[str]:
        """Those that are left; `inside` a condition."""
        for node in nodes:
            match node.type:
                case "qualified-rule":
                    yield self._rule(node)
                case "at-rule" if node.lower_at_keyword == "media" and not inside and node.content is not None:
                    yield self._media(node)
                case "at-rule" if node.lower_at_keyword in {"import", "font-face"}:
                    self.drop(node, reasons.LOADS)
                case "at-rule":
                    self.drop(node, reasons.AT_RULE)
                case "error":
                    self.drop(node, reasons.UNREADABLE)

    def _media(self, node: Any) -> str:
        try:
            asked = condition(node.prelude)
        except Refused as refused:
            self.drop(node, str(refused))
            return ""
        kept = "".join(self.rules(tinycss2.parse_rule_list(node.content, **_WHOLE), inside=True))
        return f"@media {asked} {{\n{kept}}}\n" if kept else ""

    def _rule(self, node: Any) -> str:
        chosen = list(self._selectors(node))
        declared = list(self._declarations(node.content)) if chosen else []
        return f"{', '.join(chosen)} {{ {' '.join(declared)} }}\n" if declared else ""

    def _selectors(self, node: Any) -> Iterator[str]:
        for part in split(node.prelude):
            try:
                yield selector(part)
            except Refused as refused:
                begins = next((token for token in part if token.type != "whitespace"), node)
                self.drop(begins, str(refused), until=",{}")

    def _declarations(self, content: Sequence[Any]) -> Iterator[str]:
        for node in tinycss2.parse_blocks_contents(content, **_WHOLE):
            match node.type:
                case "declaration":
                    yield from self._declaration(node)
                case "error":
                    self.drop(node, reasons.UNREADABLE)
                case _:
                    self.drop(node, reasons.NESTED)

    def _declaration(self, node: Any) -> Iterator[str]:
        try:
            yield f"{values.declared(node.lower_name)}: {values.value(node.lower_name, node.value)};"
        except Refused as refused:
            self.drop(node, str(refused))
            return
        if node.important:
            self.drop(node, reasons.IMPORTANT)
