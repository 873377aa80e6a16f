"""What went wrong at a mail server, in words of ours.

Never in the server's: what it says is written by whoever runs it, and it could be a machine that is none of his.
"""

from __future__ import annotations

import smtplib
import socket
import ssl

from portal.core.words import N_, Line, say
from portal.notifications.servers import Private

REFUSED = say(N_("The mail server refuses this address. Correct it, then write again."))
_FOR_GOOD = 500
_SELF_SIGNED, _SELF_SIGNED_ABOVE, _UNKNOWN, _EXPIRED, _OTHER_NAME, _OTHER_ADDRESS = 18, 19, 20, 10, 62, 64


class Unencrypted(smtplib.SMTPException):
    """A password was to be said over an open line."""


def is_for_good(error: Exception) -> bool:
    """Whether this letter will never be taken: the answer to its receiver or its content begins with 5."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return all(code >= _FOR_GOOD for code, _ in error.recipients.values())
    return isinstance(error, smtplib.SMTPDataError) and error.smtp_code >= _FOR_GOOD


def is_of_this_letter(error: Exception) -> bool:
    """Whether the server works, and only what is on the other side of it asks to wait."""
    return isinstance(error, (smtplib.SMTPRecipientsRefused, smtplib.SMTPDataError))


def told(error: Exception, *, patience: float) -> Line:
    """Why the letter has to wait."""
    if isinstance(error, TimeoutError) or isinstance(
        error.__context__, TimeoutError
    ):  # smtplib hides the one in the other
        return say(N_("The mail server did not answer within %(seconds)s seconds."), seconds=round(patience))
    if isinstance(error, smtplib.SMTPResponseException):
        return _answered(error)
    if isinstance(error, ssl.SSLCertVerificationError):
        return _distrusted(error)
    known = (text for kind, text in _WORDS if isinstance(error, kind))
    return say(next(known, N_("The mail server could not be reached.")))


def _answered(error: smtplib.SMTPResponseException) -> Line:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return say(N_("The mail server does not take this username and password."))
    if isinstance(error, smtplib.SMTPSenderRefused):
        return say(N_("The mail server does not let us send from this address (%(code)s)."), code=error.smtp_code)
    return say(N_("The mail server turned the letter away for now (%(code)s)."), code=error.smtp_code)


def _distrusted(error: ssl.SSLCertVerificationError) -> Line:
    why = {
        _SELF_SIGNED: N_("The mail server’s certificate is not trusted: it vouches for itself."),
        _SELF_SIGNED_ABOVE: N_("The mail server’s certificate is not trusted: nobody knows who issued it."),
        _UNKNOWN: N_("The mail server’s certificate is not trusted: nobody knows who issued it."),
        _EXPIRED: N_("The mail server’s certificate is not trusted: it has expired."),
        _OTHER_NAME: N_("The mail server’s certificate is not trusted: it is for another name."),
        _OTHER_ADDRESS: N_("The mail server’s certificate is not trusted: it is for another name."),
    }
    return say(why.get(error.verify_code, N_("The mail server’s certificate is not trusted.")))


_WORDS = (
    (Private, N_("This server is not out in the world: name one that everybody can reach.")),
    (Unencrypted, N_("The mail server offers no encryption: the password would travel readable.")),
    (ssl.SSLError, N_("No encrypted line came about: port 465 speaks TLS at once, 587 after STARTTLS.")),
    (socket.gaierror, N_("There is no mail server of this name.")),
    (ConnectionRefusedError, N_("Nobody answers at this port of the mail server.")),
    (smtplib.SMTPNotSupportedError, N_("The mail server does not offer what was asked: encryption, or signing in.")),
    (smtplib.SMTPRecipientsRefused, N_("The receiver’s mail server asks to come back later.")),
    (smtplib.SMTPServerDisconnected, N_("The mail server hung up.")),
)
