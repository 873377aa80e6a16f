"""In which language a shop speaks: the one that was chosen, else the person's own, else what the browser asks for, else the shop's.

One chooses by an address, `?language=de`, on any page; the browser keeps the choice.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from urllib.parse import urlencode

from flask import Response, after_this_request, g, request

from portal.core.here import Here
from portal.core.languages import LANGUAGES
from portal.core.visits import cookie_of, give_cookie

WORD = "language"
KEPT = timedelta(days=365)


def speak(here: Here) -> None:
    """Say from here on what this visitor reads."""
    wished = request.args.get(WORD, "")
    known = (wished, cookie_of(WORD), getattr(g.get("person"), "language", ""))
    house = here.house.language if here.house else ""
    g.speaking = next((one for one in (*known, *_asked_for(), house) if one in LANGUAGES), "en")
    after_this_request(_say_so)
    if wished in LANGUAGES:
        after_this_request(partial(_keep, wished))


def ways() -> Iterator[tuple[str, str, str]]:
    """(code, name in its own words, address of this page in it) of every language there is."""
    asked = request.args.to_dict()
    return ((code, name, "?" + urlencode({**asked, WORD: code})) for code, name in LANGUAGES.items())


def _asked_for() -> Iterator[str]:
    """What the browser asks for, the dearest first; German of Austria is German."""
    return (code.partition("-")[0].lower() for code, dear in request.accept_languages if dear > 0)


def _say_so(response: Response) -> Response:
    """Whoever keeps pages for others must not hand one to a reader of another language."""
    if response.mimetype == "text/html":
        response.headers["Content-Language"] = g.speaking
        response.vary.update(("Accept-Language", "Cookie"))
    return response


def _keep(language: str, response: Response) -> Response:
    give_cookie(response, WORD, language, lasts=KEPT)
    return response
