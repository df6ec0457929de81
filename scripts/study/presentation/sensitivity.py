"""How much the odds ratio depends on decisions, as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from study.presentation import robustness_words as robust
from study.presentation import sensitivity_words as words
from study.presentation.decision_rows import (
    EMPTY,
    WIDTH,
    columns,
    decision_rows,
    prose,
    shown_dimensions,
)
from study.presentation.general_notes import interval_name
from study.presentation.labels import reference_label, term_label
from study.presentation.numbers import p_value, percent, ratio, rounded
from study.presentation.sensitivity_results import Sensitivity
from study.presentation.table import Cell, Row, Table, level, section
from study.statistics.missing_data.tipping import find_tipping_points

JOINT = {
    "median_log_odds": "Distance of the median OR from 1, folded to 1 or more",
    "significant_share": "Universes with p < 0.05 in one direction, %",
    "mean_z": "Mean z over universes, absolute (Stouffer)",
}
CONTRASTS = {"any": "", "primary": "; primary contrast"}


def render_sensitivity(
    found: Sensitivity,
    *,
    exposure: str,
    reference: str,
    multivariable: Mapping[str, Sequence[str] | str],
    alpha: float,
    confidence_level: float,
    synthetic: bool,
) -> Table:
    """Return decisions, the joint tests and robustness in blocks.

    `alpha` is the threshold of p whose crossing is looked for.
    """
    interval = interval_name(confidence_level)
    term = _term(found, exposure)
    rows = [
        *decision_rows(found, exposure),
        *_joint(found.joint, interval),
        section("Robustness", Cell("", span=WIDTH - 1)),
        *(prose(name, said) for name, said in _robustness(found, exposure, reference, alpha)),
    ]
    notes = [
        *([words.NOT_TO_CONCLUDE] if synthetic else []),
        words.counts_phrase(found),
        words.universe_note(found),
        *words.coincidence_note(found.values),
        words.column_note(exposure),
        words.null_note(found.joint, multivariable, exposure),
        *words.general_notes({"OR": "odds ratio"}),
    ]
    caption = f"How much the odds ratio of {term} vs {reference_label(exposure, reference)} depends"
    return Table(None, f"{caption} on decisions", columns(interval), tuple(rows), tuple(notes))


def quote_sensitivity(
    found: Sensitivity,
    *,
    exposure: str,
    reference: str,
    multivariable: Mapping[str, Sequence[str] | str],
    alpha: float,
    confidence_level: float,
    synthetic: bool,
    assumed_note: str,
) -> dict[str, Any]:
    """Return what captions quote, as the table prints it."""
    interval = interval_name(confidence_level)
    term = _term(found, exposure)
    moved = shown_dimensions(found)
    return {
        "synthetic": synthetic,
        "term": f"{term} vs {reference_label(exposure, reference)}",
        "counts": words.counts_phrase(found),
        "primary": words.primary_phrase(found.primary, interval),
        "range": words.range_sentence(found, exposure),
        "contrast": words.contrast_sentence(found, exposure),
        "robustness": [said for _, said in _robustness(found, exposure, reference, alpha)[1:]],
        "joint": [[cell.text for cell in row.cells[:5]] for row in _joint_lines(found.joint)],
        "interval": interval,
        "unmoved": [f"{label}: {names}." for label, names in words.unmoved(found, moved)],
        "notes": [
            *([words.NOT_TO_CONCLUDE] if synthetic else []),
            *([assumed_note] if assumed_note else []),
            words.universe_note(found),
            *words.coincidence_note(found.values),
            words.null_note(found.joint, multivariable, exposure),
        ],
    }


def _term(found: Sensitivity, exposure: str) -> str:
    return term_label(exposure, str(found.primary["level"]))


def _joint(joint: pd.DataFrame, interval: str) -> list[Row]:
    heads = ["Observed", "Null median", "p", f"{interval} of p", "Cohorts drawn", "Universes"]
    cells = [*(Cell(text) for text in heads), EMPTY]
    return [section("All universes together", *cells), *_joint_lines(joint)]


def _joint_lines(joint: pd.DataFrame) -> list[Row]:
    rows = []
    for _, row in joint.iterrows():
        name = str(row["statistic"])
        texts = [
            *(_joint_value(name, row[value]) for value in ("observed", "null_median")),
            p_value(row["p_value"]),
            f"{p_value(row['p_low'])}–{p_value(row['p_high'])}",
            f"{row['replicates']:,}",
            f"{row['universes']:,}",
        ]
        label = JOINT.get(name, name) + CONTRASTS[row["contrast"]]
        rows.append(level(label, *(Cell(text) for text in texts), EMPTY))
    return rows


def _joint_value(statistic: str, value: float) -> str:
    if statistic == "median_log_odds":
        return ratio(float(np.exp(value)))
    return percent(100 * value) if statistic == "significant_share" else rounded(value)


def _robustness(
    found: Sensitivity, exposure: str, reference: str, alpha: float
) -> list[tuple[str, str]]:
    points = find_tipping_points(found.tipping, alpha)
    exposed = _term(found, exposure).replace(" ", "-")
    unexposed = term_label(exposure, reference).replace(" ", "-")
    tipping = robust.tipping_sentences(found.tipping, points, exposure, exposed, found.terms)
    values, primary = found.values, found.primary
    confounder = robust.e_value_sentence(values, exposure, unexposed, found.terms)
    return [
        ("All universes", words.range_sentence(found, exposure)),
        ("", words.model_sentence(found, exposure)),
        ("Unmeasured confounding", confounder),
        *(("Gaps, imputed", said) for said in robust.imputation_sentences(found, exposure)),
        *(("Unknown, bounded", said) for said in robust.bound_sentences(found, exposure)),
        ("Unknown MC, tipped", tipping[0]),
        *(("", said) for said in tipping[1:]),
        ("Single women", robust.left_out_sentence(values, primary, found.influence)),
    ]
