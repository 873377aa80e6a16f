"""The pages that tell of errors, each laid out as it would be: most of them cannot be called for without breaking something."""

from __future__ import annotations

from collections.abc import Iterator
from contextvars import Context

from flask import Flask, current_app, g

from portal.core.web import render
from portal.core.words import Line
from portal.tenants import preview

FOLDER = "errors/"
_ANY = ("500", "503")  # what stands when nothing else does has no clothes
_NOT_A_STATUS = 0


def pages(origin: str, tenant_id: int) -> Iterator[tuple[str, str]]:
    """(template, page) of every one that a shop can show."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined] # noqa: SLF001 - the app itself, for requests in contexts of their own
    found = app.jinja_env.list_templates(filter_func=lambda name: name.startswith(FOLDER))
    for name in found:
        word = name.removeprefix(FOLDER).removesuffix(".html")
        if word.startswith("shop_") or word in _ANY:
            yield name, Context().run(_page, app, name, origin, tenant_id)


def _page(app: Flask, name: str, origin: str, tenant_id: int) -> str:
    """As somebody gets it who comes to the shop's home page."""
    ticket = preview.ticket(tenant_id)
    word = name.removeprefix(FOLDER).removesuffix(".html").removeprefix("shop_")
    status = int(word) if word.isdigit() else _NOT_A_STATUS
    with app.test_request_context("/", base_url=origin, environ_overrides={preview.ENVIRON: ticket}):
        app.preprocess_request()
        return render(name, line=Line(""), status=status, request_id=g.request_id)
