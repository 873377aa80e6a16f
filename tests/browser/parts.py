"""Every part of the pages, worn by sample pages without a database: for the eye, and for axe.

    python -m tests.browser.parts <folder>     takes pictures at 360, 900 and 1440 px, light and dark, and lets axe read each

The samples stand in `samples/`; they tell the same story as the drawings the parts were made from.
"""

from __future__ import annotations

import logging
import shutil
import sys
import threading
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, Literal

from flask import Flask, flash, render_template, request, send_from_directory
from flask_babel import Babel, get_locale
from flask_wtf import CSRFProtect
from jinja2 import ChoiceLoader, FileSystemLoader, StrictUndefined
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from portal.core import assets, dates
from portal.core.forms import Amount, Choice, Email, Form, LongText, Secret, Text, Tick
from portal.core.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = Path(__file__).parent / "samples"
AXE = ROOT / "tests/data/vendor/axe.min.js"
WIDTHS = (360, 900, 1440)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# No rule of these looks into the stylesheets as files, so they are not fetched a second time.
READ = """rules => axe.run({ runOnly: { type: "tag", values: rules }, resultTypes: ["violations"], preload: false })
  .then((report) => report.violations)"""
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def chromium() -> dict[str, Any]:
    """How the browser is started: the system's, if there is one."""
    quiet = {"args": ["--no-sandbox", "--disable-background-networking", "--disable-component-update"]}
    found = shutil.which("chromium")
    return quiet | ({"executable_path": found} if found else {})


class TenantForm(Form):
    """The fields of the drawing, with one of each kind."""

    price_list = Choice("Price List", [("us", "US Retail"), ("de", "DE Handel")])
    currency = Choice("Currency", [("USD", "USD: US dollar"), ("EUR", "EUR: euro")])
    edition = Choice("Edition", [("basic", "Basic"), ("premium", "Premium")])
    separate_invoices = Tick("Separate Invoices")
    credit_limit = Amount("Credit limit", required=False)
    name = Text("Name")
    email = Email("E-mail")
    password = Secret("Password", required=False)
    remark = LongText("Remark")


def sample_form() -> TenantForm:
    """As somebody left it who typed half an address."""
    form = TenantForm(
        price_list="us",
        currency="EUR",
        edition="premium",
        separate_invoices=True,
        name="Nora Whitfield",
        email="nora.whitfield@",
    )
    form.currency.errors = ["Choose USD: US Retail has no prices in EUR."]
    form.email.errors = ["Add the part after the @, as in name@company.com."]
    return form


def context() -> dict[str, Any]:
    """What the office gives every page, as the distributor of the drawings sees it."""
    house = SimpleNamespace(name="Meridian Cloud Distribution", language="en")
    person = SimpleNamespace(name="Maria Keller", is_authenticated=True, role=SimpleNamespace(title="Administrator"))
    menu = [
        ("", [("Dashboard", "#", "layout-dashboard", False, None)]),
        ("Partners", [("Accounts", "#", "building", False, 42), ("Tenant Resellers", "#", "building-store", True, 8)]),
        ("Catalogue", [("Products", "#", "package", False, None), ("Price Lists", "#", "tags", False, None)]),
        ("Administration", [("Users", "#", "users", False, None), ("Log Records", "#", "history", False, None)]),
    ]
    return {
        "here": SimpleNamespace(house=house, organization=house, dress={}, door="office", state="active"),
        "current_user": person,
        "menu": menu,
        "running": 2,
        "mode": request.cookies.get("mode", ""),
        "line": "",
        "request_id": "4f1c9a77d2e0b356",
        "finding": "#",
        "listing": Listing(search="", sort="created", descending=True, filters={"edition": "premium"}),
        "page": SimpleNamespace(items=[1], first=1, last=30, total=214, number=1, pages=8),
    }


def sample_app() -> Flask:
    """The templates and the static files, and nothing behind them."""
    app = Flask("samples", static_folder=None)
    app.config.update(SECRET_KEY="for looking only", BABEL_DEFAULT_LOCALE="en")
    Babel(app)
    CSRFProtect(app)
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.loader = ChoiceLoader([FileSystemLoader(SAMPLES), FileSystemLoader(ROOT / "portal/templates")])
    app.jinja_env.globals["lang"] = lambda: str(get_locale())
    dates.install(app)
    app.context_processor(context)

    @app.get("/favicon.ico")
    def icon() -> Any:
        return send_from_directory(ROOT / "portal/static", "icon.svg")

    @app.get("/<name>")
    def sample(name: str) -> str:
        if name == "toast":
            flash({"text": "Saved. Nordlicht IT now uses DE Handel.", "undo": "#"})  # type: ignore[arg-type]  # our toasts take more
        shop = {} if not name.startswith("shop") else {"here": dressed_shop()}
        return render_template(f"{name}.html", form=sample_form(), **shop)

    assets.install(app, ROOT / "instance" / "packed")
    return app


def dressed_shop() -> SimpleNamespace:
    """A tenant's shop."""
    house = SimpleNamespace(name="Halcyon Works", language="en")
    words = {"dress": {"contact": ""}, "previewing": False, "door": "shop", "state": "active"}
    return SimpleNamespace(house=house, organization=house, **words)


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """The samples at an address of this machine."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


def names() -> list[str]:
    """The samples."""
    return sorted(path.stem for path in SAMPLES.glob("*.html"))


def look(browser: Browser, address: str, folder: Path | None = None, only: Iterable[str] = ()) -> list[str]:
    """What axe finds at every width in light and dark, one line each; with a folder, pictures too."""
    found = []
    for scheme, width in product(SCHEMES, WIDTHS):
        page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        for name in only or names():
            page.goto(f"{address}/{name}")
            if folder:
                page.wait_for_load_state("networkidle")
                page.screenshot(path=folder / f"{name}-{width}-{scheme}.png", full_page=True)
            found += [f"{name} {width} {scheme}: {fault}" for fault in faults(page, width, is_page=name != "letter")]
        page.close()
    return found


def faults(page: Page, width: int, *, is_page: bool) -> list[str]:
    """Of the page that is open.  A letter is no page: landmarks mean nothing to mail readers."""
    found = sideways(page, width)
    if not is_page:
        return found
    if not page.evaluate("'axe' in window"):
        page.add_script_tag(path=AXE)
    return found + [
        f"{fault['id']}: {node['html'][:160]} {node['any'][0]['message'] if node['any'] else ''}"
        for fault in page.evaluate(READ, RULES)
        for node in fault["nodes"]
    ]


def sideways(page: Page, width: int) -> list[str]:
    """Whether the page that is open is wider than its window."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"scrolls sideways, {wide} px wide"] if wide > width else []


def main() -> int:
    """Look at all, or at those named."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with served(sample_app()) as address, sync_playwright() as play:
        browser = play.chromium.launch(**chromium())
        found = look(browser, address, folder, tuple(sys.argv[2:]))
        browser.close()
    sys.stdout.write("\n".join(found) + f"\n{len(found)} findings\n")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
