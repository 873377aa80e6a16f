"""Static files under names that carry their hash, so that a browser may keep them for ever."""

from __future__ import annotations

import hashlib
from pathlib import Path
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

from portal.core import themes

STATIC = Path(__file__).resolve().parents[1] / "static"
PREFIX = "/static/"
HASH_LENGTH = 10
AN_HOUR = 3600
SAFE = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox"}


def collect() -> dict[str, Path]:
    """Every static file of the house and of its themes, by the name templates use."""
    found = {path.relative_to(STATIC).as_posix(): path for path in STATIC.rglob("*") if path.is_file()}
    for path in themes.ROOT.glob("*/static/**/*"):
        if path.is_file():
            theme, _, *rest = path.relative_to(themes.ROOT).parts
            found["/".join(("themes", theme, *rest))] = path
    return found


def hashed(name: str, path: Path) -> str:
    """`office.css` → `office.1a2b3c4d5e.css`."""
    digest = hashlib.sha256(path.read_bytes()).hexdigest()[:HASH_LENGTH]
    stem, dot, ending = name.rpartition(".")
    return f"{stem}.{digest}{dot}{ending}"


def install(app: Flask) -> None:
    """Serve them before Flask sees the request, and give templates `asset(name)`."""
    files = collect()
    names = {name: hashed(name, path) for name, path in files.items()}
    immutable = {PREFIX + name for name in names.values()}
    server = WhiteNoise(
        app.wsgi_app,
        max_age=AN_HOUR,
        immutable_file_test=lambda _, address: address in immutable,
        add_headers_function=_be_safe,
        allow_all_origins=False,
    )
    for name, path in files.items():
        server.add_file_to_dictionary(PREFIX + name, str(path))  # fonts are named by their stylesheet, unhashed
        server.add_file_to_dictionary(PREFIX + names[name], str(path))
    app.wsgi_app = server  # type: ignore[method-assign]
    app.jinja_env.globals.update(asset=lambda name: PREFIX + names[name], stylesheet_of=themes.stylesheet)


def _be_safe(headers: Headers, _path: str, _address: str) -> None:
    for name, value in SAFE.items():
        headers[name] = value
