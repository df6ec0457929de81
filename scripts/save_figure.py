"""What every plotting entry point shares: one figure in the formats of its paths."""

from pathlib import Path
from typing import TYPE_CHECKING

from study.presentation.style import NO_DATES, STYLE

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def save_figure(figure: "Figure", *paths: Path) -> None:
    """Write the figure to every path; two runs write the same bytes."""
    import matplotlib as mpl

    with mpl.rc_context(STYLE):
        for path in paths:
            kind = path.suffix.removeprefix(".")
            figure.savefig(path, format=kind, metadata=NO_DATES[kind])
