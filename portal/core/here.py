"""Where this request arrived: at which door, of whom, and how that tenant writes its dates and numbers.

The doors fill it once; faces and templates read it as `here`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from flask import g
from werkzeug.local import LocalProxy

from portal.core.scope import Scope


@dataclass(frozen=True, slots=True)
class House:
    """The tenant in words: what pages show of it and how they are written."""

    name: str
    country: str
    currency: str
    language: str
    time_zone: str
    date_format: str
    separate_invoices: bool = False
    price_list_id: UUID | None = None
    suspended_because: str = ""


@dataclass(slots=True)
class Here:
    """One arrival.  `tenant_id` is None only on pages that belong to nobody yet (the shared sign-in page)."""

    door: str
    host: str
    tenant_id: int | None = None
    above: tuple[int, ...] = ()
    client_id: str = ""
    state: str = ""
    edition: str = ""
    features: frozenset[str] = frozenset()
    stamps: tuple[int, ...] = ()  # of the tenant and everybody above it: raised when what a shop shows has changed
    own_address: bool = False  # the host names the tenant: no Client ID is asked for
    preview: bool = False  # the shop is shown as if it were open
    previewing: bool = False  # not open yet, and seen by the preview link: the page says so
    house: House | None = None
    dress: dict[str, Any] = field(default_factory=dict)  # stylesheet hash, pictures: what the layout wears

    @property
    def organization(self) -> House:
        if self.house is None:
            raise LookupError("nobody has arrived yet")
        return self.house

    @property
    def is_root(self) -> bool:
        return self.tenant_id is not None and not self.above

    @property
    def scope(self) -> Scope:
        if self.tenant_id is None:
            raise LookupError("nobody has arrived yet")
        return Scope(self.tenant_id, self.above)

    def opens(self, feature: str) -> bool:
        """Whether the tenant's edition opens this feature; the root has them all."""
        return self.is_root or feature in self.features


here = cast("Here", LocalProxy(lambda: g.here))
