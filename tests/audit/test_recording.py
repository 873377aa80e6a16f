"""Every change leaves one line, in its own transaction, and nobody alters it."""

from decimal import Decimal
from uuid import UUID

import pytest
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import DBAPIError

from portal import audit
from portal.audit import queries
from portal.audit.models import LogRecord, PersonKey
from portal.core.db import db, get
from portal.core.errors import NotFound
from portal.core.keys import new_id
from portal.core.money import Money
from portal.core.seal import Key, Unreadable, seal, unseal
from portal.core.words import N_, say
from portal.tenants.models import Organization
from portal.users.models import User
from tests.queries import counted


def organization() -> Organization:
    return db.session.scalars(select(Organization)).first()


def somebody(username: str) -> User:
    return db.session.scalars(select(User).where(User.username == username)).one()


def acting(user: User, tenant_id: int) -> audit.Actor:
    return audit.Actor("user", user.id, user.name, user.email, "203.0.113.7", "request-1", tenant_id=tenant_id)


def newest() -> queries.Entry:
    return queries.records().items[0]


def raw() -> LogRecord:
    return db.session.scalars(select(LogRecord).order_by(LogRecord.id.desc())).first()


def test_a_change_is_told_with_what_was_before_and_what_came_after(north):
    with north.office():
        record = organization()
        record.name = "Nordlicht Cloud"
        record.separate_invoices = True
        before, after = audit.changes(record)
        audit.record("tenant.changed", record, before=before, after=after)
        entry = newest()
    assert entry.what == "changed Nordlicht Cloud"
    assert {(change.field, change.before, change.after) for change in entry.changes} >= {
        ("Name", "Nordlicht IT", "Nordlicht Cloud"),
        ("Separate Invoices", "No", "Yes"),
    }


def test_only_what_differs_is_written(north):
    with north.office():
        written = audit.record("tenant.changed", organization(), before={"a": 1, "b": 2}, after={"a": 1, "b": 3})
        assert (written.before, written.after) == ({"b": 2}, {"b": 3})


def test_a_change_that_is_rolled_back_leaves_no_line(north):
    with north.office():
        audit.record("tenant.changed", organization())
        db.session.flush()
        db.session.rollback()
        assert (
            db.session.scalar(select(func.count()).select_from(LogRecord).where(LogRecord.verb == "tenant.changed"))
            == 0
        )


@pytest.mark.parametrize("statement", [update(LogRecord).values(verb="nothing.happened"), delete(LogRecord)])
def test_the_app_cannot_alter_what_is_written(north, statement):
    with north.office():
        audit.record("tenant.changed", organization())
    with north.office():
        with pytest.raises(DBAPIError, match="permission denied"):
            db.session.execute(statement)
        db.session.rollback()


def test_a_stranger_sees_nothing_of_it(north, world):
    with north.office():
        audit.record("tenant.changed", organization(), after={"name": "a word only North knows"})
    for house in (world.strand, world.meridian, world.fjord, world.south):
        with house.office():
            assert "a word only North knows" not in str(queries.records(size=200).items)


def test_secrets_are_never_written(north):
    with north.office():
        user = somebody("north.sales")
        audit.record(
            "user.password_changed",
            user,
            before={"password_hash": "the-old-hash"},
            after={"password_hash": "the-new-hash", "api_token": "the-token"},
        )
        db.session.flush()
        line = raw()
        stored = f"{line.before}{line.after}{line.label}{line.line}"
        entry = newest()
    assert "the-" not in stored
    assert {change.after for change in entry.changes} == {"hidden"}


def test_what_it_says_of_a_person_is_sealed_and_read_in_the_office(north):
    with north.office():
        user = somebody("north.sales")
        audit.record("user.changed", user, before={"name": "Kim Winter"}, after={"name": "Kim Sommer"})
        db.session.flush()
        line = raw()
        entry = newest()
    assert "Kim" not in f"{line.before}{line.after}"
    assert [(change.before, change.after) for change in entry.changes] == [("Kim Winter", "Kim Sommer")]


def test_who_acted_is_sealed_too(north):
    with north.office():
        user = somebody("north.administrator")
        with audit.acting_as(acting(user, north.tenant_id)):
            audit.record("tenant.changed", organization())
        db.session.flush()
        line = raw()
        entry = newest()
    assert user.name not in str(line.actor)
    assert "203.0.113.7" not in str(line.source)
    assert (entry.who, entry.source) == (user.name, "203.0.113.7")


def test_an_erased_person_is_gone_from_every_line_and_the_lines_stay(north):
    with north.office():
        user = somebody("north.sales")
        with audit.acting_as(acting(user, north.tenant_id)):
            audit.record("user.changed", user, before={"name": "Kim Winter"}, after={"name": "Kim Sommer"})
    with north.office():
        audit.erase_person(user.id)
    with north.office():
        entries = queries.records().items
        line = next(entry for entry in entries if entry.what.startswith("changed"))
    assert line.who == "erased"
    assert [(change.before, change.after) for change in line.changes] == [("erased", "erased")]
    assert "Kim" not in str(entries)


def test_an_erased_person_gets_no_second_key(north):
    with north.office():
        user = somebody("north.sales")
        audit.record("user.changed", user, after={"name": "Kim Winter"})
    with north.office():
        audit.erase_person(user.id)
    with north.office():
        audit.record("user.changed", somebody("north.sales"), after={"name": "Kim Sommer"})
        assert newest().changes[0].after == "erased"
        assert db.session.scalars(select(PersonKey.wrapped).where(PersonKey.id == user.id)).all() == [None]


def test_a_key_made_in_a_transaction_that_fails_is_made_again(north):
    with north.office():
        user = somebody("north.sales")
        audit.record("user.changed", user, after={"name": "Kim Winter"})
        db.session.flush()
        db.session.rollback()
        audit.record("user.changed", somebody("north.sales"), after={"name": "Kim Sommer"})
    with north.office():
        assert newest().changes[0].after == "Kim Sommer"


def test_a_key_made_within_a_savepoint_that_fails_is_made_again(north):
    with north.office():
        nested = db.session.begin_nested()
        audit.record("user.changed", somebody("north.sales"), after={"name": "Kim Winter"})
        nested.rollback()
        audit.record("user.changed", somebody("north.sales"), after={"name": "Kim Sommer"})
    with north.office():
        assert newest().changes[0].after == "Kim Sommer"


def test_a_line_asks_for_all_its_keys_at_once_and_the_next_for_none(app, north):
    with north.office():
        people = [somebody(north.people[role]) for role in ("administrator", "sales", "support")]
        organization()
        for _again in range(2):
            db.session.flush()
            with counted(app) as asked, audit.acting_as(acting(people[0], north.tenant_id)):
                audit.record("user.changed", people[1], after={"name": "One", "role": people[2]}, whole=people[2])
                db.session.flush()
            keys = [statement for statement in asked if "person_key" in statement]
            assert len(keys) <= (0 if _again else 2), asked


def test_a_person_of_the_tenant_above_appears_as_the_provider(north, world):
    with world.meridian.office():
        maria = somebody("meridian.administrator")
    with north.office():
        system = audit.Actor("system", on_behalf_of=acting(maria, world.meridian.tenant_id))
        with audit.acting_as(system):
            audit.record("tenant.opened", organization())
        db.session.flush()
        line = raw()
        entry = newest()
    assert line.principal_id is None
    assert maria.name not in str(vars(line))
    assert (entry.who, entry.principal) == ("System", "Your provider")


def test_a_line_of_its_own_stands_for_the_phrase_or_after_it(north):
    with north.office():
        audit.record("tenant.changed", organization(), line=say(N_("moved %(label)s to another list")))
        assert newest().what == "moved Nordlicht IT to another list"
        audit.record("tenant.suspended", organization(), line=say(N_("An invoice is open.")))
        assert (newest().what, newest().detail) == ("suspended Nordlicht IT", "An invoice is open.")


def test_values_come_back_as_they_were(north):
    with north.office():
        given = {
            "money": Money(Decimal("21.48"), "EUR"),
            "day": organization().created_at.date(),
            "many": ["a", "b"],
            "forged": {"sealed": "x", "of": str(UUID(int=1))},
            "number": Decimal("1.5"),
            "whom": new_id(),
        }
        audit.record("tenant.changed", organization(), after=given)
        shown = {change.field: change.after for change in newest().changes}
    assert shown["Money"] == "€21.48"
    assert shown["Many"] == "a, b"
    assert "Sealed: x" in shown["Forged"]
    assert shown["Number"] == "1.5"


def test_another_row_is_told_by_the_name_it_had(north):
    with north.office():
        written = audit.record("tenant.changed", organization(), after={"contact": somebody("north.sales")})
        db.session.flush()
        assert "North Sales" not in str(written.after)
        (change,) = newest().changes
        somebody("north.sales").name = "Kim Sommer"
        assert (str(change.after), str(newest().changes[0].after)) == ("North Sales", "North Sales")


def test_a_verb_nobody_has_words_for_is_still_told(north):
    with north.office():
        audit.record("tenant.turned_round", organization())
        assert newest().what == "Turned round: Nordlicht IT"


def test_a_foreign_row_reads_the_same_as_a_missing_one(north, world):
    with north.office():
        written = audit.record("tenant.changed", organization())
    with world.strand.office(), pytest.raises(NotFound):
        get(LogRecord, written.key)


def test_what_was_sealed_opens_only_where_it_belongs(app):
    with app.app_context():
        closed = seal("a token", purpose="letters")
        assert "token" not in closed
        assert unseal(closed, purpose="letters") == "a token"
        for wrong in (closed, closed[:-4] + "AAA=", "nonsense", ""):
            with pytest.raises(Unreadable):
                unseal(wrong, purpose="people")
        app.config["SECRET_KEY_FALLBACKS"] = [app.config["SECRET_KEY"]]
        kept, app.config["SECRET_KEY"] = app.config["SECRET_KEY"], "another secret of the tests, long enough"
        try:
            assert unseal(closed, purpose="letters") == "a token"
            app.config["SECRET_KEY_FALLBACKS"] = []
            with pytest.raises(Unreadable):
                unseal(closed, purpose="letters")
        finally:
            app.config["SECRET_KEY"] = kept


def test_a_key_never_shows_itself():
    assert repr(Key.fresh()) == "Key(…)"
