"""Who may come in: users, their sign-ins, the devices they are known from, the tickets that stand in for a password.

Of every secret (sign-in token, device mark, ticket) only a hash is kept.  `SignInCounter` and `Mailbox` are platform
tables: both hold keyed hashes and no human word, because they must be asked before anybody knows whose request it is.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import ARRAY, BigInteger, DateTime, ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.clock import now
from portal.core.db import Model, belongs_to, has_many, index, one_of, unique
from portal.core.kinds import Belonging
from portal.core.lifecycle import Lifecycle
from portal.core.words import N_
from portal.users import browsers
from portal.users.roles import Role

NAME_LENGTH = 120
USERNAME_LENGTH = 60
EMAIL_LENGTH = 254
AGENT_LENGTH = 200
ADDRESS_LENGTH = 1000


class Kind(StrEnum):
    """Staff work in the office, and may look into the shop; customers come to the shop alone."""

    STAFF = "staff"
    CUSTOMER = "customer"

    @property
    def label(self) -> str:
        """A message id."""
        return N_("Works here") if self is Kind.STAFF else N_("Customer")


class State(StrEnum):
    INVITED = "invited"
    ACTIVE = "active"
    DISABLED = "disabled"


LIFECYCLE = Lifecycle(
    {
        State.INVITED: {State.ACTIVE, State.DISABLED},
        State.ACTIVE: {State.DISABLED},
        State.DISABLED: {State.ACTIVE, State.INVITED},
    }
)

# state -> (mood, word, glyph): the same tone, word and shape everywhere
SHOWN = {
    State.INVITED: ("busy", N_("Invited"), "mail"),
    State.ACTIVE: ("good", N_("Active"), "circle-check"),
    State.DISABLED: ("plain", N_("Disabled"), "user-off"),
}


class User(Belonging, Model):
    """Somebody who works for a tenant, or a customer of his.  Username and e-mail are kept in lower case.

    A customer signs in with his e-mail address, in the shop only; his role opens nothing there.
    """

    __page__ = "users.show"
    __found_by__ = ("name", "username", "email")
    __personal__ = {"name": "id", "username": "id", "email": "id"}  # noqa: RUF012 - declared ClassVar in Owned
    __secret__ = frozenset({"password_hash"})
    __unlogged__ = frozenset({"signed_in_at", "password_set_at", "account_id", "contact_id", "away"})
    __words__ = {  # noqa: RUF012 - read by the audit trail
        "name": N_("Name"),
        "username": N_("Username"),
        "email": N_("E-mail"),
        "role": N_("Role"),
        "state": N_("State"),
        "password_hash": N_("Password"),
        "must_change": N_("Must change the password"),
        "initial_expires_at": N_("First password valid until"),
        "language": N_("Language"),
        "time_zone": N_("Time zone"),
    }
    __table_args__ = (unique("username"), unique("email"), unique("contact_id"), index("name"), index("role", "state"))

    username: Mapped[str] = mapped_column(String(USERNAME_LENGTH))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH))
    role: Mapped[Role] = mapped_column(one_of(Role))
    kind: Mapped[Kind] = mapped_column(one_of(Kind), default=Kind.STAFF)
    account_id: Mapped[UUID | None]  # of this and the next: a customer's, in the slice above
    contact_id: Mapped[UUID | None]
    away: Mapped[bool] = mapped_column(default=False)  # disabled because, and as long as, his account is put away
    state: Mapped[State] = mapped_column(one_of(State), default=State.INVITED)
    password_hash: Mapped[str | None] = mapped_column(String(255))
    password_set_at: Mapped[datetime | None]
    must_change: Mapped[bool] = mapped_column(default=False)  # somebody else knows the password
    initial_expires_at: Mapped[datetime | None]  # and it dies, if it is not changed before
    signed_in_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(String(12), default="")  # of this and the next two: empty is the house's
    time_zone: Mapped[str] = mapped_column(String(64), default="")
    date_format: Mapped[str] = mapped_column(String(20), default="")
    created_at: Mapped[datetime] = mapped_column(default=now)
    version: Mapped[int] = mapped_column(default=1)  # of what administrators edit; signing in leaves it

    sign_ins: Mapped[list[SignIn]] = has_many(
        "user", back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )
    tickets: Mapped[list[Ticket]] = has_many(
        "user", back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )
    devices: Mapped[list[Device]] = has_many(
        "user", back_populates="user", cascade="all, delete-orphan", passive_deletes=True
    )

    @property
    def is_customer(self) -> bool:
        return self.kind == Kind.CUSTOMER

    @property
    def signs_in_as(self) -> str:
        """What this user types beside the password."""
        return self.email if self.is_customer else self.username

    @property
    def mood(self) -> str:
        return SHOWN[self.state][0]

    @property
    def state_word(self) -> str:
        """A message id: translated when shown."""
        return SHOWN[self.state][1]

    @property
    def glyph(self) -> str:
        return SHOWN[self.state][2]


class SignIn(Belonging, Model):
    """One way in that stands open: for one user, at one door of one host, in one browser."""

    __table_args__ = (unique("token_hash"), index("user_id", "created_at"))

    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    user_id: Mapped[UUID]
    user: Mapped[User] = belongs_to(back_populates="sign_ins", ondelete="CASCADE")
    door: Mapped[str] = mapped_column(String(10))
    host: Mapped[str] = mapped_column(String(253))
    source: Mapped[str] = mapped_column(String(45))
    agent: Mapped[str] = mapped_column(String(AGENT_LENGTH))
    created_at: Mapped[datetime] = mapped_column(default=now)
    seen_at: Mapped[datetime] = mapped_column(default=now)
    ended_at: Mapped[datetime | None]

    @property
    def browser(self) -> str:
        """The browser and the system it runs on, as far as it says; the words of others are not shown."""
        return browsers.named(self.agent)


class Device(Belonging, Model):
    """A browser from which this user has signed in before: whoever guesses elsewhere cannot lock him out of it."""

    __table_args__ = (unique("user_id", "mark"),)

    user_id: Mapped[UUID]
    user: Mapped[User] = belongs_to(back_populates="devices", ondelete="CASCADE")
    mark: Mapped[bytes] = mapped_column(LargeBinary)
    seen_at: Mapped[datetime] = mapped_column(default=now)


class SecondFactor(Belonging, Model):
    """The app on somebody's phone that shows another code every thirty seconds."""

    __table_args__ = (unique("user_id"),)

    user_id: Mapped[UUID]
    user: Mapped[User] = belongs_to(ondelete="CASCADE")
    secret: Mapped[str] = mapped_column(String(200))  # sealed for this user: see `users.codes`
    last_counter: Mapped[int] = mapped_column(BigInteger)  # of the last code that was taken: none is taken twice
    created_at: Mapped[datetime] = mapped_column(default=now)


class RecoveryCode(Belonging, Model):
    """A word on paper that stands in for the phone, once."""

    __table_args__ = (unique("user_id", "mark"),)

    user_id: Mapped[UUID]
    user: Mapped[User] = belongs_to(ondelete="CASCADE")
    mark: Mapped[bytes] = mapped_column(LargeBinary)  # a keyed hash
    used_at: Mapped[datetime | None]


class HalfSignIn(Belonging, Model):
    """The password was right; the code is still asked for.  It opens nothing but the page that asks."""

    __table_args__ = (unique("token_hash"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    user_id: Mapped[UUID]
    user: Mapped[User] = belongs_to(ondelete="CASCADE")
    door: Mapped[str] = mapped_column(String(10))
    host: Mapped[str] = mapped_column(String(253))
    known_device: Mapped[bool]
    created_at: Mapped[datetime] = mapped_column(default=now)


class UnsentForm(Belonging, Model):
    """What somebody sent when his sign-in was over.  See `users.unsent`."""

    __table_args__ = (unique("token_hash"),)

    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    user_id: Mapped[UUID]
    user: Mapped[User] = belongs_to(ondelete="CASCADE")
    address: Mapped[str] = mapped_column(String(ADDRESS_LENGTH))  # of the page it was typed on
    words: Mapped[str] = mapped_column(Text)  # sealed for the user
    created_at: Mapped[datetime] = mapped_column(default=now)


class SignInRules(Belonging, Model):
    """What an organization asks of everybody who signs in at its office.  One row."""

    __table_args__ = (unique(),)
    __label__ = "title"
    __page__ = "users.rules"
    __words__ = {"second_factor_since": N_("Second factor needed since")}  # noqa: RUF012 - read by the audit trail

    second_factor_since: Mapped[datetime | None]  # whoever signs in later and has none sets it up first
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own name and shape

    @property
    def title(self) -> str:
        return "sign-in"


class Purpose(StrEnum):
    INVITATION = "invitation"
    PASSWORD = "password"  # noqa: S105 - what the ticket is for
    EMAIL = "email"


class Ticket(Belonging, Model):
    """A link in a letter that sets a password, or proves who reads the mailbox `email`; once."""

    __table_args__ = (unique("token_hash"),)

    user_id: Mapped[UUID]
    user: Mapped[User] = belongs_to(back_populates="tickets", ondelete="CASCADE")
    purpose: Mapped[Purpose] = mapped_column(one_of(Purpose))
    email: Mapped[str] = mapped_column(String(EMAIL_LENGTH), default="")
    token_hash: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]


class SignInCounter(Model):
    """How often somebody tried under one mark (a user, a source, a Client ID, a device).  See `users.throttle`."""

    __platform__ = True
    __table_args__ = (Index(None, "last_at"),)

    mark: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)  # a keyed hash: nobody reads whose
    tries: Mapped[list[datetime]] = mapped_column(ARRAY(DateTime(timezone=True)))  # those that still count
    strikes: Mapped[int]  # tries in a row that came although the counter was full
    last_at: Mapped[datetime]


class Mailbox(Model):
    """Which tenants know an e-mail address: found by a keyed hash, so that a forgotten Client ID can be sent.

    The tenant's column is not called tenant_id, for the row belongs to the platform: it is asked before anybody entered.
    """

    __platform__ = True

    address: Mapped[bytes] = mapped_column(LargeBinary, primary_key=True)
    known_to: Mapped[int] = mapped_column(BigInteger, ForeignKey("tenant.id", ondelete="CASCADE"), primary_key=True)
