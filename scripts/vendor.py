r"""Copy what the pages stand on from npm packages into the tree, with licences and hashes.

A fresh machine needs no Node: everything copied is committed.  This is run only to raise a version:

    npm pack htmx.org@4.0.1 @tabler/core@1.6.1 @tabler/icons@3.51.0 axe-core@4.14.1 \
        @fontsource-variable/{inter,commissioner,geologica,manrope,literata,eb-garamond}@5.3.0 \
        @fontsource-variable/{source-sans-3,source-serif-4}@5.3.1
    python -m scripts.vendor <folder with the packages>

`portal/static/vendor/vendored.json` remembers which package each file came from and its SHA-256; a house test
compares.  The icons are written as one Jinja file, because an inlined picture costs no request and takes the text's colour.
"""

import hashlib
import io
import json
import re
import sys
import tarfile
from pathlib import Path
from typing import NamedTuple

from portal.core.assets import HASH_LENGTH
from portal.core.fonts import DEFAULT, FAMILIES

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "portal/static/vendor"
GLYPHS = ROOT / "portal/templates/components/glyphs.html"
TESTS = ROOT / "tests/data/vendor"

#: The scripts in which our tenants write: the faces of each family that are shipped.
SUBSETS = ("latin", "latin-ext", "greek", "cyrillic")

#: Every outline icon a page may name; a house test fails for a name that is missing here.
ICONS = [
    "adjustments-horizontal", "alert-circle", "alert-triangle", "apps", "archive", "arrow-back-up", "arrow-down",
    "arrow-left", "arrow-right", "arrow-up", "ban", "bell", "box", "building", "building-store", "calendar",
    "certificate", "chart-bar", "check", "chevron-down", "chevron-left", "chevron-right", "circle-check",
    "circle-dashed", "circle-x", "clock", "cloud", "code", "coins", "copy", "credit-card", "database",
    "device-desktop", "download", "edit", "external-link", "eye", "file-import", "file-spreadsheet", "file-text",
    "files", "filter", "history", "home", "info-circle", "key", "language", "layout-dashboard", "list-check",
    "loader-2", "lock", "login", "logout", "mail", "map-pin", "menu-2", "moon", "package", "palette", "percentage",
    "phone", "player-pause", "player-play", "plus", "progress", "receipt", "refresh", "search", "send", "server",
    "settings", "shield-check", "shopping-bag", "sitemap", "sun", "tag", "tags", "timeline", "trash", "upload",
    "user", "user-off", "user-plus", "users", "world", "x",
]  # fmt: skip


class Package(NamedTuple):
    """An unpacked npm package: its name, its version, and its files by path."""

    name: str
    version: str
    files: dict[str, bytes]


def unpack(folder: Path) -> dict[str, Package]:
    """All packages of a folder, by their npm name."""
    found = {}
    for archive in sorted(folder.glob("*.tgz")):
        with tarfile.open(fileobj=io.BytesIO(archive.read_bytes())) as tar:
            members = {m.name.partition("/")[2]: m for m in tar.getmembers() if m.isfile()}
            files = {path: member.read() for path, m in members.items() if (member := tar.extractfile(m))}
        about = json.loads(files["package.json"])
        found[about["name"]] = Package(about["name"], about["version"], files)
    return found


def faces_of(family: str, package: Package) -> str:
    """The shipped subsets of a family, and for Inter, which most pages wear, a fallback of the same metrics.

    A face that comes too late for the first look is kept for the next page (`optional`): a fallback is as high as
    Inter but not as wide to the pixel, so to change over in sight of the reader would move what he reads.
    Each file is named with its hash, as `asset()` names it: then the page's preload and the sheet ask for the same address.
    """
    rules = re.findall(
        rf"/\* {family}-(\S+)-wght-normal \*/\s*(@font-face \{{.*?\}})", package.files["wght.css"].decode(), re.DOTALL
    )
    faces = []
    for subset, face in rules:
        if subset in SUBSETS:
            file = name_of_face(family, subset)
            digest = hashlib.sha256(package.files[f"files/{file}"]).hexdigest()[:HASH_LENGTH]
            kept = face.replace("font-display: swap", "font-display: optional")
            faces.append(kept.replace(f"./files/{file}", file.replace(".woff2", f".{digest}.woff2")))
    fallback = (
        "@font-face {\n  font-family: 'Inter Fallback';\n  src: local('Arial'), local('Liberation Sans');\n"
        "  ascent-override: 90.2%;\n  descent-override: 22.48%;\n  line-gap-override: 0%;\n  size-adjust: 107.4%;\n}"
    )
    return "\n\n".join([*faces, *([fallback] if family == DEFAULT else [])]) + "\n"


def name_of_face(family: str, subset: str) -> str:
    """The package's name for one subset, all weights, upright."""
    return f"{family}-{subset}-wght-normal.woff2"


def glyphs(package: Package) -> str:
    """One dictionary of the paths inside each icon's picture."""
    nodes = json.loads(package.files["tabler-nodes-outline.json"])
    lines = []
    for name in ICONS:
        shapes = "".join(
            "<{} {}/>".format(kind, " ".join(f'{key}="{value}"' for key, value in facts.items() if key != "key"))
            for kind, facts in nodes[name]
        )
        lines.append(f"  '{name}': '{shapes}',")
    head = f"{{#- Made by scripts/vendor.py from {package.name} {package.version} (MIT). Change the list there. -#}}"
    return "\n".join([head, "{% set GLYPHS = {", *lines, "} %}", ""])


def licence_of_tabler(core: Package, icons: Package) -> bytes:
    """The package of Tabler's stylesheet names its licence but does not carry the text; the icons' package does."""
    mine = re.search(rb"Copyright [^\n]*Tabler Authors", core.files["dist/css/tabler.min.css"])
    terms = icons.files["LICENSE"].partition(b"\n\n")[2].partition(b"\n\n")[2]
    return b"MIT License\n\n" + (mine[0] if mine else b"Copyright The Tabler Authors") + b"\n\n" + terms


def main(folder: Path) -> None:
    """Copy, and write down what was copied."""
    packages = unpack(folder)
    core, icons = packages["@tabler/core"], packages["@tabler/icons"]
    htmx, axe = packages["htmx.org"], packages["axe-core"]
    copies: dict[Path, tuple[Package, bytes]] = {
        VENDOR / "tabler/tabler.min.css": (core, core.files["dist/css/tabler.min.css"]),
        VENDOR / "tabler/LICENSE": (core, licence_of_tabler(core, icons)),
        VENDOR / "tabler/LICENSE-icons": (icons, icons.files["LICENSE"]),
        VENDOR / "htmx/htmx.min.js": (htmx, htmx.files["dist/htmx.min.js"]),
        VENDOR / "htmx/LICENSE": (htmx, htmx.files["LICENSE"]),
        TESTS / "axe.min.js": (axe, axe.files["axe.min.js"]),
        TESTS / "LICENSE-axe": (axe, axe.files["LICENSE"]),
        TESTS / "htmx-upgrade-check.py": (htmx, htmx.files["dist/scripts/upgrade-check.py"]),
        GLYPHS: (icons, glyphs(icons).encode()),
    }
    for family in FAMILIES:
        package = packages[f"@fontsource-variable/{family}"]
        copies[VENDOR / family / f"{family}.css"] = (package, faces_of(family, package).encode())
        copies[VENDOR / family / "LICENSE"] = (package, package.files["LICENSE"])
        for subset in SUBSETS:
            name = name_of_face(family, subset)
            copies[VENDOR / family / name] = (package, package.files[f"files/{name}"])
    for path, (_, content) in copies.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    book = {
        path.relative_to(ROOT).as_posix(): {
            "package": f"{package.name}@{package.version}",
            "sha256": hashlib.sha256(content).hexdigest(),
        }
        for path, (package, content) in sorted(copies.items())
    }
    (VENDOR / "vendored.json").write_text(json.dumps(book, indent=2) + "\n", encoding="utf-8")
    sys.stdout.write(f"{len(book)} files from {len(packages)} packages\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
