"""What do a customer's texts complain of? `reader` puts together what the other files answer."""

from .reader import SignalReader, build_signals
from .sizes import packs_of, size_of

__all__ = ["SignalReader", "build_signals", "packs_of", "size_of"]
