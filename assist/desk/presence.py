"""Is anybody's sidebar open? A turn that came while none was could not have been helped."""

import threading
from collections import Counter


class Presence:
    """Open sidebar streams of this process, by shop."""

    def __init__(self) -> None:
        self._open: Counter[str] = Counter()
        self._lock = threading.Lock()

    def opened(self, shop_id: str) -> None:
        with self._lock:
            self._open[shop_id] += 1

    def closed(self, shop_id: str) -> None:
        with self._lock:
            self._open[shop_id] -= 1

    def is_open(self, shop_id: str) -> bool:
        return self._open[shop_id] > 0
