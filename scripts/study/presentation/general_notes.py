"""Sentences that stand under more than one table."""

import re
from collections.abc import Collection, Iterable

import pandas as pd

from study.cohort.readings import count_absences
from study.presentation import labels
from study.presentation.numbers import p_phrase, rounded
from study.presentation.table import Row

NOT_RECORDED = "Not recorded in any woman analysed"
NO_MODEL = f"{NOT_RECORDED}, or the same in every one"


def significance_level(confidence_level: float) -> float:
    """Return the two-sided level that belongs to an interval: 0.05 for 95%."""
    return round(1 - confidence_level, 10)


def plain(value: float) -> str:
    """Return a setting as it was written: ``95``, ``0.1``, ``97.5``."""
    return f"{round(value, 10):g}"


def level_of(alpha: float) -> str:
    """Return a significance level with two decimals or more: ``0.10``, ``0.025``."""
    return max(f"{alpha:.2f}", plain(alpha), key=len)


def confidence_percent(confidence_level: float) -> str:
    """Return ``95%``."""
    return f"{plain(100 * confidence_level)}%"


def interval_name(confidence_level: float) -> str:
    """Return ``95% CI``."""
    return f"{confidence_percent(confidence_level)} CI"


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
        "Counts are compared by Fisher’s exact test (Freeman–Halton beyond 2×2) where an expected "
        "count is below "
        f"{plain(fisher_expected_below)}, else by Pearson’s χ² test."
    )


def absent(
    expected: Collection[str],
    present: Collection[str],
    why: str = NOT_RECORDED,
) -> tuple[str, ...]:
    """Return the variables that no woman analysed has recorded, as one sentence, or nothing."""
    names = dict.fromkeys(
        labels.variable_label(variable).split(",")[0]
        for variable in expected
        if variable not in present
    )
    return (f"{why}: {'; '.join(names)}.",) if names else ()


def not_assessable(flow: pd.DataFrame) -> list[str]:
    """Return the criteria that could not be applied to all women who reached them: k of n."""
    reached = flow["remaining"].shift(fill_value=0)
    return [
        f"{row['label']} ({row['not_assessable']} of {reached[step]} women)"
        for step, row in flow.iterrows()
        if row["not_assessable"]
    ]


def unmentioned(readings: pd.DataFrame) -> tuple[str, ...]:
    """Return how many absences are assumed of reports that do not say so, or nothing."""
    without, silent = count_absences(readings)
    if not silent:
        return ()
    said = (
        f": no report states absence; all {silent} do not mention microcalcifications and were"
        if silent == without
        else f" includes {silent} whose report does not mention microcalcifications,"
    )
    return (f"MC absent ({without} women){said} read as absent (undescribed_microcalcifications).",)


def findings(checks: pd.DataFrame, models: Collection[str]) -> tuple[str, ...]:
    """Return the warnings of the model check, each said once with the models it concerns."""
    rows = checks[checks["model"].isin(list(models)) & checks["severity"].ne("note")]
    rows = rows.sort_values("severity", key=lambda severity: severity.ne("serious"), kind="stable")
    notes = []
    for _, group in rows.groupby("message", sort=False):
        names = dict.fromkeys(labels.model_label(model) for model in group["model"])
        notes.append(f"{', '.join(names)}: {_sentence(in_print(group.iloc[0]))}")
    return tuple(notes)


def in_print(finding: pd.Series) -> str:
    """Return a finding's message in printed words, the p-value beside the test it names."""
    said = labels.in_words(str(finding["message"]))
    test = "Fisher's exact test"
    return said.replace(f"({test})", f"({test}, {p_phrase(finding['value'])})")


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def chi_square(value: float, df: float) -> str:
    """Return ``3.05 (1 df)``."""
    return rounded(value) if pd.isna(df) else f"{rounded(value)} ({plain(df)} df)"
