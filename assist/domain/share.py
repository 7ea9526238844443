"""How sure is a share? Its 95 % interval by Wilson's score.

E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927), 209-212.
"""

from math import sqrt

_Z = 1.959964


def wilson(hits: float, n: float) -> tuple[float, float]:
    """Return the 95 % interval of `hits` out of `n`, rounded to four places; (0, 1) when nothing was counted.

    Both may be fractions: weighted evidence counts as that much of an observation.
    """
    if n <= 0:
        return 0.0, 1.0
    share = hits / n
    middle = share + _Z * _Z / (2 * n)
    spread = _Z * sqrt(share * (1 - share) / n + _Z * _Z / (4 * n * n))
    scale = 1 + _Z * _Z / n
    return round((middle - spread) / scale, 4), round((middle + spread) / scale, 4)
