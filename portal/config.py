"""The settings: read once, from the environment and `instance/settings.toml`, into one frozen object.

The environment wins over the file.  What is missing or nonsense stops the start with its name and the remedy; nothing
later in the program asks the environment again.  Unset stores (`DATABASE_URL`, `REDIS_URL`) mean the embedded ones of
`portal.local`, whose addresses are filled in when they have been started.
"""

import os
import secrets
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ("development", "production")
KEY_LENGTH = 32
KEY_VARIETY = 10


class Fault(Exception):
    """Why it cannot go on, in one line, and what to do about it in another."""

    def __init__(self, reason: str, remedy: str) -> None:
        super().__init__(reason)
        self.reason, self.remedy = reason, remedy

    def __str__(self) -> str:
        return f"{self.reason} – {self.remedy}"


class Misconfigured(Fault):
    """A setting is missing or nonsense."""

    def __init__(self, name: str, problem: str, remedy: str) -> None:
        super().__init__(f"{name} {problem}", remedy)
        self.name = name


def _word(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text.strip()


def _words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def _one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"is {text!r}, which is none of: {', '.join(words)}")
        return text

    return read


def _number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.strip().isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"is {text!r}, which is no whole number from {least} to {most}")
        return int(text)

    return read


def _address(*schemes: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if urlsplit(text).scheme not in schemes:
            raise ValueError(f"does not begin with {' or '.join(f'{scheme}:' for scheme in schemes)}")
        return text.strip()

    return read


def _database(text: str) -> str:
    _address("postgresql", "postgres", "postgresql+psycopg")(text)
    return "postgresql+psycopg:" + text.strip().partition(":")[2]


def _host(text: str) -> str:
    host = _word(text).lower()
    if "/" in host or "@" in host or urlsplit(f"//{host}").hostname is None:
        raise ValueError(f"is {text!r}, which is no host name (a name, or name:port)")
    return host


def _networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(map(ip_network, _words(text)))
    except ValueError as error:
        raise ValueError(f"is {text!r}: {error}") from None


def _setting(name: str, read: Callable[[str], Any], says: str, default: Any = None, *, shown: bool = True) -> Any:
    return field(default=default, repr=shown, metadata={"name": name, "read": read, "says": says})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Every setting, by the name the program uses; the name an operator uses stands beside it."""

    environment: str = _setting(
        "VITRINE_ENV", _one_of(*ENVIRONMENTS), "`development` or `production`", default="development"
    )
    database_url: str = _setting(
        "DATABASE_URL", _database, "PostgreSQL, as the app's powerless role", default="", shown=False
    )
    database_owner_url: str = _setting(
        "DATABASE_OWNER_URL",
        _database,
        "PostgreSQL, as the role that owns the tables (migrations)",
        default="",
        shown=False,
    )
    redis_url: str = _setting(
        "REDIS_URL", _address("redis", "rediss", "unix"), "Redis or Valkey", default="", shown=False
    )
    secret_key: str = _setting(
        "SECRET_KEY", _word, f"signs and seals; {KEY_LENGTH} characters or more", default="", shown=False
    )
    former_secret_keys: tuple[str, ...] = _setting(
        "SECRET_KEY_FALLBACKS",
        _words,
        "former secrets, with commas between: what they sealed still opens",
        default=(),
        shown=False,
    )
    bind: str = _setting("BIND", _word, "the address the web server listens at", default="127.0.0.1")
    port: int = _setting("PORT", _number(1, 65535), "the port the web server listens at", default=8000)
    scheme: str = _setting("SCHEME", _one_of("http", "https"), "how the world reaches us", default="http")
    office_host: str = _setting("OFFICE_HOST", _host, "where the office is", default="")
    shop_host: str = _setting(
        "SHOP_HOST", _host, "storefronts are `<name>.` before it, `/@<client-id>/` on it", default=""
    )
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = _setting(
        "TRUSTED_PROXIES", _networks, "networks whose forwarded headers are believed, with commas between", default=()
    )
    mail_url: str = _setting(
        "MAIL_URL",
        _address("smtp", "smtps"),
        "`smtp://user:password@host:587`; unset: files under `instance/mail`",
        default="",
        shown=False,
    )
    mail_sender: str = _setting("MAIL_SENDER", _word, "the address letters come from", default="")
    workers: int = _setting("WORKERS", _number(1, 64), "how many workers carry out processes", default=2)
    web_threads: int = _setting("WEB_THREADS", _number(1, 512), "how many requests are answered at once", default=8)
    lease_seconds: int = _setting(
        "LEASE", _number(2, 600), "seconds after which a silent worker has lost its process", default=10
    )
    password_cost: str = _setting(
        "PASSWORD_COST", _one_of("full", "cheap"), "what a password hash costs; `cheap` is for tests", default="full"
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
        return _dsn(self.database_url)

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
            database_url=_database(database_url),
            database_owner_url=_database(database_owner_url),
            redis_url=redis_url,
        )


def read(environment: Mapping[str, str] | None = None, /, **chosen: str) -> Settings:
    """All settings; `chosen` (from the command line, by their names: PORT="8010") wins over the environment and the file.

    Raises Misconfigured.
    """
    given = {**(os.environ if environment is None else environment), **chosen}
    instance = Path(given.get("INSTANCE") or ROOT / "instance").expanduser().resolve()
    given = {**_from_file(instance / "settings.toml"), **given, "INSTANCE": str(instance)}
    facts = {one.name: _read_one(one.metadata, given) for one in fields(Settings) if given.get(one.metadata["name"])}
    return _completed(Settings(**facts))


def table() -> list[tuple[str, str, str]]:
    """(name, default, meaning) of each setting, for the README and `--help`."""
    return [(one.metadata["name"], _shown(one.default), one.metadata["says"]) for one in fields(Settings)]


def _shown(default: Any) -> str:
    return "instance/" if isinstance(default, Path) else str(default or "")


def _from_file(path: Path) -> dict[str, str]:
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise Fault(f"{path} cannot be read: {error}", "mend it, or take it away") from None
    known = {one.metadata["name"] for one in fields(Settings)}
    for name in content:
        if name.upper() not in known:
            raise Misconfigured(name, f"in {path} is not a setting", f"settings are: {', '.join(sorted(known))}")
    return {name.upper(): str(value) for name, value in content.items()}


def _read_one(setting: Mapping[str, Any], given: Mapping[str, str]) -> Any:
    name = setting["name"]
    try:
        return setting["read"](given[name])
    except ValueError as error:
        raise Misconfigured(name, str(error), f"{name} is {setting['says']}") from None


def _completed(settings: Settings) -> Settings:
    """What follows from other settings, and what must stand together."""
    if settings.database_url and not settings.database_owner_url:
        raise Misconfigured(
            "DATABASE_OWNER_URL",
            "is not set, but DATABASE_URL is",
            "give the address with the role that owns the tables",
        )
    if settings.database_url and settings.database_url == settings.database_owner_url:
        raise Misconfigured(
            "DATABASE_URL", "is the owner's", "give the app a role of its own that owns nothing and may nothing"
        )
    if settings.production:
        _refuse_guesses(settings)
    port = "" if settings.port == {"http": 80, "https": 443}[settings.scheme] else f":{settings.port}"
    office = settings.office_host or f"office.localhost{port}"
    return replace(
        settings,
        office_host=office,
        shop_host=settings.shop_host or f"shop.localhost{port}",
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


def _dsn(url: str) -> str:
    return url.replace("postgresql+psycopg:", "postgresql:", 1)
