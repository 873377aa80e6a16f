"""Which language a page speaks: the person's, else the tenant's, else the first the browser asks for that we have."""

from __future__ import annotations

from babel import Locale
from flask import Flask, g, has_request_context, request
from flask_babel import Babel, get_locale

from portal.config.places import catalogues


def _in_its_own_words(code: str) -> str:
    name = str(Locale.parse(code).languages[code])
    return name[:1].upper() + name[1:]  # languages that write their name small begin a list in capitals, too


LANGUAGES = {code: _in_its_own_words(code) for code in ("en", *(path.parent.parent.name for path in catalogues()))}
"""Code -> name of those that may be chosen: English, and each that has a catalogue.  Nobody keeps a list of them."""


def install(app: Flask) -> None:
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = "translations"
    Babel(app, locale_selector=chosen, timezone_selector=_zone)
    app.jinja_env.globals["lang"] = chosen


def chosen() -> str:
    """The language code.  A letter being written says so by `g.speaking`."""
    if speaking := g.get("speaking"):
        return str(speaking)
    own = getattr(g.get("person"), "language", "")
    if own in LANGUAGES:
        return str(own)
    here = g.get("here")
    if here is not None and here.house is not None and here.house.language in LANGUAGES:
        return str(here.house.language)
    if has_request_context():
        return request.accept_languages.best_match(list(LANGUAGES)) or "en"
    return "en"


def _zone() -> str:
    here = g.get("here")
    own = getattr(g.get("person"), "time_zone", "")
    return own or (here.house.time_zone if here is not None and here.house is not None else "UTC")


def country_name(code: str) -> str:
    """As the reader's language calls it."""
    return str((get_locale() or Locale("en")).territories.get(code, code))


def language_name(code: str) -> str:
    """One of ours in its own words, as one looks for one's own; any other as the reader's language calls it."""
    return LANGUAGES.get(code) or str((get_locale() or Locale("en")).languages.get(code, code))
