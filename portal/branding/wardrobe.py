"""What pages and letters wear.  Pages are dressed from memory; a raised stamp of the tenant makes memory look again."""

from base64 import b64encode
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select

from portal.branding.colours import neutral, palette
from portal.branding.models import Brand, Picture, State
from portal.branding.sheet import fonts
from portal.core.db import db
from portal.core.errors import NotFound
from portal.core.here import Here, House
from portal.core.scope import acting_scope
from portal.tenants.arrival import house_columns, house_from
from portal.tenants.models import Organization

PAGES = {"logo": "icon_180", "icon": "favicon", "touch_icon": "icon_180", "wordmark": "wordmark"}
"""What layouts ask for -> the picture that serves."""

ALONG: dict[str, Callable[[], Any]] = {}
"""What slices above want read in the same statement as the clothes: its name in `here.dress` -> its column."""


@dataclass(frozen=True, slots=True)
class Clothes:
    """What a letter wears.  A mark that is no logo of its own (`lettered`: only initials) says nobody's name by itself."""

    name: str
    colours: Mapping[str, str]
    logo: bytes | None
    lettered: bool = False


def wear(here: Here, *, root: str = "") -> None:
    """Give this arrival its house and its dress; in a shop the house goes by the name its brand shows.

    `root` stands before every address: the shop may live below `/@<client-id>`.
    """
    house, dress = _remembered(here.tenant_id, here.stamps)
    here.house = replace(house, name=dress.get("name", house.name)) if here.door == "shop" else here.house or house
    here.dress = {what: f"{root}{worn}" if _is_address(worn) else worn for what, worn in dress.items()}


def _is_address(worn: Any) -> bool:
    return isinstance(worn, str) and worn.startswith("/")


def clothes() -> Clothes:
    """The acting tenant's, for a letter: name, the colours of a button by day and by night, and the mark as PNG."""
    row = db.session.execute(_outfit().add_columns(Brand.colours), {"tenant": acting_scope().tenant_id}).one()
    if row.brand_name is None:
        worn = palette(neutral(row.house_name))
        return Clothes(row.house_name, of_a_button(worn.tokens), None)
    mark = _content(head_of_mails(row.pictures)["file"])
    return Clothes(row.brand_name, of_a_button(row.colours), mark, lettered=not row.pictures.keys() & {"mail", "logo"})


def of_a_button(colours: Mapping[str, Any]) -> dict[str, str]:
    """The colours of a letter's button, by day and by night."""
    (brand, brand_dark), (ink, ink_dark) = colours["brand"], colours["on-brand"]
    return {"brand": brand, "on_brand": ink, "brand_dark": brand_dark, "on_brand_dark": ink_dark}


def head_of_mails(pictures: Mapping[str, Any]) -> Any:
    """What a letter wears of these: its own picture, the logo, else the square mark beside the name."""
    return pictures.get("mail") or pictures.get("logo") or pictures["icon_180"]


def head_of_documents(pictures: Mapping[str, Any]) -> Any:
    """The same for what is printed."""
    return pictures.get("document") or pictures.get("logo") or pictures["icon_512"]


def mark_alone() -> dict[str, Any]:
    """The acting tenant's mark as a dress, within the page: for a host at which his files have no address."""
    worn = db.session.scalar(select(Brand.pictures).where(Brand.state == State.PUBLISHED))
    mark = _content(worn[PAGES["logo"]]["file"]) if worn else None
    return {"logo": f"data:image/png;base64,{b64encode(mark).decode()}"} if mark else {}


@lru_cache(maxsize=10_000)
def _remembered(_tenant_id: int, _stamps: tuple[int, ...]) -> tuple[House, dict[str, Any]]:
    """House and dress in one statement.  A tenant that has no record yet is not there."""
    row = db.session.execute(_for_pages(), {"tenant": acting_scope().tenant_id}).one_or_none()
    if row is None:
        raise NotFound
    return house_from(row), _dress(row) | {name: getattr(row, name) for name in ALONG}


@lru_cache(maxsize=1)
def _for_pages() -> Any:
    """Written once, when every slice has said what it wants: to write it takes longer than to ask it."""
    wanted = _outfit().add_columns(*(column().label(name) for name, column in ALONG.items()))
    return wanted.execution_options(kept=True)


def _outfit() -> Any:
    worn = (Brand.name.label("brand_name"), Brand.theme, Brand.tokens, Brand.pictures, Brand.stylesheet_hash)
    return (
        select(*house_columns(), *worn)
        .select_from(Organization)
        .outerjoin(Brand, (Brand.tenant_id == Organization.tenant_id) & (Brand.state == State.PUBLISHED))
        .where(Organization.tenant_id == bindparam("tenant"))
    )


def _dress(row: Any) -> dict[str, Any]:
    if row.brand_name is None:
        return {}
    found = {what: f"/pictures/{row.pictures[use]['file']}" for what, use in PAGES.items() if use in row.pictures}
    manifest = {"manifest": "/manifest.webmanifest"}
    words = {"name": row.brand_name, "theme": row.theme, "stylesheet": f"/brand-{row.stylesheet_hash}.css"}
    return {**words, **manifest, **found, "fonts": fonts(row.tokens, row.theme)}


def _content(file: str) -> bytes | None:
    return db.session.scalar(select(Picture.content).where(Picture.sha == file.partition(".")[0]))
