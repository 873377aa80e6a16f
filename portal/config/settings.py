"""The table of all settings, and what each of them means to the program."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Any, Self

from portal.config import values
from portal.config.places import ROOT

ENVIRONMENTS = ("development", "production")
KEY_LENGTH = 32


def _setting(name: str, read: Callable[[str], Any], says: str, default: Any = None, *, shown: bool = True) -> Any:
    return field(default=default, repr=shown, metadata={"name": name, "read": read, "says": says})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting, by the name the program uses; the name an operator uses stands beside it."""

    environment: str = _setting(
        "VITRINE_ENV", values.one_of(*ENVIRONMENTS), "`development` or `production`", default="development"
    )
    database_url: str = _setting(
        "DATABASE_URL", values.database, "PostgreSQL, as the app's powerless role", default="", shown=False
    )
    database_owner_url: str = _setting(
        "DATABASE_OWNER_URL",
        values.database,
        "PostgreSQL, as the role that owns the tables; only `migrate` and `up` need it",
        default="",
        shown=False,
    )
    redis_url: str = _setting(
        "REDIS_URL", values.address("redis", "rediss", "unix"), "Redis or Valkey", default="", shown=False
    )
    secret_key: str = _setting(
        "SECRET_KEY", values.word, f"signs and seals; {KEY_LENGTH} characters or more", default="", shown=False
    )
    former_secret_keys: tuple[str, ...] = _setting(
        "SECRET_KEY_FALLBACKS",
        values.words,
        "former secrets, with commas between: what they sealed still opens",
        default=(),
        shown=False,
    )
    bind: str = _setting("BIND", values.word, "the address the web server listens at", default="127.0.0.1")
    port: int = _setting("PORT", values.number(1, 65535), "the port the web server listens at", default=8000)
    scheme: str = _setting("SCHEME", values.one_of("http", "https"), "how the world reaches us", default="http")
    office_host: str = _setting("OFFICE_HOST", values.host, "where the office is", default="")
    shop_host: str = _setting(
        "SHOP_HOST", values.host, "storefronts are `<name>.` before it, `/@<client-id>/` on it", default=""
    )
    domain_target: str = _setting(
        "DOMAIN_TARGET",
        values.host,
        "where tenants' own domains lead: what their CNAME says, and whose addresses their A and AAAA say; unset: `SHOP_HOST`",
        default="",
    )
    certificate_authority: str = _setting(
        "CERTIFICATE_AUTHORITY",
        values.word,
        "who signs certificates for tenants' own domains, as CAA records name him",
        default="letsencrypt.org",
    )
    front_secret: str = _setting(
        "FRONT_SECRET",
        values.word,
        "what a front server shows when it asks for which domains it may get certificates; unset: only one on this machine may ask",
        default="",
        shown=False,
    )
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = _setting(
        "TRUSTED_PROXIES",
        values.networks,
        "networks whose forwarded headers are believed, with commas between",
        default=(),
    )
    mail_url: str = _setting(
        "MAIL_URL",
        values.address("smtp", "smtps"),
        "`smtp://user:password@host:587`; unset: files under `instance/mail`",
        default="",
        shown=False,
    )
    mail_sender: str = _setting("MAIL_SENDER", values.word, "the address letters come from", default="")
    workers: int = _setting("WORKERS", values.number(1, 64), "how many workers carry out processes", default=2)
    web_threads: int = _setting(
        "WEB_THREADS", values.number(1, 512), "how many requests are answered at once", default=8
    )
    lease_seconds: int = _setting(
        "LEASE", values.number(2, 600), "seconds after which a silent worker has lost its process", default=10
    )
    least_room: int = _setting(
        "LEAST_ROOM", values.number(0, 100_000), "gigabytes free on the disk, or `doctor` calls it ill", default=1
    )
    password_cost: str = _setting(
        "PASSWORD_COST",
        values.one_of("full", "cheap"),
        "what a password hash costs; `cheap` is for tests",
        default="full",
    )
    instance: Path = _setting("INSTANCE", Path, "the folder an installation writes to", default=ROOT / "instance")

    @property
    def production(self) -> bool:
        return self.environment == "production"

    @property
    def reached_at(self) -> str:
        """The address at which this machine reaches its own web server."""
        return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self.bind, self.bind)  # noqa: S104 - compared, not listened at

    @property
    def office_url(self) -> str:
        return f"{self.scheme}://{self.office_host}"

    @property
    def shop_url(self) -> str:
        return f"{self.scheme}://{self.shop_host}"

    @property
    def database_dsn(self) -> str:
        """`database_url` as libpq and psycopg read it (LISTEN, COPY, the heartbeat's own connection)."""
        return values.dsn(self.database_url)

    @property
    def mail_folder(self) -> Path:
        return self.instance / "mail"

    @property
    def maintenance_mark(self) -> Path:
        """Maintenance is on while this file exists: it must be answerable without a database."""
        return self.instance / "maintenance"

    def with_stores(self, *, database_url: str, database_owner_url: str, redis_url: str) -> Self:
        """The same settings, standing on these stores."""
        return replace(
            self,
            database_url=values.database(database_url),
            database_owner_url=database_owner_url and values.database(database_owner_url),
            redis_url=redis_url,
        )
