"""What the editors need beside an error's message: the other's wording, or every finding."""

from pydantic import JsonValue

from assist.content.entries import UnfitBody
from assist.desk.check_entry import UnfitEntry
from assist.desk.drafts import ChangedMeanwhile, EditedMeanwhile

from .kb_models import body_out, draft_out, edition_out, findings_out


def told_beside(error: Exception, language: str) -> dict[str, JsonValue]:
    """Return what a page shows so that a person can choose or mend; {} for every other error."""
    match error:
        case EditedMeanwhile():
            theirs = draft_out(error.theirs, error.names).model_dump(mode="json")
            return {"theirs": theirs, "mine": body_out(error.mine)}
        case ChangedMeanwhile():
            now = edition_out(error.now).model_dump(mode="json")
            return {"base_number": error.draft.base_number, "now": now, "mine": body_out(error.draft.body)}
        case UnfitEntry():
            return {"findings": [one.model_dump(mode="json") for one in findings_out(error.checked, language)]}
        case UnfitBody():
            return {"findings": [one.model_dump(mode="json") for one in error.problems]}
        case _:
            return {}
