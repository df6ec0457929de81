"""What captions and the console quote of the estimates: numbers rounded, tests by name.

Written once per run beside the estimates, so that no sentence about a result holds a
number of its own.
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from study.presentation import labels
from study.presentation.general_notes import (
    chi_square,
    in_print,
    interval_name,
    level_of,
    not_assessable,
    plain,
    significance_level,
    unmentioned,
)
from study.presentation.numbers import (
    MISSING,
    p_phrase,
    percent,
    ratio_with_interval,
)
from study.presentation.terms import PENALISED_TEST, level_rows, penalised_p_value
from study.statistics.comparison import COMPARISONS

Quotes = dict[str, Any]
MISSINGNESS = "missing_depends_on_outcome"


def quote_rules(
    confidence_level: float,
    screening_alpha: float,
    screening_test: str,
    fisher_expected_below: float,
) -> Quotes:
    """Return the thresholds of the run as they are printed."""
    return {
        "interval": interval_name(confidence_level),
        "significance_level": level_of(significance_level(confidence_level)),
        "screening_alpha": level_of(screening_alpha),
        "screening_test": labels.SCREENING_TESTS[screening_test],
        "fisher_expected_below": plain(fisher_expected_below),
    }


def quote_flow(flow: pd.DataFrame, baseline: pd.DataFrame, readings: pd.DataFrame) -> Quotes:
    """Return how many women came in, were analysed and had the finding; who was excluded why.

    ``excluded`` lists the criteria that excluded anybody, ``not_assessable`` those that
    could not be applied to everybody; ``unmentioned`` says which absences no report states.
    """
    steps = flow.iloc[1:-1]
    excluding = steps[steps["excluded"].gt(0)]
    found = baseline[baseline["group"].eq("mc_yes")].iloc[0]
    return {
        "assessed": int(flow["remaining"].iloc[0]),
        "analysed": int(flow["remaining"].iloc[-1]),
        "events": int(found["total"] + found["missing"]),
        "excluded": [
            {"n": int(row.excluded), "why": str(row.label)} for row in excluding.itertuples()
        ],
        "unmentioned": list(unmentioned(readings)),
        "not_assessable": not_assessable(flow),
    }


def quote_tests(
    contingency: pd.DataFrame,
    baseline: pd.DataFrame,
    tests: pd.DataFrame,
    confidence_level: float,
) -> dict[str, Quotes]:
    """Return, for every table, its n and the test that the rule chose for it, with its p-value."""
    thresholds = (significance_level(confidence_level),)
    chosen = tests[tests["chosen"] & tests["stratum"].isna()]
    return {
        row["table"]: {
            "n": _women_compared(row["table"], contingency, baseline),
            "by_level": _prevalence(row["table"], contingency),
            "test": labels.name_of_test(row["test"], row["note"]),
            "result": row["note"]
            if pd.isna(row["p_value"])
            else p_phrase(row["p_value"], thresholds),
        }
        for _, row in chosen.iterrows()
    }


def _women_compared(table: str, contingency: pd.DataFrame, baseline: pd.DataFrame) -> int:
    """How many women a test compared: those of the counts, or those with a known value."""
    if table not in COMPARISONS:
        return int(contingency.loc[contingency["table"].eq(table), "n"].sum())
    variable, groups = COMPARISONS[table]
    rows = baseline[baseline["variable"].eq(variable) & baseline["group"].isin(groups)]
    return int(rows["n"].sum())


def _prevalence(table: str, contingency: pd.DataFrame) -> str:
    """Women with microcalcifications by level: ``Positive 15/55 (27.3%); …``."""
    whole = contingency["table"].eq(table) & contingency["stratum"].isna()
    rows = contingency[whole & contingency["column"].eq("yes") & contingency["row_total"].gt(0)]
    variable = labels.TABLE_VARIABLES.get(table, "")
    return "; ".join(
        f"{labels.level_label(variable, row.row)} {row.n}/{row.row_total} "
        f"({percent(row.row_percent)}%)"
        for row in rows.itertuples()
    )


def quote_models(
    univariable: pd.DataFrame,
    multivariable: pd.DataFrame,
    model_fit: pd.DataFrame,
    checks: pd.DataFrame,
    confidence_level: float,
) -> dict[str, Quotes]:
    """Return, for every model, its women, terms and fit."""
    thresholds = (significance_level(confidence_level),)
    silent = set(checks.loc[checks["check"].eq("hosmer_lemeshow"), "model"])
    terms = _terms(univariable.assign(model="univariable_" + univariable["variable"]))
    terms |= _terms(multivariable)
    return {
        row["model"]: {
            "label": labels.model_label(row["model"]),
            "single": row["model"].startswith("univariable_"),
            "n": int(row["n"]),
            "events": int(row["events"]),
            "missing": int(row["missing"]),
            "terms": ", ".join(terms.get(row["model"], [])),
            "auc": ratio_with_interval(row["auc"], row["auc_low"], row["auc_high"]),
            "hosmer_lemeshow": _hosmer_lemeshow(row, thresholds, row["model"] in silent),
        }
        for _, row in model_fit.iterrows()
    }


def _terms(estimates: pd.DataFrame) -> dict[str, list[str]]:
    rows = level_rows(estimates)
    return {
        str(model): [labels.SHORT.get(name, name) for name in dict.fromkeys(of_model["variable"])]
        for model, of_model in rows.groupby("model", sort=False)
    }


def _hosmer_lemeshow(row: pd.Series, thresholds: tuple[float, ...], silent: bool) -> str:
    if pd.isna(row["hl_chi2"]):
        return "not estimable"
    if silent:
        return "not informative (few patterns)"
    said = f"χ² {chi_square(row['hl_chi2'], row['hl_df'])}"
    return f"{said}, {p_phrase(row['hl_p_value'], thresholds)}, {int(row['hl_groups'])} groups"


def quote_exposure(
    univariable: pd.DataFrame,
    multivariable: pd.DataFrame,
    exposure: str,
    confidence_level: float,
) -> dict[str, Quotes]:
    """Return the exposure's odds ratio in every model; `test` gave the p-value."""
    estimates = pd.concat([univariable, multivariable], ignore_index=True)
    rows = level_rows(estimates)
    first = rows[rows["variable"].eq(exposure)].drop_duplicates("model")
    thresholds = (significance_level(confidence_level),)
    return {
        str(row["model"]): {
            "term": labels.term_label(exposure, row["level"]),
            "reference": labels.reference_label(exposure, row["reference"]),
            "odds_ratio": ratio_with_interval(row["odds_ratio"], row["ci_low"], row["ci_high"])
            if row["status"] == "ok"
            else f"{MISSING} {labels.STATUS_WORDS[row['status']]}",
            "p": p_phrase(_p_value(estimates, row), thresholds),
            "test": "Wald test" if row["status"] == "ok" else PENALISED_TEST,
            "n": int(row["n"]),
            "events": int(row["events"]),
        }
        for _, row in first.iterrows()
    }


def _p_value(estimates: pd.DataFrame, row: pd.Series) -> float:
    return row["p_value"] if row["status"] == "ok" else penalised_p_value(estimates, row)


def quote_missingness(checks: pd.DataFrame) -> list[str]:
    """Return the remarks about variables that are missing more often with one outcome.

    Variables missing in the same women, such as a density and its groups, share one remark.
    """
    rows = checks[checks["check"].eq(MISSINGNESS) & checks["severity"].ne("note")]
    names: dict[str, list[str]] = {}
    for _, row in rows.drop_duplicates("message").iterrows():
        variable, verb, counts = in_print(row).partition(" is missing ")
        names.setdefault(verb + counts, []).append(variable.removeprefix("Whether "))
    return [f"Whether {' or '.join(of_one)}{rest}" for rest, of_one in names.items()]


def quote_checks(checks: pd.DataFrame) -> Mapping[str, int]:
    """Return how many different remarks there are of each severity."""
    told = checks.drop_duplicates(["severity", "message"])["severity"]
    return {severity: int(told.eq(severity).sum()) for severity in ("serious", "warning", "note")}
