"""The second factor: setting it up, using it up, taking it away, and asking everybody for one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from sqlalchemy import delete, select, update

from portal import audit
from portal.core.clock import now
from portal.core.db import db
from portal.core.errors import Conflict, Invalid
from portal.core.words import N_, say
from portal.users import codes
from portal.users.actions import letters
from portal.users.actions.passwords import proven
from portal.users.actions.sign_ins import end_sign_ins
from portal.users.gate import Person
from portal.users.models import RecoveryCode, SecondFactor, SignInRules, User


def set_up_factor(person: Person, offer: codes.Offer, *, code: str, current: str) -> None:
    """Make what was offered the user's, now that his phone has shown that it knows it.  The same offer again is content.

    Raises Invalid at `current` and at `code`, TooMany, Conflict when he has another already.
    """
    user = proven(person, current)
    standing = _factor_of(user)
    if standing and codes.opened(standing.secret, user_id=user.id) == offer.secret:
        return
    if standing:
        raise Conflict(say(N_("You have a second factor already: remove that first.")))
    counter = codes.counter_of(code, secret=offer.secret, moment=now())
    if counter is None:
        raise Invalid(N_("This code does not fit. Type the one the app shows now."), field="code")
    kept = codes.kept(offer.secret, user_id=user.id)
    db.session.add(SecondFactor(user_id=user.id, secret=kept, last_counter=counter))
    _keep_recovery_codes(user, offer.recovery)
    audit.record("user.factor_set_up", user)
    letters.write_to(user, "factor_set_up", link=letters.page_for(user, "/forgotten-password"))


def accept_code(user: User, typed: str) -> bool:
    """Whether the code is right; then it is used up.  Call with the user locked: of two at once one is the second."""
    factor = _factor_of(user)
    if factor is None:
        return False
    secret = codes.opened(factor.secret, user_id=user.id)
    counter = codes.counter_of(typed, secret=secret, moment=now())
    if counter is not None and counter > factor.last_counter:
        factor.last_counter = counter
        return True
    return _use_recovery_code(user, typed)


def renew_recovery_codes(person: Person, *, current: str) -> tuple[str, ...]:
    """Ten new recovery codes; the former ones are worth nothing.  Raises Invalid at `current`, TooMany, Conflict."""
    user = proven(person, current)
    _needed(user)
    fresh = codes.fresh_recovery_codes()
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    _keep_recovery_codes(user, fresh)
    audit.record("user.recovery_codes_renewed", user)
    return fresh


def remove_factor(person: Person, *, current: str) -> None:
    """Somebody does without his second factor from now on.  Raises Invalid at `current`, TooMany, Conflict."""
    user = proven(person, current)
    _forget(user)
    audit.record("user.factor_removed", user)


def reset_factor(user: User, *, by: UUID) -> None:
    """An administrator takes a second factor from somebody whose phone and codes are gone; all his sign-ins end."""
    if user.id == by:
        raise Conflict(say(N_("Remove your own second factor in your profile.")))
    _forget(user)
    end_sign_ins(user)
    audit.record("user.factor_reset", user)


def ask_everybody(rules: SignInRules, *, version: int, by: UUID) -> None:
    """Whoever signs in from now on needs a second factor.  Raises Conflict, Invalid.

    Who asks it of others has one himself: so it is known to work here.
    """
    _refuse_overtaken(rules, version)
    if rules.second_factor_since is not None:
        return
    if db.session.scalar(select(SecondFactor.id).where(SecondFactor.user_id == by)) is None:
        raise Invalid(
            N_("Set up a second factor of your own first, so that you know how it goes."), field="second_factor"
        )
    _ask_since(rules, now())


def ask_nobody(rules: SignInRules, *, version: int) -> None:
    """A password is enough again, for whoever has no second factor of his own accord.  Raises Conflict."""
    _refuse_overtaken(rules, version)
    if rules.second_factor_since is not None:
        _ask_since(rules, None)


def _refuse_overtaken(rules: SignInRules, version: int) -> None:
    if rules.version != version:
        raise Conflict(say(N_("Somebody changed this while you were writing.")))


def _ask_since(rules: SignInRules, moment: datetime | None) -> None:
    before = {"second_factor_since": rules.second_factor_since}
    rules.second_factor_since = moment
    db.session.add(rules)
    audit.record("sign_in_rules.changed", rules, before=before, after={"second_factor_since": moment})


def _factor_of(user: User) -> SecondFactor | None:
    return db.session.scalar(select(SecondFactor).where(SecondFactor.user_id == user.id).with_for_update())


def _needed(user: User) -> SecondFactor:
    factor = _factor_of(user)
    if factor is None:
        raise Conflict(say(N_("There is no second factor.")))
    return factor


def _keep_recovery_codes(user: User, recovery: tuple[str, ...]) -> None:
    db.session.add_all(RecoveryCode(user_id=user.id, mark=codes.mark(code, user_id=user.id)) for code in recovery)


def _use_recovery_code(user: User, typed: str) -> bool:
    use = (
        update(RecoveryCode)
        .where(
            RecoveryCode.user_id == user.id,
            RecoveryCode.mark.in_(codes.marks(typed, user_id=user.id)),
            RecoveryCode.used_at.is_(None),
        )
        .values(used_at=now())
        .returning(RecoveryCode.id)
    )
    if db.session.scalar(use) is None:
        return False
    audit.record("user.recovery_code_used", user)
    return True


def _forget(user: User) -> None:
    """Take factor and recovery codes away, and tell the user, whoever did it.  Raises Conflict."""
    db.session.delete(_needed(user))
    db.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    who = audit.current_actor().name
    letters.write_to(user, "factor_removed", link=letters.page_for(user, "/forgotten-password"), who=who)
