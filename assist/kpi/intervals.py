"""How far may a share, or the difference of two, lie from what was counted? With 95 % confidence."""

from math import sqrt

Interval = tuple[float, float]

_Z = 1.959963984540054
"""The 97.5th percentile of the normal distribution."""


def wilson(found: int, of: int) -> Interval | None:
    """Return the Wilson score interval of found / of, without continuity correction; None where of is 0.

    R. G. Newcombe, Statistics in Medicine 17 (1998) 857-872, method 3.
    """
    if not of:
        return None
    share = found / of
    middle = share + _Z**2 / (2 * of)
    half = _Z * sqrt(share * (1 - share) / of + _Z**2 / (4 * of**2))
    whole = 1 + _Z**2 / of
    # Rounding may carry an end past the share itself, where nothing or everything was found.
    return max(0.0, min(share, (middle - half) / whole)), min(1.0, max(share, (middle + half) / whole))


def newcombe(found: int, of: int, other_found: int, other_of: int) -> Interval | None:
    """Return the interval of found / of - other_found / other_of, from both Wilson intervals.

    R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10; None where either counts nothing.
    """
    one, other = wilson(found, of), wilson(other_found, other_of)
    if one is None or other is None:
        return None
    share, other_share = found / of, other_found / other_of
    low = sqrt((share - one[0]) ** 2 + (other[1] - other_share) ** 2)
    high = sqrt((one[1] - share) ** 2 + (other_share - other[0]) ** 2)
    return share - other_share - low, share - other_share + high
