"""How well a model tells patients with the outcome from those without."""

import numpy as np
from scipy.stats import norm

# Probabilities that differ only by rounding are one.
DECIMALS = 12


def area_under_curve(
    fitted: np.ndarray, outcome: np.ndarray, weights: np.ndarray, confidence_level: float
) -> tuple[float, float, float]:
    """Return the area under the ROC curve with its DeLong interval, cut to [0, 1].

    Source: DeLong, DeLong & Clarke-Pearson (1988) Biometrics 44:837. A structural component is
    the share of patients of the other outcome that a patient outranks, ties counting half.
    The interval is NaN with fewer than two patients of either outcome.
    """
    fitted = np.round(fitted, DECIMALS)
    event = outcome == 1
    with_event, without = weights[event], weights[~event]
    outranked = _share_below(fitted[event], fitted[~event], without)
    outranking = 1 - _share_below(fitted[~event], fitted[event], with_event)
    area = float(with_event @ outranked / with_event.sum())
    if min(with_event.sum(), without.sum()) < 2:
        return area, float("nan"), float("nan")
    variance = _variance_of_mean(outranked, with_event, area)
    variance += _variance_of_mean(outranking, without, area)
    margin = float(norm.ppf((1 + confidence_level) / 2)) * np.sqrt(variance)
    return area, max(0.0, area - margin), min(1.0, area + margin)


def roc_points(
    fitted: np.ndarray, outcome: np.ndarray, weights: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return thresholds from high to low with the sensitivity and 1 - specificity from each on.

    The first threshold is NaN: nobody reaches it. Patients of one probability share a point, so
    the area under the straight lines between the points is that of `area_under_curve`.
    """
    fitted = np.round(fitted, DECIMALS)
    thresholds, block = np.unique(-fitted, return_inverse=True)
    rates = []
    for event in (outcome == 1, outcome != 1):
        found = np.bincount(block, weights=weights * event).cumsum()
        # Divided by the same sum, so that the last point is 1 to the bit.
        rates.append(np.concatenate([[0.0], found / found[-1]]))
    return np.concatenate([[np.nan], -thresholds]), rates[0], rates[1]


def classify(
    fitted: np.ndarray, outcome: np.ndarray, weights: np.ndarray, threshold: float
) -> dict[tuple[str, str], int]:
    """Return patients by (observed, predicted); predicted is ``yes`` from the threshold on."""
    predicted = np.round(fitted, DECIMALS) >= threshold
    return {
        (observed, prediction): round(
            weights[(outcome == (observed == "yes")) & (predicted == (prediction == "yes"))].sum()
        )
        for observed in ("yes", "no")
        for prediction in ("yes", "no")
    }


def _share_below(values: np.ndarray, others: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the weighted share of `others` below each value, equal ones counting half."""
    order = np.argsort(others)
    cumulative = np.concatenate([[0.0], np.cumsum(weights[order])])
    ranked = others[order]
    below = cumulative[np.searchsorted(ranked, values, side="left")]
    up_to = cumulative[np.searchsorted(ranked, values, side="right")]
    return (below + up_to) / 2 / weights.sum()


def _variance_of_mean(components: np.ndarray, weights: np.ndarray, mean: float) -> float:
    n = weights.sum()
    return float(weights @ (components - mean) ** 2 / (n - 1) / n)
