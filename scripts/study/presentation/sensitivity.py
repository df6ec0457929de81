"""How much the odds ratio depends on decisions, as a table."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from study.presentation import sensitivity_words as words
from study.presentation.general_notes import interval_name
from study.presentation.labels import reference_label, term_label
from study.presentation.numbers import (
    MISSING,
    p_value,
    percent,
    ratio,
    ratio_with_interval,
    rounded,
)
from study.presentation.sensitivity_results import Sensitivity
from study.presentation.specification_curve import changes, dimensions_that_move
from study.presentation.table import Cell, Column, Row, Table, level, section
from study.presentation.universe_words import (
    NO_ESTIMATE,
    dimension_label,
    option_label,
)
from study.sensitivity.decisions import universe_alone
from study.statistics.missing_data.tipping import find_tipping_points

EMPTY = Cell()
WIDTH = 8
FLIPS = {True: "yes", False: "no"}
JOINT = {
    "median_log_odds": "Median odds ratio, as far from 1 in either direction",
    "significant_share": "Universes with p < 0.05 in one direction, %",
    "mean_z": "Mean z over universes, absolute (Stouffer)",
}


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
        *_decisions(found),
        *_joint(found.joint, interval),
        section("Robustness of the primary result", Cell("", span=WIDTH - 1)),
        *(_prose(name, said) for name, said in _robustness(found, exposure, term, alpha)),
    ]
    notes = [
        *([words.NOT_TO_CONCLUDE] if synthetic else []),
        words.counts_phrase(found.analyses, found.values),
        words.UNIVERSE_NOTE,
        *words.coincidence_note(found.values),
        *([words.BOUND_NOTE] if found.bound.any() else []),
        "Alone: the universe that differs from the primary analysis in this option only. Shift: "
        "its odds ratio over the primary one. Flips: one of the two has p < 0.05 and the other "
        "has not. Median: over all universes with the option; options that were drawn together "
        "blur one another there.",
        words.null_note(multivariable, exposure),
        *words.general_notes({"OR": "odds ratio"}),
    ]
    caption = f"How much the odds ratio of {term} vs {reference_label(exposure, reference)} depends"
    return Table(None, f"{caption} on decisions", _columns(interval), tuple(rows), tuple(notes))


def quote_sensitivity(
    found: Sensitivity,
    *,
    exposure: str,
    reference: str,
    multivariable: Mapping[str, Sequence[str] | str],
    alpha: float,
    confidence_level: float,
    synthetic: bool,
) -> dict[str, Any]:
    """Return what captions quote, as the table prints it."""
    interval = interval_name(confidence_level)
    term = _term(found, exposure)
    moved = dimensions_that_move(found.decisions)
    return {
        "synthetic": synthetic,
        "term": f"{term} vs {reference_label(exposure, reference)}",
        "counts": words.counts_phrase(found.analyses, found.values),
        "primary": words.primary_phrase(found.followed, interval),
        "range": words.range_sentence(found.analyses, found.values),
        "robustness": [said for _, said in _robustness(found, exposure, term, alpha)[1:]],
        "joint": [[cell.text for cell in row.cells[:5]] for row in _joint_lines(found.joint)],
        "interval": interval,
        "unmoved": words.unmoved_sentence(found.decisions, moved),
        "notes": [
            *([words.NOT_TO_CONCLUDE] if synthetic else []),
            words.UNIVERSE_NOTE,
            *words.coincidence_note(found.values),
            *([words.BOUND_NOTE] if found.bound.any() else []),
            words.null_note(multivariable, exposure),
        ],
    }


def _term(found: Sensitivity, exposure: str) -> str:
    return term_label(exposure, str(found.primary["level"]))


def _columns(interval: str) -> tuple[Column, ...]:
    return (
        Column("Decision and option"),
        Column("OR", f"({interval})", "Alone"),
        Column("Shift", "×", "Alone"),
        Column("p", "", "Alone"),
        Column("Flips", "p < 0.05", "Alone"),
        Column("Women", "n", "Alone"),
        Column("OR", "median", "All universes with it"),
        Column("With OR", "k/K", "All universes with it"),
    )


def _decisions(found: Sensitivity) -> list[Row]:
    moved = dimensions_that_move(found.decisions)
    options = {
        str(name): own["option"].tolist()
        for name, own in found.decisions.groupby("dimension", sort=False)
    }
    rows = []
    for dimension in moved:
        own = found.decisions[found.decisions["dimension"].eq(dimension)]
        rows.append(section(dimension_label(dimension), *[EMPTY] * (WIDTH - 1)))
        folded = [
            option_label(row["option"])
            for _, row in own.iloc[1:].iterrows()
            if not changes(row, own.iloc[0]) and not _bounds(found, row)
        ]
        for place, (_, row) in enumerate(own.iterrows()):
            if place and not changes(row, own.iloc[0]) and not _bounds(found, row):
                continue
            alone = universe_alone(found.followed, found.primary, options, dimension, row["option"])
            rows.append(_option(row, alone, _bounds(found, row)))
        if folded:
            rows.append(_prose("No change alone", "; ".join(folded)))
    if said := words.unmoved_sentence(found.decisions, moved):
        rows.append(section("Decisions without effect alone", Cell("", span=WIDTH - 1)))
        rows.append(_prose("", said))
    return rows


def _bounds(found: Sensitivity, row: pd.Series) -> bool:
    own = found.followed[row["dimension"]].eq(row["option"])
    return bool(found.bound[own].all() and own.any())


def _option(row: pd.Series, alone: pd.Series, bound: bool) -> Row:
    mark = " (primary)" if row["is_primary"] else " (bound)" if bound else ""
    if pd.isna(row["odds_ratio_alone"]):
        status = row["status_alone"]
        texts = [f"{MISSING} {NO_ESTIMATE.get(status, status)}", MISSING, MISSING, MISSING]
    else:
        own = ratio_with_interval(alone["odds_ratio"], alone["ci_low"], alone["ci_high"])
        flips = row["flips_significance"]
        texts = [
            own,
            ratio(row["shift"]),
            p_value(row["p_value_alone"]),
            MISSING if pd.isna(flips) else FLIPS[bool(flips)],
        ]
    median = row["median_odds_ratio"]
    texts += [
        MISSING if pd.isna(row["n_alone"]) else str(row["n_alone"]),
        MISSING if bound or pd.isna(median) else ratio(median),
        MISSING if bound else f"{row['estimated']:,}/{row['universes']:,}",
    ]
    return level(f"{option_label(row['option'])}{mark}", *(Cell(text) for text in texts))


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
        rows.append(level(JOINT.get(name, name), *(Cell(text) for text in texts), EMPTY))
    return rows


def _joint_value(statistic: str, value: float) -> str:
    if statistic == "median_log_odds":
        return ratio(float(np.exp(value)))
    return percent(100 * value) if statistic == "significant_share" else rounded(value)


def _robustness(
    found: Sensitivity, exposure: str, term: str, alpha: float
) -> list[tuple[str, str]]:
    points = find_tipping_points(found.tipping, alpha)
    tipping = words.tipping_sentences(found.tipping, points, term.replace(" ", "-"))
    return [
        ("All universes", words.range_sentence(found.analyses, found.values)),
        ("Unmeasured confounding", words.e_value_sentence(found.values, found.primary, exposure)),
        ("Unknown MC", tipping[0]),
        *(("", said) for said in tipping[1:]),
        ("Single women", words.left_out_sentence(found.values, found.influence)),
    ]


def _prose(label: str, said: str) -> Row:
    return Row((Cell(label), Cell(said, span=WIDTH - 1)), "prose")
