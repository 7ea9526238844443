"""The published JSON Schema says what the adapter takes."""

from typing import Any

import pytest
from jsonschema import Draft202012Validator

from assist.contract.discovery import adapter_type

from .generic import EXAMPLES, LEAST, envelope


@pytest.fixture(scope="module")
def schema() -> dict[str, Any]:
    published: Any = adapter_type("generic")
    return published.json_schema()


def test_it_is_a_schema_and_names_every_type(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(schema)

    assert set(schema["discriminator"]["mapping"]) == set(EXAMPLES)


@pytest.mark.parametrize("type_name", EXAMPLES)
@pytest.mark.parametrize("examples", [EXAMPLES, LEAST], ids=["whole", "least"])
def test_it_accepts_every_example(schema: dict[str, Any], examples: dict[str, Any], type_name: str) -> None:
    Draft202012Validator(schema).validate(envelope(type_name, examples[type_name]))


@pytest.mark.parametrize("type_name", LEAST)
def test_it_requires_what_the_adapter_requires(schema: dict[str, Any], type_name: str) -> None:
    for required in LEAST[type_name]:
        data = {field: value for field, value in LEAST[type_name].items() if field != required}

        assert not Draft202012Validator(schema).is_valid(envelope(type_name, data)), required


@pytest.mark.parametrize(
    "data",
    [
        pytest.param({"text": 5}, id="text is a number"),
        pytest.param({"conversation_ref": ""}, id="empty ref"),
        pytest.param({"private": "yes"}, id="private is text"),
        pytest.param({"attachments": {}}, id="attachments is an object"),
        pytest.param({"order_refs": [7]}, id="order ref is a number"),
    ],
)
def test_it_refuses_what_the_adapter_refuses(schema: dict[str, Any], data: dict[str, Any]) -> None:
    body = envelope("message.received", {**LEAST["message.received"], **data})

    assert not Draft202012Validator(schema).is_valid(body)
