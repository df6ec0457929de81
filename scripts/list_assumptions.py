"""Print the list of clinical and statistical assumptions that the code marks."""

from pathlib import Path

from job_log import job_log
from study.presentation.render import to_html
from study.presentation.table import Cell, Column, Row, Table


def list_assumptions(*, assumptions: list[list[str]], html: Path) -> None:
    """Write the page; each assumption is its words with their source, its value, its file."""
    table = Table(
        None,
        "Assumptions marked in the code",
        (Column("Assumption and source"), Column("Value"), Column("File")),
        tuple(Row(tuple(Cell(text) for text in one), "prose") for one in assumptions),
        (
            "Files stand in scripts/study/. The decisions of the analysis are not here: they "
            "stand in config/config.yaml and cohort.yaml, the guideline rules in schemas/.",
        ),
    )
    html.write_text(to_html(table, "All cohorts", False, ""), encoding="utf-8")


if __name__ == "__main__":
    with job_log(snakemake.log[0]):
        list_assumptions(
            assumptions=snakemake.params.assumptions,
            html=Path(snakemake.output.html),
        )
