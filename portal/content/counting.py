"""Counting visits: by a Matomo of the tenant's own, on the pages anybody may see, and only after the visitor allowed it.

Before that nothing is loaded from there, and the content policy does not know the place.  What he answered is remembered
in a cookie that names what it was an answer to: when the tenant counts elsewhere, he is asked anew.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from flask import Response, g, request
from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import JSONB

from portal.audit import changes, record
from portal.branding import wardrobe
from portal.content.models import Analytics
from portal.core.db import db
from portal.core.errors import Invalid
from portal.core.here import here
from portal.core.visits import cookie_of, give_cookie
from portal.core.words import N_, say
from portal.tenants.actions import raise_stamp

ANALYTICS = "analytics"
COOKIE, LASTS = "consent", timedelta(days=180)
YES, NO = "yes", "no"
COUNTED = frozenset({"shop_catalogue", "shop_storefront"})
"""The faces whose pages are counted: an address there is nobody's secret, as that of an invitation is."""
_ADDRESS = re.compile(r"https://[a-z0-9-]+(\.[a-z0-9-]+)+(:[0-9]{1,5})?/[A-Za-z0-9._~/-]*")
_LEFT_BEHIND = re.compile(r"_pk_[a-z]{1,10}[A-Za-z0-9._]{0,40}")


@dataclass(frozen=True, slots=True)
class Counter:
    """Where this shop's visits are counted, and what this visitor said to it."""

    address: str
    site: int
    answer: str  # "yes", "no", "": not asked yet

    @property
    def host(self) -> str:
        return urlsplit(self.address).netloc

    @property
    def is_allowed(self) -> bool:
        return self.answer == YES


def analytics() -> Analytics | None:
    """The acting tenant's, as it is written."""
    return db.session.scalar(select(Analytics))


def count_at(row: Analytics | None, *, address: str, site: int | None) -> None:
    """Count visits there from now on; without an address nowhere.  Raises Invalid at the field."""
    whole = _whole(address) if address else ""
    if bool(whole) != bool(site):
        raise Invalid(
            say(N_("Write both, or neither: one says nothing without the other.")), field="site" if whole else "address"
        )
    row = row or Analytics()
    db.session.add(row)
    row.address, row.site = whole, site
    before, after = changes(row)
    if after or before:
        raise_stamp()
        record("analytics.changed", row, before=before, after=after)


def _whole(address: str) -> str:
    """As it is kept: host in small letters that name servers know, a slash at the end.  Raises Invalid."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").encode("idna").decode() + (f":{parts.port}" if parts.port else "")
    except ValueError:  # no port, or a name nobody could have
        parts, host = urlsplit(""), ""
    whole = f"{parts.scheme}://{host}{parts.path.removesuffix('matomo.php').rstrip('/')}/"
    if parts.query or parts.fragment or "@" in parts.netloc or not _ADDRESS.fullmatch(whole):
        raise Invalid(say(N_("Write the whole address, like https://stats.company.example/.")), field="address")
    return whole


def _column() -> Any:
    it = Analytics
    facts = func.jsonb_build_array(it.address, it.site, type_=JSONB)
    return select(facts).where(it.tenant_id == bindparam("tenant"), it.address != "").scalar_subquery()


wardrobe.ALONG[ANALYTICS] = _column


def counter() -> Counter | None:
    """That of the shop one is in, if it has any; looks that are not published are not counted."""
    standing = here.dress.get(ANALYTICS)
    if not standing or here.previewing or here.preview or "look" in here.dress:
        return None
    answer, _, mark = cookie_of(COOKIE).partition("-")
    known = answer if mark == _mark(standing[0]) and answer in {YES, NO} else ""
    return Counter(standing[0], standing[1], known)


def counting() -> Counter | None:
    """That which the page being shown asks for, or loads; a page that loads it says so to the content policy."""
    found = counter() if request.blueprint in COUNTED else None
    if found and found.is_allowed:
        g.counted_by = f"https://{found.host}"
    return found


def remember(response: Response, at: Counter, answer: str) -> None:
    """Keep what the visitor says; when it is no, what the counter had left in his browser goes."""
    give_cookie(response, COOKIE, f"{answer}-{_mark(at.address)}", lasts=LASTS)
    for name in _left_behind() if answer == NO else ():
        response.delete_cookie(name)


def _left_behind() -> Iterator[str]:
    return (name for name in request.cookies if _LEFT_BEHIND.fullmatch(name))


def _mark(address: str) -> str:
    return f"{zlib.crc32(address.encode()):08x}"
