"""Makes the README's pictures of the real pages: `python -m tests.browser.pictures`, beside a running `up` with its demo."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.parts import chromium

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "pictures"
QUALITY = 82


def main() -> None:
    told: dict[str, Any] = json.loads((ROOT / "instance" / "up.json").read_text(encoding="utf-8"))
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**chromium())
        for mode in ("light", "dark"):
            page = browser.new_page(color_scheme=mode, viewport={"width": 1440, "height": 900})
            sign_in(page, told)
            take(page, mode, told)
        browser.close()


def sign_in(page: Page, told: dict[str, Any]) -> None:
    page.goto(told["office_url"] + "/sign-in")
    for field in ("client_id", "username", "password"):
        page.fill(f"[name={field}]", told[field])
    with page.expect_navigation():
        page.keyboard.press("Enter")


def take(page: Page, mode: str, told: dict[str, Any]) -> None:
    """The pages the README shows."""
    office, shop = told["office_url"], told["storefronts"][1]["url"]
    keep(page, office + "/", f"dashboard-1440-{mode}")
    page.goto(office + "/tenants/processes")
    keep(page, page.get_by_role("link", name="Lumen Ostsee").first.get_attribute("href") or "", f"process-1440-{mode}")
    page.goto(office + "/accounts?q=Cedar")
    page.get_by_role("link", name="Cedar Ridge IT").click()
    page.get_by_role("link", name="Create a Tenant Reseller").click()
    keep(page, page.url, f"create-1440-{mode}")
    keep(page, shop + "/", f"shop-1440-{mode}")
    page.goto(shop + "/products")
    product = page.locator("main a[href*='/products/']").first.get_attribute("href") or ""
    page.set_viewport_size({"width": 360, "height": 740})
    keep(page, shop + product, f"product-360-{mode}")


def keep(page: Page, address: str, name: str) -> None:
    """Go there, and keep what one sees first."""
    page.goto(
        address if address.startswith("http") else page.url.split("/", 3)[0] + "//" + page.url.split("/")[2] + address
    )
    with Image.open(io.BytesIO(page.screenshot())) as picture:
        picture.convert("RGB").save(FOLDER / f"{name}.webp", quality=QUALITY)


if __name__ == "__main__":
    main()
