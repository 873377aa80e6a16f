"""The demo's domains: one that is live, one whose records still lead elsewhere."""

from __future__ import annotations

from portal.domains import actions
from portal.domains.models import Pretend
from portal.tenants.models import Door

SAYING = (("shop", Door.SHOP, Pretend.READY), ("office", Door.OFFICE, Pretend.ELSEWHERE))


def add_domains(own: str) -> None:
    """Names below `own`.  None is the main address, for no browser knows them: what is shown must go on opening."""
    for word, door, what in SAYING:
        domain = actions.add(name=f"{word}.{own}", door=door)
        domain.wants_main = False
        actions.pretend(domain, what)
