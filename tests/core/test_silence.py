"""What goes wrong is told in the log, without what people typed."""

import logging

import pytest
from sqlalchemy.exc import DataError

from portal.core.db import db
from portal.users import actions

HASH = "$argon2id$made-of-somebodys-password"


def test_a_statement_that_fails_is_told_without_its_values(north, caplog):
    with north.office():
        user = actions.create_administrator("Ada Winter", "ada@winter.example", "ada", HASH)
        user.name, user.password_hash = "A" * 200, f"{HASH}-renewed"
        with pytest.raises(DataError) as failed:
            db.session.flush()
        db.session.rollback()
    logging.getLogger("portal.test").error("it broke", exc_info=failed.value)
    assert "too long" in caplog.text
    assert HASH not in caplog.text
    assert "ada@winter.example" not in caplog.text
