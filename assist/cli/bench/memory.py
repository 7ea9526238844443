"""How much memory does this process hold, and how much did it hold at most?"""

import ctypes
import gc
import sys
from pathlib import Path

_STATUS = Path("/proc/self/status")
_CLEAR = Path("/proc/self/clear_refs")


def kept_mb() -> float | None:
    """Return the resident memory in MB after giving back what is free; None where the system does not say."""
    gc.collect()
    if sys.platform == "linux" and hasattr(libc := ctypes.CDLL(None), "malloc_trim"):
        libc.malloc_trim(0)
    return _status("VmRSS")


def forget_peak() -> bool:
    """Let the peak begin at what is held now; False where the system has no such thing."""
    try:
        _CLEAR.write_text("5", "ascii")
    except OSError:
        return False
    return True


def peak_mb() -> float | None:
    """Return the most memory in MB that was resident since the peak was forgotten."""
    return _status("VmHWM")


def _status(name: str) -> float | None:
    if not _STATUS.exists():
        return None
    lines = (line.split() for line in _STATUS.read_text("ascii", errors="replace").splitlines())
    return next((int(line[1]) * 1024 / 1e6 for line in lines if line[0] == f"{name}:"), None)
