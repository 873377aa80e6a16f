"""What was typed, as a value.  Each raises ValueError with the end of a sentence that begins with the setting's name."""

from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from urllib.parse import urlsplit


def word(text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    return text.strip()


def words(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(",") if part.strip())


def one_of(*words: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in words:
            raise ValueError(f"is {text!r}, which is none of: {', '.join(words)}")
        return text

    return read


def number(least: int, most: int) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not text.strip().isdecimal() or not least <= int(text) <= most:
            raise ValueError(f"is {text!r}, which is no whole number from {least} to {most}")
        return int(text)

    return read


def address(*schemes: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if urlsplit(text).scheme not in schemes:
            raise ValueError(f"does not begin with {' or '.join(f'{scheme}:' for scheme in schemes)}")
        return text.strip()

    return read


def database(text: str) -> str:
    address("postgresql", "postgres", "postgresql+psycopg")(text)
    return "postgresql+psycopg:" + text.strip().partition(":")[2]


def host(text: str) -> str:
    host = word(text).lower()
    if "/" in host or "@" in host or urlsplit(f"//{host}").hostname is None:
        raise ValueError(f"is {text!r}, which is no host name (a name, or name:port)")
    return host


def networks(text: str) -> tuple[IPv4Network | IPv6Network, ...]:
    try:
        return tuple(map(ip_network, words(text)))
    except ValueError as error:
        raise ValueError(f"is {text!r}: {error}") from None


def dsn(url: str) -> str:
    """A database's address as libpq and psycopg read it."""
    return url.replace("postgresql+psycopg:", "postgresql:", 1)
