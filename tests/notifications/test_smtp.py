"""The real way out, against a real SMTP server on this machine."""

import io
from contextlib import suppress
from email.message import EmailMessage
from socket import create_server
from threading import Thread

import pytest

from portal.core.errors import Permanent
from portal.notifications import transports
from portal.notifications.servers import Encryption, Server, is_public_name
from portal.notifications.transports import NotNow, Outbox, Smtp, chosen
from tests.notifications.postbox import free_port, open_postbox, self_signed


@pytest.fixture
def postbox():
    with open_postbox() as box:
        yield box


def letter(to: str = "kim@nordlicht.example", sender: str = "no-reply@office.example") -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = sender, to, "Hello"
    message["Message-ID"] = "<one@office.example>"
    message.set_content("Hello")
    return message


def carry(message: EmailMessage, url: str) -> None:
    Smtp(Server.at(url)).deliver(message, name="one")


def test_a_letter_travels(postbox):
    carry(letter(), f"smtp://127.0.0.1:{postbox.port}")
    assert b"Message-ID: <one@office.example>" in postbox.taken[0]


def test_it_says_who_it_is_when_the_address_says_so(postbox):
    carry(letter(), f"smtp://vitrine:open%20%26%20shut@127.0.0.1:{postbox.port}")
    assert len(postbox.taken) == 1


def test_a_wrong_password_lets_letters_wait(postbox):
    with pytest.raises(NotNow, match="username and password"):
        carry(letter(), f"smtp://vitrine:wrong@127.0.0.1:{postbox.port}")


def test_an_address_refused_for_good_needs_a_person(postbox):
    with pytest.raises(Permanent, match="refuses this address"):
        carry(letter("never@nordlicht.example"), f"smtp://127.0.0.1:{postbox.port}")


def test_an_address_refused_for_now_is_tried_again(postbox):
    with pytest.raises(NotNow, match="come back later"):
        carry(letter("later@nordlicht.example"), f"smtp://127.0.0.1:{postbox.port}")


def test_a_sender_the_server_does_not_let_in_says_so(postbox):
    with pytest.raises(NotNow, match=r"from this address \(553\)"):
        carry(letter(sender="not-yours@office.example"), f"smtp://127.0.0.1:{postbox.port}")


def test_a_password_never_travels_readable_to_another_machine(postbox, monkeypatch):
    monkeypatch.setattr("portal.notifications.transports._is_here", lambda _: False)
    with pytest.raises(NotNow, match="no encryption"):
        carry(letter(), f"smtp://vitrine:open%20%26%20shut@127.0.0.1:{postbox.port}")


def test_nobody_answers_at_the_port():
    with pytest.raises(NotNow, match="Nobody answers"):
        carry(letter(), f"smtp://127.0.0.1:{free_port()}")


def test_there_is_nobody_of_that_name():
    with pytest.raises(NotNow, match="no mail server of this name"):
        carry(letter(), "smtp://mail.nowhere.invalid")


def test_a_server_that_says_nothing_is_left():
    with create_server(("127.0.0.1", 0)) as silent:
        place = Server("127.0.0.1", silent.getsockname()[1], Encryption.NONE)
        with pytest.raises(NotNow, match="within 1 seconds"):
            Smtp(place, patience=1, longest=5).deliver(letter(), name="one")


@pytest.fixture
def talker():
    """A server whose greeting goes on and on."""
    with create_server(("127.0.0.1", 0)) as server:
        talking = Thread(target=_talk_on, args=[server], daemon=True)
        talking.start()
        yield Server("127.0.0.1", server.getsockname()[1], Encryption.NONE)
        talking.join()


def test_a_server_that_never_comes_to_an_end_is_left(talker, monkeypatch):
    monkeypatch.setattr(transports, "MOST_LINES", 10**9)
    with pytest.raises(NotNow, match="did not answer within"):
        Smtp(talker, longest=0.3).deliver(letter(), name="one")


def test_what_still_comes_when_the_time_is_over_is_not_read():
    caller = transports.Caller()
    said = transports.Listening(caller, io.BufferedReader(io.BytesIO(b"220-wait\r\n" * 3)))
    assert said.readline(100) == b"220-wait\r\n"
    caller.is_late = True
    with pytest.raises(TimeoutError):
        said.readline(100)


def test_a_server_that_says_more_than_any_has_to_say_is_left_long_before(talker):
    with pytest.raises(NotNow):
        Smtp(talker, longest=600).deliver(letter(), name="one")


def _talk_on(talker):
    """A greeting that goes on and on."""
    line, _ = talker.accept()
    with line, suppress(OSError):
        while True:
            line.sendall(b"220-wait, there is more\r\n")


@pytest.mark.parametrize("encryption", [Encryption.TLS, Encryption.STARTTLS])
def test_a_certificate_nobody_vouches_for_is_not_trusted(tmp_path, encryption):
    context = self_signed(tmp_path)
    options = {"ssl_context": context} if encryption is Encryption.TLS else {"tls_context": context}
    with open_postbox(**options) as box, pytest.raises(NotNow, match="vouches for itself"):
        Smtp(Server("127.0.0.1", box.port, encryption)).deliver(letter(), name="one")
    assert box.taken == []


def test_a_server_without_the_encryption_that_was_asked_for_gets_nothing(postbox):
    with pytest.raises(NotNow, match="does not offer"):
        Smtp(Server("127.0.0.1", postbox.port, Encryption.STARTTLS)).deliver(letter(), name="one")
    assert postbox.taken == []


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "localhost",
        "::1",
        "10.0.0.7",
        "169.254.169.254",
        "::ffff:10.0.0.7",
        "127.1",
        "2130706433",
        "0x7f.1",
        "0177.0.0.1",
        "0",
        "64:ff9b::7f00:1",
        "fec0::7",
        "192.88.99.1",
    ],
)
def test_for_somebody_else_no_machine_of_ours_is_called(host):
    with pytest.raises(NotNow, match="not out in the world"):
        Smtp(Server(host, 25, Encryption.NONE), outside=True).deliver(letter(), name="one")


def test_for_somebody_else_only_ports_of_mail_are_called():
    with pytest.raises(NotNow, match="not out in the world"):
        Smtp(Server("192.0.43.8", 6379, Encryption.NONE), outside=True).deliver(letter(), name="one")


@pytest.mark.parametrize(
    ("host", "public"),
    [
        ("smtp.company.example", True),
        ("192.0.43.8", True),
        ("localhost", False),
        ("redis", False),
        ("db.internal", False),
        ("mail.local", False),
        ("127.0.0.1", False),
        ("fe80::1", False),
        ("fd00::1", False),
        ("0.0.0.1", False),
        ("224.0.0.1", False),
        ("2002:7f00:1::", False),
        ("64:ff9b::a00:7", False),
        ("fec0::7", False),
        ("192.88.99.1", False),
    ],
)
def test_a_name_tells_whether_it_could_be_out_in_the_world(host, public):
    assert is_public_name(host) is public


def test_the_settings_choose(settings):
    assert chosen(settings) == Outbox(settings.mail_folder)


def test_the_password_does_not_show_in_a_log():
    assert "shut" not in repr(Smtp(Server.at("smtp://vitrine:shut@mail.example:587")))
