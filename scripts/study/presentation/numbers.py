"""Rounding, the one place where it happens, in the form a journal prints.

Digits follow SAMPL: exact p-values to three decimals, floor <0.001; percentages to one
decimal whatever the denominator, because readers compare them with the source paper's.
"""

import math
from collections.abc import Collection
from decimal import ROUND_HALF_UP, Decimal

MISSING = "—"
SMALLEST_P = 0.001


def rounded(value: float, digits: int = 2) -> str:
    """Return a number rounded half up, as SPSS prints it, with a true minus sign.

    Twelve significant digits are looked at, so that the noise of binary fractions
    (0.285 is 0.284999…) does not decide.
    """
    if math.isnan(value):
        return MISSING
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    number = Decimal(format(value, ".12g")).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return f"{abs(number) if number == 0 else number}".replace("-", "−")


def p_value(value: float, thresholds: Collection[float] = (0.05,)) -> str:
    """Return a p-value with three decimals, and more where three would misstate a decision.

    0.0504 is not 0.050: rounding never moves a p-value onto a threshold.
    """
    if math.isnan(value):
        return MISSING
    if value < SMALLEST_P:
        return "<0.001"
    if value > 1 - SMALLEST_P:
        return ">0.999"
    for digits in range(3, 7):
        text = rounded(value, digits)
        if not any(float(text) == threshold != value for threshold in thresholds):
            break
    return text


def p_phrase(value: float, thresholds: Collection[float] = (0.05,)) -> str:
    """Return ``p = 0.081`` or ``p < 0.001``, for a sentence."""
    said = p_value(value, thresholds)
    return f"p {said[0]} {said[1:]}" if said[0] in "<>" else f"p = {said}"


def ratio(value: float) -> str:
    """Return an odds or risk ratio: two decimals, none from 100, never a false 0.00.

    Beyond 1000 the digits of a penalised estimate mean nothing: it is large.
    """
    if 0 < value < 0.005:
        return "<0.01"
    if 1000 < value < math.inf:
        return ">1000"
    return rounded(value, 0 if value == 0 or 100 <= value < math.inf else 2)


def ratio_with_interval(value: float, low: float, high: float) -> str:
    """Return ``1.95 (0.91–4.14)``."""
    if math.isnan(value):
        return MISSING
    return f"{ratio(value)} ({ratio(low)}–{ratio(high)})"


def points_with_interval(value: float, low: float, high: float) -> str:
    """Return a difference of proportions in percentage points: ``11.1 (−1.4 to 25.1)``."""
    if math.isnan(value):
        return MISSING
    return f"{rounded(100 * value, 1)} ({rounded(100 * low, 1)} to {rounded(100 * high, 1)})"


def percent(value: float) -> str:
    """Return a percentage, given from 0 to 100, with one decimal and no sign."""
    return rounded(value, 1)


def count_with_percent(n: int, share: float) -> str:
    """Return ``15 (27.3)``."""
    return f"{n} ({percent(share)})"


def count_of_total(n: int, total: int, share: float) -> str:
    """Return ``15/55 (27.3)``, and ``0/0`` alone where there is nobody to count."""
    return f"{n}/{total}" if math.isnan(share) else f"{n}/{total} ({percent(share)})"
