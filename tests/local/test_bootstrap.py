"""What a machine with nothing but Python is given: every file pinned by its hash, no registry named, once."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import portal.__main__ as bootstrap
from portal.config import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
RUN, DEVELOP = PROJECT["dependencies"], PROJECT["optional-dependencies"]["dev"]


def pinned(file: str) -> list[Requirement]:
    blocks = re.split(r"\n(?=\S)", (ROOT / file).read_text(encoding="utf-8").strip())
    assert all("--hash=sha256:" in block for block in blocks)
    return [Requirement(block.split(" \\")[0]) for block in blocks]


@pytest.mark.parametrize(("file", "wanted"), [("requirements.txt", RUN), ("requirements-dev.txt", RUN + DEVELOP)])
def test_what_is_wanted_is_pinned(file: str, wanted: list[str]) -> None:
    pins = {canonicalize_name(one.name): str(one.specifier).removeprefix("==") for one in pinned(file)}
    for one in map(Requirement, wanted):
        assert one.specifier.contains(pins[canonicalize_name(one.name)]), one


@pytest.mark.parametrize("file", ["requirements.txt", "requirements-dev.txt"])
def test_no_address_is_named(file: str) -> None:
    text = (ROOT / file).read_text(encoding="utf-8")
    assert not re.search(r"://|^-|@", text, re.MULTILINE)


def test_what_is_installed_is_not_installed_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", tmp_path)
    (tmp_path / "requirements.txt").write_text("one", encoding="ascii")
    folder = tmp_path / ".venv"
    folder.mkdir()
    assert bootstrap.stamped(folder) == set()
    (folder / "stamp").write_text(f"requirements.txt {bootstrap.mark('requirements.txt')}\n", encoding="ascii")
    assert bootstrap.stamped(folder) == {"requirements.txt"}
    (tmp_path / "requirements.txt").write_text("one and another", encoding="ascii")
    assert bootstrap.stamped(folder) == set()


def test_a_folder_that_is_no_environment_does_not_run(tmp_path: Path) -> None:
    assert not bootstrap.runs(tmp_path)


def test_a_folder_of_somebody_else_s_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """VITRINE_VENV may name a home by mistake: making an environment there would empty it."""
    (tmp_path / "letters").write_text("dear", encoding="ascii")
    with pytest.raises(SystemExit):
        bootstrap.install(tmp_path, "requirements.txt")
    assert "neither empty nor an environment of ours" in capsys.readouterr().err
    assert (tmp_path / "letters").read_text(encoding="ascii") == "dear"


def test_a_broken_environment_of_ours_may_be_made_anew(tmp_path: Path) -> None:
    assert bootstrap.is_ours(tmp_path / "missing")
    assert bootstrap.is_ours(tmp_path)
    (tmp_path / "bin").mkdir()
    assert not bootstrap.is_ours(tmp_path)
    (tmp_path / bootstrap.MARK).touch()
    assert bootstrap.is_ours(tmp_path)


def test_it_needs_nothing_but_the_standard_library() -> None:
    """The bootstrap runs before anything is installed: nothing of ours is loaded at its head but itself."""
    source = (ROOT / "portal" / "__main__.py").read_text(encoding="utf-8")
    heads = re.findall(r"^(?:from|import) (\w+)", source, re.MULTILINE)
    assert set(heads) == {"hashlib", "os", "subprocess", "sys", "importlib", "pathlib", "typing"}
