"""Take in pictures that go with answers, and serve them by digest to whoever was shown one."""

from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, Path, Query, Request, Response

from assist.desk.pictures import MAX_BYTES, NotAPicture, keep_picture
from assist.store.queries import media

from .api_models import Out
from .auth import SignedIn
from .front import front_of

router = APIRouter(tags=["pictures"])

SANDBOX = "default-src 'none'; sandbox"
_FOR_GOOD = "public, max-age=31536000, immutable"


class PictureOut(Out):
    """Where a kept picture is."""

    url: str
    content_type: str


async def picture_bytes(request: Request) -> bytes:
    """Read the raw body, no further than a picture may be large."""
    content = bytearray()
    async for part in request.stream():
        content += part
        if len(content) > MAX_BYTES:
            raise NotAPicture("this picture is larger than 1 MiB; make it smaller")
    return bytes(content)


@router.post("/api/v1/kb/media", status_code=201)
def keep(
    request: Request,
    caller: SignedIn,
    content: Annotated[bytes, Depends(picture_bytes)],
    name: Annotated[str, Query(max_length=200)] = "",
) -> PictureOut:
    """Keep a picture: the raw bytes of a PNG, JPEG, GIF or WebP, at most 1 MiB. 422 `not_a_picture` otherwise."""
    front = front_of(request)
    kept = front.writer.submit(keep_picture(caller, content, name, front.clock())).result()
    return PictureOut(url=f"/media/{kept.digest}", content_type=kept.content_type)


@router.get("/media/{digest}", include_in_schema=False)
def picture(request: Request, digest: Annotated[str, Path(pattern="^[0-9a-f]{64}$")]) -> Response:
    """A picture for an <img>: it never changes, and is nothing that runs."""
    with front_of(request).database.reader() as session:
        found = media.picture(session, digest)
    if found is None:
        raise HTTPException(404, "no such picture")
    extension = found.content_type.partition("/")[2]
    headers = {
        "Cache-Control": _FOR_GOOD,
        "Content-Disposition": f'inline; filename="{digest[:16]}.{extension}"',
        "Content-Security-Policy": SANDBOX,
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return Response(found.content, media_type=found.content_type, headers=headers)
