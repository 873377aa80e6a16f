"""Who comes is asked before what is brought: a stranger's sending is not even read."""

import pytest

HEAD = b'--x\r\nContent-Disposition: form-data; name="file"; filename="sheet.csv"\r\n\r\n'
SHEET = {
    "data": HEAD + b"x" * (2 << 20) + b"\r\n--x--\r\n",
    "content_type": "multipart/form-data; boundary=x",
}


def test_a_strangers_file_is_not_read(world):
    stranger = world.meridian.visitor()
    assert stranger.post("/sign-in", **SHEET).status_code == 413
    assert world.south.shop().post("/sign-in", **SHEET).status_code == 413
    assert stranger.post("/price-sheets/new", **SHEET).location == "/sign-in"


def test_in_a_shop_nobody_sends_more_than_words(world):
    member = world.south.shop_client()
    for address in ("/account", "/account/password", "/contact"):
        assert member.post(address, **SHEET).status_code == 413, address


def test_whoever_may_not_is_told_so_before_what_he_sent_is_judged(world):
    assert world.south.client().post("/price-sheets/new", **SHEET).status_code == 403


def test_a_sending_from_elsewhere_is_refused_to_whoever_is_signed_in(world):
    client = world.meridian.client()
    assert client.post("/price-sheets/new", **SHEET).status_code == 400
    assert client.post("/accounts/new", data={"name": "x"}).status_code == 400
    assert client.post("/sign-out").status_code == 400


@pytest.mark.parametrize("address", ["/sign-in", "/sign-out"])
def test_a_shop_refuses_a_sending_from_elsewhere_in_its_own_clothes(world, address):
    answer = world.south.shop().post(address, data={"username": "x"})
    assert answer.status_code == 400
    assert "Halcyon Works" in answer.text
