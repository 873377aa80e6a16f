"""How the parts of a brand travel: under names that carry their hash, so a browser keeps them for ever."""

import json
from typing import Protocol

from flask import Response, request

from portal.branding import queries
from portal.branding.models import Brand
from portal.branding.social import picture as picture_of

FOR_EVER = "max-age=31536000, immutable"
A_WHILE = "public, max-age=3600"
TYPES = {"png": "image/png", "ico": "image/x-icon", "webp": "image/webp", "jpg": "image/jpeg"}


class Drawn(Protocol):
    """A picture that we drew ourselves."""

    @property
    def extension(self) -> str: ...

    @property
    def content(self) -> bytes: ...


def stylesheet(text: str, *, shared: bool) -> Response:
    return _kept(Response(text, mimetype="text/css"), shared=shared)


def picture(found: Drawn, *, shared: bool) -> Response:
    """The picture, and nothing a browser could take for something else."""
    response = Response(found.content, mimetype=TYPES[found.extension])
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return _kept(response, shared=shared)


def social(brand: Brand) -> Response:
    """What stands beside a link to the shop: sent for it, or drawn now of mark and name."""
    if "social" in brand.files:
        return picture(queries.picture(brand.files["social"]), shared=True)
    mark, ground = queries.picture(brand.files["icon_512"]), brand.colours["brand-soft"][0]
    return Response(picture_of(brand.name, mark.content, ground), mimetype="image/png")


def manifest(brand: Brand, *, home: str, language: str) -> Response:
    """The web app manifest: the shop under its own name on a phone's home screen."""
    icons = [
        {
            "src": f"{home}pictures/{brand.files[use]}",
            "sizes": f"{side}x{side}",
            "type": "image/png",
            "purpose": purpose,
        }
        for use, side, purpose in (
            ("icon_192", 192, "any"),
            ("icon_512", 512, "any"),
            ("maskable_512", 512, "maskable"),
        )
    ]
    words = {
        "name": brand.name,
        "short_name": brand.name[:12].rstrip(),
        "lang": language,
        "start_url": home,
        "scope": home,
        "display": "minimal-ui",
        "background_color": "#ffffff",
        "theme_color": brand.colours["brand"][0],
        "icons": icons,
    }
    return Response(json.dumps(words, ensure_ascii=False), mimetype="application/manifest+json")


def for_a_while(response: Response) -> Response:
    """Kept for an hour: its address stays when its content changes."""
    response.headers["Cache-Control"] = A_WHILE
    return response


def _kept(response: Response, *, shared: bool) -> Response:
    response.headers["Cache-Control"] = f"{'public' if shared else 'private'}, {FOR_EVER}"
    response.set_etag(request.path.rpartition("/")[2])
    response.make_conditional(request)
    return response
