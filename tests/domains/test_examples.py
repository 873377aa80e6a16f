"""The examples for front servers: every address in them is one that answers, and every setting is one there is."""

from __future__ import annotations

import re
import stat
from urllib.parse import urlsplit

import pytest

from portal.config import ROOT, table
from portal.domains import front
from tests.domains.conftest import NAME

EXAMPLES = ROOT / "docs" / "front"
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+[\w/.-]*")


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf", "certificate"])
def test_every_address_answers(live, app, name):
    found = set(ADDRESS.findall((EXAMPLES / name).read_text(encoding="utf-8")))
    assert found
    for address in found:
        parts = urlsplit(address)
        assert parts.port == 8000, "as PORT is by itself"
        if parts.path:
            asked = app.test_client().get(
                f"{parts.path}?domain={NAME}",
                base_url="http://127.0.0.1:8000",
                environ_base={"REMOTE_ADDR": "127.0.0.1"},
            )
            assert asked.status_code == 200


@pytest.mark.parametrize("name", ["Caddyfile", "nginx.conf"])
def test_every_setting_is_one_there_is(name):
    text = (EXAMPLES / name).read_text(encoding="utf-8")
    named = set(re.findall(r"\b([A-Z]+_?[A-Z]+)=", text)) | set(re.findall(r"<([A-Z_]+)>", text))
    assert named
    assert named <= {one[0] for one in table()}


def test_the_front_servers_ask_where_we_answer():
    assert f"ask http://127.0.0.1:8000{front.PATH}\n" in (EXAMPLES / "Caddyfile").read_text(encoding="utf-8")
    assert f"location = {front.PATH} {{ return 404; }}" in (EXAMPLES / "nginx.conf").read_text(encoding="utf-8")


def test_braces_are_closed_and_the_script_can_be_run():
    for name in ("Caddyfile", "nginx.conf"):
        text = (EXAMPLES / name).read_text(encoding="utf-8")
        assert text.count("{") == text.count("}")
    assert (EXAMPLES / "certificate").stat().st_mode & stat.S_IXUSR
