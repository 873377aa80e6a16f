"""Valkey as a child of ours, out of its wheel."""

import signal
import socket
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from portal.local.children import Child, command
from portal.local.places import Places


class Valkey:
    """The doorbell.  Its rings are kept over a restart, though nothing would be lost without them."""

    name = "valkey"
    word = signal.SIGTERM

    def __init__(self, places: Places, *, keeping: bool = True) -> None:
        self.places = places
        self.data = places.data / "valkey"
        self.keeping = keeping

    @property
    def socket(self) -> Path:
        return self.places.sockets / "valkey.sock"

    @property
    def log(self) -> Path:
        return self.places.logs / "valkey.log"

    @property
    def url(self) -> str:
        return f"unix://{quote(str(self.socket))}"

    def prepare(self) -> None:
        if not self.data.is_dir():
            self.data.mkdir(mode=0o700)
            self.places.servant.owns(self.data)

    def begin(self) -> Child:
        order: list[str | Path] = [self.places.valkey, "--port", "0", "--unixsocket", self.socket, "--dir", self.data]
        order += ["--unixsocketperm", "700", "--save", "", "--appendonly", "yes" if self.keeping else "no"]
        order += ["--daemonize", "no", "--io-threads", "1", "--latency-tracking", "no"]
        return command(order, self.log, self.places.servant)

    def ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as line, suppress(OSError):
            line.settimeout(2)
            line.connect(str(self.socket))
            line.sendall(b"PING\r\n")
            return line.recv(16).startswith(b"+PONG")
        return False
