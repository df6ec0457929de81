"""What is doubtful, in words, as one page."""

import pandas as pd

from study.presentation import labels
from study.presentation.general_notes import in_print
from study.presentation.table import Cell, Column, Row, Table, section

SEVERITIES = {"serious": "Serious", "warning": "Warnings", "note": "Notes"}


def render_checks(checks: pd.DataFrame) -> Table:
    """Return every remark once, the gravest first, with the models it concerns."""
    rows: list[Row] = []
    for severity, heading in SEVERITIES.items():
        remarks = checks[checks["severity"].eq(severity)].groupby("message", sort=False)
        rows += [section(heading, Cell())] if len(remarks) else []
        for _, group in remarks:
            models = dict.fromkeys(labels.model_label(model) for model in group["model"])
            said = in_print(group.iloc[0])
            cells = (Cell(", ".join(models)), Cell(said[0].upper() + said[1:]))
            rows.append(Row(cells, "prose"))
    return Table(
        None,
        "What is doubtful about the models",
        (Column("Model"), Column("Remark")),
        tuple(rows),
        ("A warning bears on how an estimate may be read; a note explains what is not there.",),
    )
