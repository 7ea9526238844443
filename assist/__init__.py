"""Fresh Assist: what a shop's human agent says next, beside every live chat."""

__version__ = "0.1.0"
