"""Logging with personal data masked from the first line."""

import logging
import sys
import traceback
from typing import Any

from assist.suggest.mask import mask

_MAX_CHARACTERS = 10_000


class MaskingFormatter(logging.Formatter):
    """Masks the finished line, tracebacks included. A longer one is cut: no line needs more, and masking takes time."""

    def format(self, record: logging.LogRecord) -> str:
        return mask(super().format(record)[:_MAX_CHARACTERS])

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's own name
        """Tell where it went wrong and with what type: the text of an error may quote a customer."""
        kind, _, frames = ei
        return "".join(traceback.format_tb(frames)) + (kind.__name__ if kind else "")


def configure_log(level: str) -> None:
    """Log to stderr, masked, nothing else's handlers in the way."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(MaskingFormatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # These log every request's address, which can hold a reference to a person.
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logging.getLogger("httpcore").setLevel(logging.WARNING)
