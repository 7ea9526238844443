"""Standard Webhooks: our 30 lines against the published vector and against the `standardwebhooks` package."""

import json
from base64 import b64encode
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from standardwebhooks import Webhook

from assist.contract import AuthError, key_of, signed_headers, verify
from tests.conftest import NOW

# standard-webhooks' own test constants, with the timestamp its libraries share.
PUBLISHED_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PUBLISHED = {
    "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
    "webhook-timestamp": "1614265330",
    "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
}
PUBLISHED_BODY = b'{"test": 2432232314}'

SECRET = "whsec_" + b64encode(bytes(range(32))).decode()
OLD_SECRET = "whsec_" + b64encode(bytes(range(32, 64))).decode()
KEY = key_of(SECRET)
BODY = '{"type":"message.received","text":"如何保存活虾"}'.encode()

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


def test_the_published_vector_is_what_we_sign() -> None:
    at = datetime.fromtimestamp(1614265330, UTC)

    headers = signed_headers(key_of(PUBLISHED_SECRET), PUBLISHED["webhook-id"], at, PUBLISHED_BODY)

    assert headers == PUBLISHED


def test_the_published_vector_is_accepted_with_its_id_and_time() -> None:
    proven = verify([key_of(PUBLISHED_SECRET)], PUBLISHED, PUBLISHED_BODY)

    assert proven == ("msg_p5jXN8AQM9LWM0D4loKWxJek", datetime.fromtimestamp(1614265330, UTC))


@settings(max_examples=50, deadline=None)
@given(json_values, st.from_regex(r"[0-9A-Za-z_-]{1,128}", fullmatch=True))
def test_the_package_accepts_what_we_sign(said: object, webhook_id: str) -> None:
    body = json.dumps(said, ensure_ascii=False).encode()

    headers = signed_headers(KEY, webhook_id, datetime.now(UTC), body)

    assert Webhook(SECRET).verify(body, headers) == said


@settings(max_examples=50, deadline=None)
@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 4_102_444_800))
def test_we_accept_what_the_package_signs(body: str, timestamp: int) -> None:
    at = datetime.fromtimestamp(timestamp, UTC)
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(timestamp),
        "webhook-signature": Webhook(SECRET).sign("msg_1", at, body),
    }

    assert verify([KEY], headers, body.encode()) == ("msg_1", at)


def test_a_time_in_another_zone_signs_the_same_moment() -> None:
    """The package replaces the zone instead of converting; we must not."""
    shanghai = NOW.astimezone(timezone(timedelta(hours=8)))

    assert signed_headers(KEY, "m", shanghai, BODY) == signed_headers(KEY, "m", NOW, BODY)


@settings(max_examples=100, deadline=None)
@given(st.integers(0, len(BODY) * 8 - 1))
def test_one_changed_bit_of_the_body_is_refused(bit: int) -> None:
    headers = signed_headers(KEY, "m1", NOW, BODY)
    changed = bytearray(BODY)
    changed[bit // 8] ^= 1 << bit % 8

    with pytest.raises(AuthError):
        verify([KEY], headers, bytes(changed))


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp"])
def test_the_id_and_the_time_are_signed_too(name: str) -> None:
    headers = signed_headers(KEY, "1", NOW, BODY)
    headers[name] = str(int(headers[name]) + 1)

    with pytest.raises(AuthError):
        verify([KEY], headers, BODY)


def test_a_signature_by_another_secret_is_refused() -> None:
    headers = signed_headers(key_of(OLD_SECRET), "m1", NOW, BODY)

    with pytest.raises(AuthError):
        verify([KEY], headers, BODY)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
@pytest.mark.parametrize("instead", [None, "", " "], ids=["missing", "empty", "blank"])
def test_no_header_may_be_left_out(name: str, instead: str | None) -> None:
    headers = signed_headers(KEY, "m1", NOW, BODY)
    if instead is None:
        del headers[name]
    else:
        headers[name] = instead

    with pytest.raises(AuthError):
        verify([KEY], headers, BODY)


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_a_doubled_header_is_refused(name: str) -> None:
    headers = signed_headers(KEY, "m1", NOW, BODY)
    headers[name] = f"{headers[name]}\n{headers[name]}"

    with pytest.raises(AuthError):
        verify([KEY], headers, BODY)


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET], ids=["new", "old"])
def test_during_rotation_either_secret_is_good(secret: str) -> None:
    headers = signed_headers(key_of(secret), "m1", NOW, BODY)

    assert verify([KEY, key_of(OLD_SECRET)], headers, BODY)[0] == "m1"


@pytest.mark.parametrize("known", [SECRET, OLD_SECRET], ids=["we have the new", "we have the old"])
def test_a_sender_that_rotates_signs_twice_and_either_is_good(known: str) -> None:
    both = [signed_headers(key_of(secret), "m1", NOW, BODY) for secret in (OLD_SECRET, SECRET)]
    headers = _with_signatures(both[0], " ".join(one["webhook-signature"] for one in both))

    assert verify([key_of(known)], headers, BODY)[0] == "m1"


def test_a_retired_secret_is_refused() -> None:
    headers = signed_headers(key_of(OLD_SECRET), "m1", NOW, BODY)
    verify([KEY, key_of(OLD_SECRET)], headers, BODY)

    with pytest.raises(AuthError):
        verify([KEY], headers, BODY)


def test_signatures_of_other_versions_are_passed_over() -> None:
    headers = signed_headers(KEY, "m1", NOW, BODY)
    headers = _with_signatures(
        headers, "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe8= " + headers["webhook-signature"]
    )

    assert verify([KEY], headers, BODY)[0] == "m1"


@pytest.mark.parametrize("version", ["v2,", "v1a,", "", "v1;"])
def test_the_right_digest_under_another_version_is_refused(version: str) -> None:
    headers = signed_headers(KEY, "m1", NOW, BODY)
    headers = _with_signatures(headers, version + headers["webhook-signature"].removeprefix("v1,"))

    with pytest.raises(AuthError):
        verify([KEY], headers, BODY)


@pytest.mark.parametrize("many", [9, 10_000])
def test_a_list_of_many_signatures_is_refused_even_with_the_right_one_in_it(many: int) -> None:
    headers = signed_headers(KEY, "m1", NOW, BODY)
    bomb = [headers["webhook-signature"], *["v1,AAAA"] * (many - 1)]

    with pytest.raises(AuthError):
        verify([KEY], _with_signatures(headers, " ".join(bomb)), BODY)


@pytest.mark.parametrize(
    "webhook_id",
    [
        pytest.param("a.1700000000", id="a dot moves the border to the timestamp"),
        pytest.param("a\r\nX: y", id="line break"),
        pytest.param("a\n", id="trailing line break"),
        pytest.param("a" * 10_240, id="10 KB"),
        pytest.param("a\x00", id="NUL"),
        pytest.param("草莓", id="not ASCII"),
        pytest.param("１", id="full-width digit"),
        pytest.param("a b", id="blank"),
        pytest.param("../../etc", id="path"),
    ],
)
def test_an_odd_webhook_id_is_refused_however_well_it_is_signed(webhook_id: str) -> None:
    headers = signed_headers(KEY, webhook_id, NOW, BODY)

    with pytest.raises(AuthError):
        verify([KEY], headers, BODY)


@pytest.mark.parametrize(
    "timestamp",
    ["1614265330.5", "-1", "+1614265330", "1e9", "１６１４", "NaN", "16142653300000", "1614265330\n", "0x1"],
)
def test_a_timestamp_that_is_not_whole_seconds_is_refused(timestamp: str) -> None:
    headers = signed_headers(KEY, "m1", NOW, BODY)
    headers["webhook-timestamp"] = timestamp

    with pytest.raises(AuthError):
        verify([KEY], headers, BODY)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(PUBLISHED)), st.text(), max_size=3), st.binary())
def test_whatever_the_headers_say_the_answer_is_auth_error(headers: dict[str, str], body: bytes) -> None:
    with pytest.raises(AuthError):
        verify([KEY], headers, body)


@pytest.mark.parametrize(
    ("secret", "cure"),
    [
        pytest.param("whsec_MfKQ9r8G", "24", id="too short"),
        pytest.param("whsec_", "24", id="empty"),
        pytest.param("whsec_草莓草莓草莓", "base64", id="not ASCII"),
        pytest.param("whsec_!!!!" + "A" * 40, "base64", id="not base64"),
    ],
)
def test_a_secret_that_cannot_be_one_is_refused_with_the_cure(secret: str, cure: str) -> None:
    with pytest.raises(ValueError, match=cure) as refused:
        key_of(secret)

    assert secret.removeprefix("whsec_") not in str(refused.value) or secret == "whsec_"


def _with_signatures(headers: Mapping[str, str], signatures: str) -> dict[str, str]:
    return {**headers, "webhook-signature": signatures}
