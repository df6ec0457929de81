"""The one look of the figures."""

from typing import Any

# Two colours of Okabe and Ito's palette, told apart by every kind of colour vision.
INK, QUIET, HAIR = "#1a1d21", "#5a626c", "#d5d9de"
ESTIMATE, SYNTHETIC = "#0072b2", "#8a4b00"
OTHER = "#868d96"  # the group beside the one in question

# Journals print a figure over one column or two at these widths.
SINGLE_COLUMN_MM, DOUBLE_COLUMN_MM = 85.0, 174.0
MM_PER_INCH = 25.4
SMALLEST_POINTS = 7.0

STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",  # comes with matplotlib: the same on every machine
    "font.size": SMALLEST_POINTS,
    "text.color": INK,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.linewidth": 0.6,
    "axes.unicode_minus": True,
    "xtick.color": INK,
    "xtick.labelsize": SMALLEST_POINTS,
    "xtick.major.width": 0.6,
    "xtick.minor.size": 0,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "savefig.dpi": 300,
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "odds-ratios",
}

# Times of creation would make two identical runs differ.
NO_DATES: dict[str, dict[str, str | None]] = {
    "svg": {"Date": None},
    "pdf": {"CreationDate": None, "ModDate": None},
    "png": {"Software": None},
}
