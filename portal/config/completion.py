"""What settings follow from others, and which must stand together."""

import os
import secrets
import tempfile
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from portal.config.faults import Fault, Misconfigured
from portal.config.settings import KEY_LENGTH, Settings

KEY_VARIETY = 10


def completed(settings: Settings) -> Settings:
    """What follows from other settings, and what must stand together."""
    if settings.database_owner_url and not settings.database_url:
        raise Misconfigured(
            "DATABASE_URL",
            "is not set, but DATABASE_OWNER_URL is",
            "give the address with the app's own, powerless role",
        )
    if settings.database_url and settings.database_url == settings.database_owner_url:
        raise Misconfigured(
            "DATABASE_URL", "is the owner's", "give the app a role of its own that owns nothing and may nothing"
        )
    if settings.production:
        _refuse_guesses(settings)
    port = "" if settings.port == {"http": 80, "https": 443}[settings.scheme] else f":{settings.port}"
    office = settings.office_host or f"office.localhost{port}"
    shop = settings.shop_host or f"shop.localhost{port}"
    return replace(
        settings,
        office_host=office,
        shop_host=shop,
        domain_target=settings.domain_target or shop.partition(":")[0],
        mail_sender=settings.mail_sender or f"no-reply@{office.partition(':')[0]}",
        secret_key=settings.secret_key or _own_secret(settings.instance / "secret_key"),
    )


def _refuse_guesses(settings: Settings) -> None:
    """In production nothing is guessed that would be wrong or weak."""
    for name, value in (("OFFICE_HOST", settings.office_host), ("SHOP_HOST", settings.shop_host)):
        if not value:
            raise Misconfigured(name, "is not set", "production needs the real host name")
    remedy = 'make one: python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
    if settings.password_cost != "full":  # noqa: S105 - the name of a cost, not a password
        raise Misconfigured("PASSWORD_COST", "is not `full`", "leave it unset: cheap hashes are for tests")
    if not settings.secret_key:
        raise Misconfigured("SECRET_KEY", "is not set", remedy)
    if len(settings.secret_key) < KEY_LENGTH or len(set(settings.secret_key)) < KEY_VARIETY:
        raise Misconfigured("SECRET_KEY", "is weak", remedy)


def _own_secret(path: Path) -> str:
    """In development: a secret of this installation's own, made at the first start and kept for its owner alone."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".secret-")
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(secrets.token_urlsafe(48) + "\n")
            with suppress(FileExistsError):  # of two starts at once the first one's secret stands
                Path(path).hardlink_to(draft)
            Path(draft).unlink()
        return path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise Fault(
            f"{path.parent} cannot be written ({error.strerror})", "make it writable, or name another with INSTANCE"
        ) from None
