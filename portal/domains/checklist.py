"""What costs visitors while it is so: a domain that no longer leads here."""

from portal.core.web import url
from portal.core.words import N_, by_count
from portal.domains import queries
from portal.domains.models import State
from portal.tenants.checklist import Alert


def _lost() -> tuple[int, str] | None:
    count = queries.degraded()
    return (count, url("domains.index", state=State.DEGRADED.value)) if count else None


LOST_DOMAINS = Alert(
    "lost_domains",
    title=by_count(N_("%(count)s domain no longer leads here"), N_("%(count)s domains no longer lead here")),
    why=N_("Whoever knows you by that name may find nobody, or somebody else."),
    verb=N_("Look at what was seen"),
    permission="storefront.view",
    find=_lost,
)
