"""What the figure of alternative definitions says, line by line, before anything is drawn."""

from dataclasses import dataclass

import pandas as pd

from study.presentation.definitions import (
    coverage,
    definition_title,
    fact_heading,
    kappa_text,
)
from study.presentation.numbers import p_value
from study.presentation.reclassification import moved_text, odds_ratio_text
from study.presentation.terms import counts
from study.statistics.reclassification import PRIMARY


@dataclass(frozen=True)
class Heading:
    """Opens the definitions that change one fact."""

    text: str


@dataclass(frozen=True)
class Line:
    """One definition; a number is None where there is none: what moves under the primary, too.

    `share` are the women who move, from 0 to 1; `remark` says which findings are missing.
    """

    title: str
    remark: str
    moved: str
    share: float | None
    kappa: str
    counts: str
    estimate: float | None
    low: float | None
    high: float | None
    said: str
    p: str

    @property
    def primary(self) -> bool:
        """Whether this is the definition that the others are beside."""
        return not self.moved


def reclassification_lines(models: pd.DataFrame) -> list[Heading | Line]:
    """Return the primary definition, then the others under the fact that they change."""
    primary = models["definition"].eq(PRIMARY)
    lines: list[Heading | Line] = [_line(row) for _, row in models[primary].iterrows()]
    others = models[~primary]
    for fact in ("her2_status", "subtype"):
        rows = others[others["fact"].eq(fact)]
        if len(rows):
            lines += [Heading(fact_heading(fact)), *(_line(row) for _, row in rows.iterrows())]
    return lines


def _line(row: pd.Series) -> Line:
    alternative = row["definition"] != PRIMARY
    estimates = [row["odds_ratio"], row["ci_low"], row["ci_high"]]
    estimate, low, high = (None if pd.isna(value) else float(value) for value in estimates)
    return Line(
        title=definition_title(row),
        remark=coverage(row),
        moved=moved_text(row),
        share=row["moved"] / row["women"] if alternative and row["women"] else None,
        kappa=kappa_text(row) if alternative else "",
        counts=counts(row["events"], row["n"]),
        estimate=estimate,
        low=low,
        high=high,
        said=odds_ratio_text(row),
        p=p_value(row["p_value"]),
    )
