"""The real way out, against a real SMTP server on this machine."""

from email.message import EmailMessage
from socket import socket

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, LoginPassword

from portal.core.errors import Permanent
from portal.notifications.transports import Outbox, Smtp, chosen


class Postbox:
    """Takes every letter, but for the addresses it does not."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self.port = 0

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: ARG002, N802
        if address.startswith("never"):
            return "550 there is nobody of that name"
        if address.startswith("later"):
            return "451 come back in a while"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: ARG002, N802
        self.taken.append(envelope.content)
        return "250 OK"


def knows(server, session, envelope, mechanism, credentials) -> AuthResult:
    good = isinstance(credentials, LoginPassword) and credentials.password == b"open & shut"
    return AuthResult(success=good, handled=False)


@pytest.fixture
def postbox():
    box = Postbox()
    with socket() as free:
        free.bind(("127.0.0.1", 0))
        box.port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port, authenticator=knows, auth_require_tls=False)
    controller.start()
    yield box
    controller.stop()


def letter(to: str = "kim@nordlicht.example") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "no-reply@office.example", to, "Hello"
    message["Message-ID"] = "<one@office.example>"
    message.set_content("Hello")
    return message


def test_a_letter_travels(postbox):
    Smtp(f"smtp://127.0.0.1:{postbox.port}").deliver(letter(), name="one")
    assert b"Message-ID: <one@office.example>" in postbox.taken[0]


def test_it_says_who_it_is_when_the_address_says_so(postbox):
    Smtp(f"smtp://vitrine:open%20%26%20shut@127.0.0.1:{postbox.port}").deliver(letter(), name="one")
    assert len(postbox.taken) == 1


def test_a_wrong_password_needs_a_person(postbox):
    with pytest.raises(Permanent, match="MAIL_URL"):
        Smtp(f"smtp://vitrine:wrong@127.0.0.1:{postbox.port}").deliver(letter(), name="one")


def test_an_address_refused_for_good_needs_a_person(postbox):
    with pytest.raises(Permanent, match="refuses this address"):
        Smtp(f"smtp://127.0.0.1:{postbox.port}").deliver(letter("never@nordlicht.example"), name="one")


def test_an_address_refused_for_now_is_tried_again(postbox):
    with pytest.raises(Exception, match="come back") as refusal:
        Smtp(f"smtp://127.0.0.1:{postbox.port}").deliver(letter("later@nordlicht.example"), name="one")
    assert not isinstance(refusal.value, Permanent)


def test_a_password_never_travels_readable_to_another_machine(postbox, monkeypatch):
    monkeypatch.setattr("portal.notifications.transports._is_here", lambda _: False)
    with pytest.raises(Permanent, match="no encryption"):
        Smtp(f"smtp://vitrine:open%20%26%20shut@127.0.0.1:{postbox.port}").deliver(letter(), name="one")


def test_the_settings_choose(settings):
    assert chosen(settings) == Outbox(settings.mail_folder)


def test_the_password_does_not_show_in_a_log():
    assert "shut" not in repr(Smtp("smtp://vitrine:shut@mail.example:587"))
