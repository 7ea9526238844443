"""What a database has come to, apart from when it arrived: two runs of the same chats must agree.

`python -m tests.state URL` prints it for a database.
"""

import hashlib
import json
import sys
from typing import Any

from sqlalchemy import text

from assist.store.database import Database, open_database

_QUESTIONS = {
    "conversations": "SELECT adapter, account, conversation_ref, customer_ref, state, last_at, last_text, open_turn_id,"
    " waiting_since, order_ref FROM conversation ORDER BY adapter, account, conversation_ref",
    "messages": "SELECT id, conversation_id, message_ref, role, actor_ref, agent_id, text, occurred_at, small_talk,"
    " private, recalled, edited_at FROM message ORDER BY conversation_id, occurred_at, message_ref",
    "turns": "SELECT id, conversation_id, episode, started_at, last_at, message_ids, reply_ids, answered_at,"
    " answered_by, human_at, agent_id, small_talk, category, intent, topic_score, topic_words FROM turn"
    " ORDER BY conversation_id, started_at, id",
    "cards": "SELECT s.turn_id, s.article_id, s.text, s.rank FROM suggestion s JOIN conversation c"
    " ON c.open_turn_id = s.turn_id WHERE s.state = 'live' ORDER BY s.turn_id, s.rank",
}


def state_of(database: Database) -> dict[str, Any]:
    """Return the count and the digest of each kind of row."""
    state: dict[str, Any] = {}
    with database.read.connect() as connection:
        for name, question in _QUESTIONS.items():
            rows = [[str(value) for value in row] for row in connection.execute(text(question))]
            digest = hashlib.sha256(json.dumps(rows, ensure_ascii=False).encode()).hexdigest()[:16]
            state[name] = {"rows": len(rows), "digest": digest}
    return state


if __name__ == "__main__":
    print(json.dumps(state_of(open_database(sys.argv[1], read_only=True)), indent=1))
