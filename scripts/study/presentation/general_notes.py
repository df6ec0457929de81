"""Sentences that stand under more than one table."""

import re
from collections.abc import Collection, Iterable

import pandas as pd

from study.presentation import labels
from study.presentation.numbers import rounded
from study.presentation.table import Row

NO_MODEL = "Not recorded in this cohort, or the same in every woman"


def significance_level(confidence_level: float) -> float:
    """Return the two-sided level that belongs to an interval: 0.05 for 95%."""
    return round(1 - confidence_level, 10)


def plain(value: float) -> str:
    """Return a setting as it was written: ``95``, ``0.1``, ``97.5``."""
    return f"{round(value, 10):g}"


def level_of(alpha: float) -> str:
    """Return a significance level with two decimals or more: ``0.10``, ``0.025``."""
    return max(f"{alpha:.2f}", plain(alpha), key=len)


def interval_name(confidence_level: float) -> str:
    """Return ``95% CI``."""
    return f"{plain(100 * confidence_level)}% CI"


def abbreviations(*used: str, **more: str) -> str:
    """Return abbreviations spelled out; those of the study need only be named."""
    spelled = {name: labels.ABBREVIATIONS[name] for name in used} | more
    return "; ".join(f"{name} = {words}" for name, words in spelled.items()) + "."


def abbreviations_used(rows: Iterable[Row], **more: str) -> str:
    """Return the abbreviations that a table's rows use; MC is in every header."""
    words = {word for row in rows for cell in row.cells for word in re.findall(r"\w+", cell.text)}
    return abbreviations(*(name for name in labels.ABBREVIATIONS if name in words | {"MC"}), **more)


def two_sided(confidence_level: float) -> str:
    """Return how the p-values are meant."""
    alpha = level_of(significance_level(confidence_level))
    return f"All tests are two-sided; significance level {alpha}."


def choice_of_test(fisher_expected_below: float) -> str:
    """Return the rule by which a test of counts is chosen."""
    return (
        "Counts are compared by Fisher’s exact test where an expected count is below "
        f"{plain(fisher_expected_below)}, else by Pearson’s χ² test."
    )


def absent(
    expected: Collection[str],
    present: Collection[str],
    why: str = "Not recorded in this cohort",
) -> tuple[str, ...]:
    """Return the variables that the cohort does not have, as one sentence, or nothing."""
    names = dict.fromkeys(
        labels.variable_label(variable).split(",")[0]
        for variable in expected
        if variable not in present
    )
    return (f"{why}: {'; '.join(names)}.",) if names else ()


def unmentioned(readings: pd.DataFrame) -> tuple[str, ...]:
    """Return how many absences are assumed of reports that do not say so, or nothing."""
    absent_rows = readings[readings["read_as"].eq("no")]
    silent = int(absent_rows.loc[absent_rows["recorded"].eq("undescribed"), "n"].sum())
    if not silent:
        return ()
    return (
        f"MC absent ({int(absent_rows['n'].sum())} women) includes {silent} whose report does not "
        "mention microcalcifications, read as absent (undescribed_microcalcifications).",
    )


def findings(checks: pd.DataFrame, models: Collection[str]) -> tuple[str, ...]:
    """Return the warnings of the model check, each said once with the models it concerns."""
    rows = checks[checks["model"].isin(list(models)) & checks["severity"].ne("note")]
    rows = rows.sort_values("severity", key=lambda severity: severity.ne("serious"), kind="stable")
    notes = []
    for message, group in rows.groupby("message", sort=False):
        names = dict.fromkeys(labels.model_label(model) for model in group["model"])
        notes.append(f"{', '.join(names)}: {_sentence(labels.in_words(str(message)))}")
    return tuple(notes)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def chi_square(value: float, df: float) -> str:
    """Return ``3.05 (1 df)``."""
    return rounded(value) if pd.isna(df) else f"{rounded(value)} ({plain(df)} df)"
