"""Static files under names that carry their hash, so that a browser may keep them for ever; words go over the wire packed.

Pages are another matter: see `packing`.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise

from portal.core import fonts, themes

log = logging.getLogger(__name__)

STATIC = Path(__file__).resolve().parents[1] / "static"
PREFIX = "/static/"
HASH_LENGTH = 10
AN_HOUR = 3600
WORDS = frozenset({".css", ".js", ".svg"})  # what packing makes smaller; fonts and pictures are packed already
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


def packed(path: Path, name: str, folder: Path) -> Path:
    """A copy of the file with its packed form beside it, where WhiteNoise looks for one: the house itself is only read.

    Both are made once, at the first start with this very file.
    """
    copy = folder / name
    if path.suffix not in WORDS:
        return path
    copy.parent.mkdir(parents=True, exist_ok=True)
    if not copy.exists():
        _put(copy, path.read_bytes())
    if not (small := Path(f"{copy}.gz")).exists():
        _put(small, gzip.compress(path.read_bytes(), mtime=0))
    return copy


def _put(place: Path, content: bytes) -> None:
    """Whole or not at all: several programs of one installation may begin at once."""
    with NamedTemporaryFile(dir=place.parent, delete=False) as file:
        file.write(content)
    Path(file.name).chmod(0o644)  # the server may be another user than whoever began first
    Path(file.name).replace(place)


def _ready(files: Mapping[str, Path], names: Mapping[str, str], folder: Path) -> Mapping[str, Path]:
    """The files as they are served; as they stand in the house for somebody who may not write to the installation."""
    try:
        return {name: packed(path, names[name], folder) for name, path in files.items()}
    except OSError as error:
        log.warning("static files go out unpacked: %s", error)
        return files


def install(app: Flask, folder: Path) -> None:
    """Serve them before Flask sees the request, and give templates `asset(name)`.  `folder`: where packed ones are kept."""
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
    for name, path in _ready(files, names, folder).items():
        served = str(path)
        server.add_file_to_dictionary(PREFIX + name, served)  # fonts are named by their stylesheet, unhashed
        server.add_file_to_dictionary(PREFIX + names[name], served)
    app.wsgi_app = server  # type: ignore[method-assign]
    app.jinja_env.globals.update(asset=lambda name: PREFIX + names[name], stylesheet_of=themes.stylesheet)
    app.jinja_env.globals.update(
        default_font=fonts.DEFAULT, font_sheet=fonts.stylesheet_of, font_file=fonts.first_file_of
    )


def _be_safe(headers: Headers, _path: str, _address: str) -> None:
    for name, value in SAFE.items():
        headers[name] = value
