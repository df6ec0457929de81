"""Words for the universes of a sensitivity analysis: dimensions, options, what has no estimate.

A dimension or an option that is not here keeps its own words.
"""

from collections.abc import Sequence

import pandas as pd

from study.presentation.labels import EDITIONS, SHORT, STATUS_WORDS, term_label
from study.sensitivity.decisions import NESTED_IN
from study.statistics.term_findings import CLINICAL_READING

DIMENSIONS = {
    "her2_edition": "HER2 edition",
    "er_pr_cutoff": "ER and PR cut-off",
    "ki67_cutoff": "Ki-67 cut-off",
    "subtype_scheme": "Subtype scheme",
    "undescribed_finding": "MC not mentioned",
    "age_coding": "Coding of age",
    "density_coding": "Coding of density",
    "histology_coding": "Coding of histology",
    "nested_subtype": "Luminal B HER2-positive",
    "exposure": "HER2 in the model",
    "screening_threshold": "Screening threshold",
    "screening_test": "Screening test",
    "estimator": "Estimator",
    "interval": "Interval and test",
    "missing_data": "Missing data",
    "not_invasive": "In situ only",
    "bilateral": "Bilateral cancer",
    "local_recurrence": "Local recurrence",
    "outside_study_period": "Outside study period",
    "no_positive_mammography": "No positive mammogram",
    "diagnostic_path_incomplete": "Path incomplete",
    "microcalcifications_not_reported": "MC not reported",
    "receptors_unknown": "Receptors unknown",
    "subtype_unknown": "Subtype unknown",
    "missing_model_data": "Missing model data",
}
OPTIONS = {
    "from_1_percent": "≥ 1%",
    "from_10_percent": "≥ 10%",
    "from_14_percent": "≥ 14%",
    "from_20_percent": "≥ 20%",
    "from_30_percent": "≥ 30%",
    "reference_study": "Reference study",
    "absent": "Read as absent",
    "unknown_where_density_missing": "Unknown if no density",
    "completed_years": "≤ 50, > 50, full years",
    "unrounded": "≤ 50, > 50, exact",
    "continuous": "Linear",
    "two_groups": "A–B, C–D",
    "four_classes": "A, B, C, D",
    "trend": "Linear trend",
    "pure_idc": "IDC alone",
    "idc_with_dcis": "IDC, also with DCIS",
    "candidate": "A candidate",
    "forced": "Always",
    "screened": "If it passes the screen",
    "p_below_5_percent": "p < 0.05",
    "p_below_10_percent": "p < 0.10",
    "p_below_20_percent": "p < 0.20",
    "none": "None, all enter",
    "likelihood_ratio": "Likelihood ratio",
    "firth": "Firth’s penalised",
    "profile": "Profile likelihood",
    "complete_case": "Complete cases",
    "multiple_imputation": "Imputed (MICE)",
}
NO_ESTIMATE = {
    **STATUS_WORDS,
    "not_selected": "not selected",
    "failed": "failed (see the log)",
}


def dimension_label(dimension: str) -> str:
    """Return the printed name of a dimension."""
    return DIMENSIONS.get(dimension, _own_words(dimension))


def option_label(option: str) -> str:
    """Return the printed name of an option as it stands under its dimension."""
    return OPTIONS.get(option) or EDITIONS.get(option) or _own_words(option)


def without_estimate(followed: pd.DataFrame) -> str:
    """Return why universes have no odds ratio: ``not selected 24; separated 1``; else empty."""
    counts = followed.loc[followed["log_odds"].isna(), "status"].value_counts()
    return "; ".join(f"{NO_ESTIMATE.get(name, name)} {count}" for name, count in counts.items())


def other_contrast(exposure: str, level: str, terms: Sequence[str]) -> str:
    """Return whom the odds ratio compares where that is not what the primary's compares, and why.

    `terms` are those of the primary model, `level` that of the exposure.
    """
    nested = NESTED_IN[exposure]
    reading = CLINICAL_READING[nested, "yes", exposure]
    inside = nested in terms
    whom = f"all {term_label(exposure, level).replace(' ', '-')}" if inside else reading["positive"]
    why = "not in the model, as it is in the primary one" if inside else "in the model"
    return f"{whom} with {reading['negative']} women, for {SHORT[nested]} is {why}"


def held_words(held: str) -> str:
    """Return ``dimension=option; …`` as printed: ``Estimator: Wald; …``."""
    pairs = [part.split("=", 1) for part in held.split("; ")]
    return "; ".join(f"{dimension_label(name)}: {option_label(option)}" for name, option in pairs)


def span_of(numbers: pd.Series) -> str:
    """Return ``185``, or ``151–271`` where they differ."""
    low, high = int(numbers.min()), int(numbers.max())
    return f"{low:,}" if low == high else f"{low:,}–{high:,}"


def _own_words(name: str) -> str:
    return name.replace("_", " ").capitalize()
