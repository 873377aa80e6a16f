"""Pages that every stranger gets alike go over the wire packed: a list of products is a sixth of its size then.

Never a page with a secret in it, and never one made for somebody: its size would tell of what stands in it (BREACH).
"""

from __future__ import annotations

import gzip

from flask import Flask, Response, current_app, g, request

LEAST_BYTES = 1500  # what one packet carries anyway
EFFORT = 4  # most of the gain for half a millisecond


def install(app: Flask) -> None:
    """Pack what goes out."""
    app.after_request(_pack)


def _pack(response: Response) -> Response:
    if response.mimetype != "text/html" or response.is_streamed or not _is_alike_for_all():
        return response
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"] or response.content_encoding:
        return response
    whole = response.get_data()
    if len(whole) >= LEAST_BYTES:
        response.set_data(gzip.compress(whole, EFFORT, mtime=0))
        response.content_encoding = "gzip"
    return response


def _is_alike_for_all() -> bool:
    """Whether this is a shop's page, nobody is signed in or previews, and no form's token was asked for."""
    here = g.get("here")
    if here is None or here.door != "shop" or here.preview or here.previewing:
        return False
    return g.get("person") is None and current_app.config["WTF_CSRF_FIELD_NAME"] not in g
