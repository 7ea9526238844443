"""Ask for many remedies at once from a process of its own: `python -m tests.desk.race URL NAME BUDGET_FEN CARD…`."""

import json
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

from assist.desk.grant import MoneyRefused
from assist.desk.request_remedy import AlreadyAsked, request
from assist.domain.remedy_policy import Budget
from assist.store.database import open_database
from assist.store.writer import Writer
from tests.conftest import NOW
from tests.money import COUPON, a_policy, person, wish

CLIENTS = 25


def main(url: str, name: str, budget_fen: int, cards: list[str]) -> None:
    database = open_database(url)
    writer = Writer(database).start()
    policy = a_policy(budget=Budget(daily_fen=budget_fen, basis="own"))

    def ask(card: str) -> str:
        change = request(person(name=name), wish(card, COUPON, f"{name}-{card}"), policy, NOW)
        try:
            return "new" if writer.submit(change).result().new else "there"
        except (MoneyRefused, AlreadyAsked) as error:
            return type(error).__name__

    print("ready", flush=True)
    sys.stdin.readline()
    with ThreadPoolExecutor(CLIENTS) as pool:
        print(json.dumps(Counter(pool.map(ask, cards))), flush=True)
    writer.close()
    database.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4:])
