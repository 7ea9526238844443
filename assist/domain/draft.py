"""A change to the knowledge base that is not published yet: who wrote it, against what, and how far it is."""

from datetime import datetime
from enum import StrEnum

from .figures import EntryId
from .library import EntryKind
from .value import Value


class DraftState(StrEnum):
    """A draft is written, handed in for review, and then published or given up. The last two are for good."""

    draft = "draft"
    review = "review"
    published = "published"
    discarded = "discarded"


class Draft(Value):
    """A wanted state of one entry. At most one draft of an entry lives (`draft` or `review`) at a time.

    `body` is the entry's canonical JSON as it shall be, None: the entry shall end. `base_number` is the library
    number it was begun from; `revision` counts its own saves, from 1: saving and publishing name the revision seen.
    """

    id: str
    shop_id: str
    kind: EntryKind
    entry_id: EntryId
    body: str | None
    base_number: int
    state: DraftState = DraftState.draft
    revision: int = 1
    author_id: str
    note: str = ""
    """Why, in the author's words; it becomes the version's reason."""
    reviewer_id: str | None = None
    review_note: str = ""
    published_number: int | None = None
    created_at: datetime
    updated_at: datetime
