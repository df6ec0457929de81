"""Words for what resampling says: methods, bounds that are not there, notes."""

import pandas as pd

from study.presentation import labels
from study.presentation.general_notes import level_of
from study.presentation.labels import reference_label, term_label
from study.presentation.numbers import percent, ratio

PERCENTILE, BCA, CONDITIONAL = "bootstrap_percentile", "bootstrap_bca", "bootstrap_conditional"
CHANCE, LEFT_OUT = "null_bootstrap", "jackknife_range"
METHODS = {
    PERCENTILE: "Bootstrap, percentile",
    BCA: "Bootstrap, BCa",
    CONDITIONAL: "Bootstrap, if included",
    CHANCE: "Bootstrap, by chance",
    LEFT_OUT: "One woman left out",
}
STATUSES = {
    "undefined": "not defined",
    "too_few_replicates": "too few replicates",
    "never_included": "never included",
    "open_both": "open",
}
RULES = {
    "exposure_refitted": "{exposure} p < {alpha} in the refit",
    "any_candidate_screened": "Any candidate p < {alpha} in the screen (family-wise)",
    "any_selected_refitted": "Any that passed p < {alpha} in the refit (family-wise)",
}
# A ratio whose mean rests on a few replicates is averaged by its median.
MEDIANS = {"calibration_slope"}
MEASURES = {"auc": "AUC", "calibration_slope": "Calibration slope"}
OPEN = "open"
KEPT = "kept"


def coefficients(stability: pd.DataFrame) -> list[dict[str, pd.Series]]:
    """Return the rows of every coefficient by method, in the order of the table."""
    keys = ["variable", "level"]
    return [
        {row["method"]: row for _, row in rows.iterrows()}
        for _, rows in stability.groupby(keys, sort=False)
    ]


def term_text(row: pd.Series) -> str:
    """Return ``HER2 positive vs negative``."""
    reference = reference_label(row["variable"], row["reference"])
    return f"{term_label(row['variable'], row['level'])} vs {reference}"


def interval_text(row: pd.Series) -> str:
    """Return two bounds, ``open`` for one without a finite value, or why there is no interval."""
    if row["status"] in STATUSES:
        return STATUSES[row["status"]]
    low, high = (
        OPEN if pd.isna(row[bound]) else ratio(row[bound])
        for bound in ("odds_ratio_low", "odds_ratio_high")
    )
    return f"{low}–{high}"


def share_text(share: float) -> str:
    """Return a share as a percentage."""
    return percent(100 * share)


def selection_text(row: pd.Series) -> str:
    """Return the share of replicates in which a term passes the screen, or that it is kept."""
    share = row["selection_frequency"]
    return KEPT if pd.isna(share) else share_text(share)


def thousands(number: int) -> str:
    """Return ``9,999``."""
    return f"{number:,}"


def rule_notes(
    stability: pd.DataFrame,
    *,
    model: str,
    exposure: str,
    keep_exposure: bool,
    selects: bool,
    screening_alpha: float,
    screening_test: str,
) -> list[str]:
    """Return what ran in every replicate, in how many, and in whom."""
    rows = {method: stability[stability["method"].eq(method)] for method in METHODS}
    first = rows[PERCENTILE].iloc[0]
    kept = f" and {labels.SHORT.get(exposure, exposure)}, whatever its p" if keep_exposure else ""
    ran = (
        f"a univariable screen (p < {level_of(screening_alpha)}, "
        f"{labels.SCREENING_TESTS[screening_test]} test; Firth’s penalised likelihood-ratio test "
        f"under separation), then a refit of what passed{kept}"
        if selects
        else f"the model “{labels.model_label(model)}”, whose terms are fixed"
    )
    return [
        f"In every replicate: {ran}. {first['n']} women, {first['events']} with MC; "
        f"{thousands(first['replicates'])} bootstrap and "
        f"{thousands(rows[CHANCE].iloc[0]['replicates'])} permutation replicates."
    ]


def reading_notes(stability: pd.DataFrame) -> list[str]:
    """Return how inclusion and intervals are to be read."""
    return [
        "Percentile and BCa: of all replicates, selection repeated; one that leaves a variable out "
        "has the odds ratio 1 for it (Heinze, Wallisch & Dunkler 2018). Such an estimate jumps, so "
        "coverage is not guaranteed, and BCa is given only of what is in every model. If included: "
        "median and percentiles of the replicates that include it, to show what selection does; no "
        "confidence interval.",
        "By chance: the outcome is permuted, so that nothing is associated, and that cohort is "
        "bootstrapped once. A bootstrap passes a term more often than the level of the screen "
        "(Janitza, Binder & Boulesteix 2016), with or without an association.",
        *kept_note(stability),
        *open_note(stability),
        *undefined_note(stability),
        *nested_note(stability),
    ]


def kept_note(stability: pd.DataFrame) -> list[str]:
    """Return which screened terms are in every model whatever the screen says of them."""
    rows = stability[stability["method"].eq(PERCENTILE) & stability["is_kept"]]
    named = rows.loc[rows["selection_frequency"].notna()].apply(term_text, axis="columns")
    return [f"In every model whether it passes or not: {'; '.join(named)}."] if len(named) else []


def open_note(stability: pd.DataFrame) -> list[str]:
    """Return how many estimates are infinite, or nothing."""
    rows = stability[stability["method"].eq(PERCENTILE)]
    told = [
        f"{term_label(row['variable'], row['level'])} {thousands(row['infinite'])}"
        + (f" (and {row['without_value']} without any)" if row["without_value"] else "")
        for _, row in rows.iterrows()
        if row["infinite"] or row["without_value"]
    ]
    if not told:
        return []
    return [
        "Infinite estimates (separation) rank at the end; a bound that falls among them is open. "
        f"Of {thousands(rows['replicates'].iloc[0])} bootstrap replicates: {'; '.join(told)}."
    ]


def undefined_note(stability: pd.DataFrame) -> list[str]:
    """Return why BCa is not defined, if it is not."""
    rows = stability[stability["method"].eq(BCA)]
    if not rows["status"].eq("undefined").any():
        return []
    return [
        "BCa is not defined of what the screen may leave out, where leaving out any one woman "
        "changes nothing, where all replicates lie on one side of the cohort’s estimate, or where "
        "the estimate, of the cohort or without one woman, is not finite."
    ]


def nested_note(stability: pd.DataFrame) -> list[str]:
    """Return that a nested term changes what HER2 status compares, where both can be included."""
    rows = stability[stability["method"].eq(PERCENTILE)].set_index("variable")
    pair = ["her2_status", "luminal_b_her2_positive"]
    if not set(pair) <= set(rows.index) or not rows.loc[pair, "included"].gt(0).all():
        return []
    share = share_text(rows.loc["luminal_b_her2_positive", "inclusion_frequency"])
    return [
        f"In the {share}% of bootstrap replicates that include luminal B HER2-positive, HER2 "
        "status, if included, compares HER2-enriched with HER2-negative women."
    ]
