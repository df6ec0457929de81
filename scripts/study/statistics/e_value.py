"""E-value: how strong an unmeasured confounder would have to be to explain an association away."""

from dataclasses import dataclass
from math import isfinite, nan, sqrt

# ASSUME: an outcome of more than 15% is common, and then the square root of the odds ratio stands
# for the risk ratio (VanderWeele and Ding 2017, Ann Intern Med 167:268, table 2).
COMMON = 0.15


@dataclass(frozen=True)
class EValue:
    """E-values of an odds ratio and of the bound of its interval that is nearer to 1.

    Attributes
    ----------
    risk_ratio, risk_ratio_low, risk_ratio_high : float
        What the odds ratio and its bounds are taken to be as risk ratios.
    conversion : str
        ``rare_outcome`` (the odds ratio as it is) or ``square_root``.
    estimate, bound : float
        On the scale of risk ratios, 1 or more. `bound` is 1 where the interval holds 1.
        NaN where the odds ratio, or the bound, is not known.
    """

    risk_ratio: float
    risk_ratio_low: float
    risk_ratio_high: float
    conversion: str
    estimate: float
    bound: float


def e_value(
    odds_ratio: float, ci_low: float, ci_high: float, prevalence_of_outcome: float
) -> EValue:
    """Return the E-values of an odds ratio with its interval.

    An unmeasured confounder associated with exposure and outcome by a risk ratio of the E-value
    each, beyond the measured ones, could explain the association away; a weaker one could not.
    Numbers that are not known are NaN; the prevalence, a share, decides on the conversion.

    Raises
    ------
    ValueError
        If a number is out of range or the bounds do not enclose the odds ratio.

    References
    ----------
    VanderWeele and Ding 2017, Annals of Internal Medicine 167:268.
    """
    known = [value for value in (ci_low, odds_ratio, ci_high) if value == value]
    if not 0 <= prevalence_of_outcome <= 1:
        raise ValueError(f"a prevalence is between 0 and 1, not {prevalence_of_outcome}")
    if any(value <= 0 or not isfinite(value) for value in known) or known != sorted(known):
        raise ValueError("an odds ratio is finite, above 0 and between its bounds")
    common = prevalence_of_outcome > COMMON
    ratio, low, high = (sqrt(value) if common else value for value in (odds_ratio, ci_low, ci_high))
    nearer = low if ratio > 1 else high
    crossed = low <= 1 <= high
    return EValue(
        risk_ratio=ratio,
        risk_ratio_low=low,
        risk_ratio_high=high,
        conversion="square_root" if common else "rare_outcome",
        estimate=_transform(ratio),
        bound=1.0 if crossed else _transform(nearer),
    )


def _transform(risk_ratio: float) -> float:
    if risk_ratio != risk_ratio:
        return nan
    ratio = max(risk_ratio, 1 / risk_ratio)
    return ratio + sqrt(ratio * (ratio - 1))
