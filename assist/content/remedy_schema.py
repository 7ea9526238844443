"""What may stand in `policy/remedy.toml`, as a JSON Schema?"""

from typing import Any

from assist.domain.remedy_policy import RemedyPolicy

PUBLISHED = "docs/remedy.schema.json"
"""Where the repository shows it; a test keeps it equal to the model's."""


def remedy_schema() -> dict[str, Any]:
    """Return the schema: an editor that knows it completes keys and marks mistakes while the owner types."""
    schema = RemedyPolicy.model_json_schema()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **schema,
        "title": "templates_kb/policy/remedy.toml",
    }
