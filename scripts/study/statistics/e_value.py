"""E-value: how strong an unmeasured confounder would have to be to explain an association away."""

from dataclasses import dataclass
from math import isfinite, nan, sqrt


@dataclass(frozen=True)
class EValue:
    """E-values of an odds ratio and of the bound of its interval that is nearer to 1.

    Attributes
    ----------
    risk_ratio : float
        What the odds ratio is as a risk ratio.
    estimate, bound : float
        On the scale of risk ratios, 1 or more. `bound` is 1 where the interval holds 1.
        NaN where the odds ratio, or the bound, is not known.
    """

    risk_ratio: float
    estimate: float
    bound: float


def risk_ratio_of(odds_ratio: float, risk_unexposed: float) -> float:
    """Return the risk ratio that an odds ratio amounts to at a risk of the unexposed.

    Exact for a fourfold table. Of an adjusted odds ratio it is the risk ratio of patients whose
    risk, unexposed, is this one (Zhang and Yu 1998, JAMA 280:1690).
    """
    return odds_ratio / (1 - risk_unexposed + risk_unexposed * odds_ratio)


def e_value(odds_ratio: float, ci_low: float, ci_high: float, risk_unexposed: float) -> EValue:
    """Return the E-values of an odds ratio with its interval.

    An unmeasured confounder associated with exposure and outcome by a risk ratio of the E-value
    each, beyond the measured ones, could explain the association away; a weaker one could not.
    Numbers that are not known are NaN. The odds ratio is converted by the risk of the unexposed:
    the square root that stands for it where that is not known holds near a risk of a half, and
    makes the E-value too small where the outcome is less common.

    Raises
    ------
    ValueError
        If a number is out of range or the bounds do not enclose the odds ratio.

    References
    ----------
    VanderWeele and Ding 2017, Annals of Internal Medicine 167:268.
    """
    known = [value for value in (ci_low, odds_ratio, ci_high) if value == value]
    if not 0 <= risk_unexposed < 1:
        raise ValueError(f"a risk is a share, and here below 1, not {risk_unexposed}")
    if any(value <= 0 or not isfinite(value) for value in known) or known != sorted(known):
        raise ValueError("an odds ratio is finite, above 0 and between its bounds")
    ratio, low, high = (
        risk_ratio_of(value, risk_unexposed) for value in (odds_ratio, ci_low, ci_high)
    )
    crossed = low <= 1 <= high
    return EValue(
        risk_ratio=ratio,
        estimate=_transform(ratio),
        bound=1.0 if crossed else _transform(low if ratio > 1 else high),
    )


def _transform(risk_ratio: float) -> float:
    if risk_ratio != risk_ratio:
        return nan
    ratio = max(risk_ratio, 1 / risk_ratio)
    return ratio + sqrt(ratio * (ratio - 1))
