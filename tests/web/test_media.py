"""Pictures that go with answers: what is taken in, and how it is served."""

import hashlib

import pytest

from tests.shop import RunningShop

pytestmark = pytest.mark.anyio

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 32
JPEG = b"\xff\xd8\xff\xe0" + b"\x00" * 32
GIF = b"GIF89a" + b"\x00" * 32
WEBP = b"RIFF\x24\x00\x00\x00WEBPVP8 " + b"\x00" * 32


@pytest.mark.parametrize(
    ("file", "content_type"),
    [(PNG, "image/png"), (JPEG, "image/jpeg"), (GIF, "image/gif"), (WEBP, "image/webp")],
    ids=["png", "jpeg", "gif", "webp"],
)
async def test_a_picture_is_kept_by_its_digest_and_served_to_anybody_for_good(
    shop: RunningShop, file: bytes, content_type: str
) -> None:
    path = "/api/v1/kb/media?name=a.svg"
    kept = await shop.client.post(path, content=file, headers={**shop.bearer("小林"), "content-type": "text/html"})

    assert (kept.status_code, kept.json()["content_type"]) == (201, content_type)
    assert kept.json()["url"] == f"/media/{hashlib.sha256(file).hexdigest()}"
    served = await shop.client.get(kept.json()["url"])
    assert (served.status_code, served.content) == (200, file)
    assert served.headers["content-type"] == content_type
    assert served.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert served.headers["x-content-type-options"] == "nosniff"
    assert served.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert served.headers["content-disposition"].startswith("inline; filename=")


@pytest.mark.parametrize(
    "file",
    [
        pytest.param(b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", id="svg"),
        pytest.param(b"<!doctype html><script>alert(1)</script>", id="html"),
        pytest.param(b"RIFF\x24\x00\x00\x00WAVEfmt ", id="wav"),
        pytest.param(b"", id="nothing"),
        pytest.param(PNG + b"\x00" * (1 << 20), id="too large"),
    ],
)
async def test_what_is_no_picture_is_refused_and_says_what_is(shop: RunningShop, file: bytes) -> None:
    refused = await shop.client.post("/api/v1/kb/media", content=file, headers=shop.bearer("小林"))

    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "not_a_picture")


async def test_only_who_is_signed_in_may_keep_pictures(shop: RunningShop) -> None:
    assert (await shop.client.post("/api/v1/kb/media", content=PNG)).status_code == 401


async def test_an_unknown_picture_is_not_there(shop: RunningShop) -> None:
    assert (await shop.client.get(f"/media/{'0' * 64}")).status_code == 404
    assert (await shop.client.get("/media/../../etc")).status_code == 404
