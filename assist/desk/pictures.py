"""Keep a picture that goes with an answer, if it is one."""

import hashlib
from datetime import datetime

from sqlalchemy.orm import Session

from assist.domain.people import Caller
from assist.store.queries import media
from assist.store.queries.media import Picture
from assist.store.writer import Change

from .edit_rights import Area, Verb, require

MAX_BYTES = 1 << 20

# What a file is, by its first bytes; what its name or its sender says is not asked.
_BEGINNINGS = (
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
)


class NotAPicture(ValueError):
    """A file that is no PNG, JPEG, GIF or WebP, or too large a one."""


def content_type_of(content: bytes) -> str:
    """Return the kind of picture some bytes are. Raises NotAPicture; an SVG is a program, and is none."""
    for beginning, at, content_type in _BEGINNINGS:
        riff = content_type != "image/webp" or content.startswith(b"RIFF")
        if riff and content[at : at + len(beginning)] == beginning:
            return content_type
    raise NotAPicture("this is no PNG, JPEG, GIF or WebP picture; save it as one of these")


def keep_picture(caller: Caller, content: bytes, name: str, now: datetime) -> Change[Picture]:
    """Return the change that keeps a picture under its digest; the same bytes again are the same picture.

    Raises NotAPicture or NotYourPart at once.
    """
    require(caller.role, Verb.write, Area.articles)
    if len(content) > MAX_BYTES:
        raise NotAPicture(f"this picture has {len(content) >> 10} KiB; make it 1 MiB or smaller")
    picture = Picture(hashlib.sha256(content).hexdigest(), content_type_of(content), content)

    def keep(session: Session) -> Picture:
        media.keep(session, caller.shop_id, picture, name=name[:200], agent_id=caller.agent_id, now=now)
        return picture

    return keep
