"""Static files: packed for whoever takes them so, and the same file either way."""

from __future__ import annotations

import gzip
from dataclasses import replace

from portal.app import create_app
from portal.core import assets
from portal.core.db import db


def test_a_sheet_comes_packed_to_who_takes_it_so(app):
    sheet = assets.STATIC / "office.css"
    address = assets.PREFIX + assets.hashed("office.css", sheet)
    with app.test_client().get(address, headers={"Accept-Encoding": "gzip, br"}) as packed:
        assert packed.headers["Content-Encoding"] == "gzip"
        assert "Accept-Encoding" in packed.headers["Vary"]
        assert len(packed.data) < len(sheet.read_bytes()) / 3
        assert gzip.decompress(packed.data) == sheet.read_bytes()
    with app.test_client().get(address) as plain:
        assert "Content-Encoding" not in plain.headers
        assert plain.data == sheet.read_bytes()
    for answer in (packed, plain):
        assert "immutable" in answer.headers["Cache-Control"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_packing_is_done_once(tmp_path):
    sheet = assets.STATIC / "office.css"
    first = assets.packed(sheet, "office.1.css", tmp_path)
    made = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert {path.name for path in made} == {"office.1.css", "office.1.css.gz"}
    assert {path.stat().st_mode & 0o777 for path in made} == {0o644}
    assert assets.packed(sheet, "office.1.css", tmp_path) == first
    assert {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == made


def test_a_font_is_packed_already(tmp_path):
    font = next(assets.STATIC.glob("vendor/inter/*.woff2"))
    assert assets.packed(font, "inter.1.woff2", tmp_path) == font


def test_an_installation_one_may_not_write_to_serves_them_as_they_are(settings, tmp_path):
    (tmp_path / "packed").write_text("no folder")
    app = create_app(replace(settings, instance=tmp_path))
    address = assets.PREFIX + assets.hashed("office.css", assets.STATIC / "office.css")
    with app.test_client().get(address, headers={"Accept-Encoding": "gzip"}) as answer:
        assert answer.status_code == 200
        assert "Content-Encoding" not in answer.headers
    with app.app_context():
        db.engine.dispose()
