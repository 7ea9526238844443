"""Ask the exam's questions through the signed hook and write down the cards the desk shows.

`python -m tests.exam.ask NAME` writes desk_answers.jsonl; a reader who did not write the knowledge base
then says for each question which card, if any, meets its `need` (desk_verdicts.jsonl); `--report` counts.
"""

import json
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx

from assist.contract import key_of, signed_headers
from tests.server import Server, serving
from tests.shop import message

FOLDER = Path(__file__).parent / next((name for name in sys.argv[1:] if not name.startswith("-")), "first")
"""The exam: the sub-folder named on the command line."""


def _rows(name: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (FOLDER / name).read_text(encoding="utf-8").splitlines() if line.strip()]


def _post(server: Server, row: dict[str, Any]) -> None:
    now = datetime.now(UTC)
    said = message(row["text"], row["id"], conversation=f"exam-{row['id']}", role="customer", at=now)
    body = json.dumps({"type": "message.received", "timestamp": now.isoformat(), "data": said}).encode()
    headers = signed_headers(key_of(server.told["secret"]), f"exam_{row['id']}", now, body)
    httpx.post(server.told["hook"], content=body, headers=headers).raise_for_status()


def _cards(client: httpx.Client, row: dict[str, Any]) -> list[dict[str, Any]]:
    query = {"adapter": "generic", "account": "demo", "ref": f"exam-{row['id']}"}
    found: list[dict[str, Any]] = []
    while not found:
        time.sleep(0.1)
        found = client.get("/api/v1/conversations", params=query).json()["conversations"]
    cards = client.get(f"/api/v1/conversations/{found[0]['id']}/suggestions").json()["suggestions"]
    return [{key: card[key] for key in ("rank", "article_id", "title", "text", "score")} for card in cards]


def ask() -> None:
    with tempfile.TemporaryDirectory() as folder, serving(Path(folder)) as server:
        headers = {"authorization": f"Bearer {server.told['agent_token']}"}
        with httpx.Client(base_url=server.url, headers=headers) as client:
            lines: list[str] = []
            for row in _rows("desk_questions.jsonl"):
                _post(server, row)
                lines.append(json.dumps({**row, "cards": _cards(client, row)}, ensure_ascii=False))
    (FOLDER / "desk_answers.jsonl").write_text("\n".join(lines) + "\n", encoding="utf-8")


def report() -> None:
    verdicts = _rows("desk_verdicts.jsonl")
    right = [row for row in verdicts if row["right_rank"] is not None]
    print(
        f"{len(right)} of {len(verdicts)} questions have the right card in three; "
        f"{sum(row['right_rank'] == 0 for row in right)} have it first"
    )
    for row in verdicts:
        if row["right_rank"] is None:
            print(f"miss {row['id']} {row['text']} ({row['why']})")


if __name__ == "__main__":
    report() if "--report" in sys.argv else ask()
