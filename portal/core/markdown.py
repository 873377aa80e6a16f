"""Markdown as the people of a house write it, turned into what visitors see.

HTML of their own is shown as the letters it is; what the reader makes is cleaned once more, so that a fault in the one
does not open the other.  Headings begin below the page's own.  [What stands in brackets] is still to be filled in.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

TAGS = set("h2 h3 h4 h5 h6 p br hr strong em s ul ol li blockquote a code pre table thead tbody tr th td".split())
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"https", "http", "mailto", "tel"}
FIRST, LAST = 2, 6
"""The page's title is the one heading of level 1."""

_READER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"]).disable("image")
_LETTERS = MarkdownIt("commonmark", {"html": False}).disable("text_join")  # keeps escaped letters apart from the others
_PLACEHOLDER = re.compile(r"\[[^\[\]]+\]")


def shown(text: str) -> Markup:
    """The text as a part of a page."""
    page = _READER.renderer.render(list(_lowered(_READER.parse(text))), _READER.options, {})
    clean = nh3.clean(page, tags=TAGS, attributes=ATTRIBUTES, url_schemes=SCHEMES, link_rel="noopener")
    return Markup(clean)  # noqa: S704 - cleaned in the line above


def placeholders(text: str) -> list[str]:
    """What is still to be filled in.  The words of a link are not, nor is a bracket behind a backslash."""
    words = ("".join(_words(token)) for token in _LETTERS.parse(text) if token.type == "inline")
    return [found for said in words for found in _PLACEHOLDER.findall(said)]


def _lowered(tokens: list[Token]) -> Iterator[Token]:
    """The highest heading that is used becomes the first below the page's title, the others follow."""
    levels = [int(token.tag[1]) for token in tokens if token.type == "heading_open"]
    down = FIRST - min(levels, default=FIRST)
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(LAST, int(token.tag[1]) + down)}"
        yield token


def _words(inline: Token) -> Iterator[str]:
    """The plain words of a paragraph, without code and without what stands in links."""
    depth = 0
    for token in inline.children or ():
        depth += {"link_open": 1, "link_close": -1}.get(token.type, 0)
        if token.type in {"text", "softbreak"} and not depth:
            yield token.content or " "
