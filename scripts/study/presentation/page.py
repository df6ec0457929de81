"""A page one journal column wide, or two. Lengths are millimetres, from the left and the top."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import TextPath

from study.presentation.labels import SYNTHETIC
from study.presentation.style import (
    INK,
    MM_PER_INCH,
    QUIET,
    SINGLE_COLUMN_MM,
    SMALLEST_POINTS,
    STYLE,
)
from study.presentation.style import SYNTHETIC as SYNTHETIC_COLOUR

LEFT, RIGHT = 2.0, SINGLE_COLUMN_MM - 2.0
LINE, TITLE_LINE, TITLE_POINTS = 3.5, 4.0, 8.0
MM_PER_POINT = MM_PER_INCH / 72
# At a low resolution letters are drawn up to 2% wider than their outlines.
HINTING = 0.98


@dataclass(frozen=True)
class Page:
    """A figure and the axes that all words stand in; `panel` adds axes for data."""

    figure: Figure
    paper: Axes
    height: float
    width: float

    def say(self, x: float, y: float, text: str, **look: Any) -> Text:
        """Write one line centred on `y`."""
        return self.paper.text(x, y, text, **({"va": "center_baseline"} | look))

    def say_lines(self, x: float, y: float, lines: Sequence[str], **look: Any) -> None:
        """Write lines, the first centred on `y`."""
        for number, line in enumerate(lines):
            self.say(x, y + LINE * number, line, **look)

    def rule(self, y: float) -> None:
        """Draw a line across the page."""
        self.paper.plot([LEFT, self.width - LEFT], [y, y], color=INK, linewidth=0.6)

    def panel(self, left: float, top: float, width: float, height: float) -> Axes:
        """Return axes for data, without a frame but for the x axis."""
        box = (left / self.width, 1 - (top + height) / self.height)
        size = (width / self.width, height / self.height)
        axes = self.figure.add_axes((*box, *size))
        axes.spines[["left", "right", "top"]].set_visible(False)
        axes.set_facecolor("none")
        axes.tick_params(pad=1.5, length=2)
        return axes


@dataclass(frozen=True)
class Header:
    """What stands on top of every figure: cohort, subject, and whether it is synthetic."""

    title: list[str]
    subject: list[str]
    synthetic: bool
    width: float

    @property
    def height(self) -> float:
        """Where the figure proper begins."""
        lines = len(self.subject) + self.synthetic
        return 2.0 + TITLE_LINE * len(self.title) + LINE * lines + 2.0


def header(title: str, subject: str, synthetic: bool, width: float = SINGLE_COLUMN_MM) -> Header:
    """Return the header with its lines broken at the width of the page."""
    room = width - 2 * LEFT
    return Header(
        wrapped(title, room, TITLE_POINTS, "bold"), wrapped(subject, room), synthetic, width
    )


def open_page(top: Header, below: float) -> Page:
    """Return a page as wide as its header, with `below` millimetres under it."""
    height = top.height + below
    figure = Figure(figsize=(top.width / MM_PER_INCH, height / MM_PER_INCH))
    FigureCanvasAgg(figure)
    paper = figure.add_axes((0, 0, 1, 1))
    paper.set(xlim=(0, top.width), ylim=(height, 0))
    paper.axis("off")
    paper.set_zorder(1)  # words stand before data
    page = Page(figure, paper, height, top.width)
    y = 2.0 + TITLE_LINE / 2
    for line in top.title:
        page.say(LEFT, y, line, fontsize=TITLE_POINTS, weight="bold")
        y += TITLE_LINE
    page.say_lines(LEFT, y, top.subject)
    if top.synthetic:
        page.say(LEFT, y + LINE * len(top.subject), SYNTHETIC, color=SYNTHETIC_COLOUR)
    return page


def beside(page: Page, first: Text, text: str) -> None:
    """Write quietly what follows a text on its line."""
    page.paper.annotate(
        text,
        xy=(1, first.get_position()[1]),
        xycoords=(first, "data"),
        xytext=(4, 0),
        textcoords="offset points",
        va="center_baseline",
        color=QUIET,
        bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},  # hides grid lines
    )


def wrapped(
    text: str, width: float, points: float = SMALLEST_POINTS, weight: str = "normal"
) -> list[str]:
    """Return the text in lines no wider than `width` millimetres, broken between words."""
    lines: list[str] = []
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and printed_width(longer, points, weight) <= HINTING * width:
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


def printed_width(text: str, points: float = SMALLEST_POINTS, weight: str = "normal") -> float:
    """Return how many millimetres a text takes in print."""
    font = FontProperties(family=STYLE["font.family"], weight=weight)
    # A dollar sign opens no formula here, and a space has no outline but takes room.
    path = TextPath((0, 0), text.replace("$", "S"), size=points, prop=font)
    # Outlines have a corner wherever they reach furthest; to search their curves takes seconds.
    corners = path.vertices[path.codes != Path.CLOSEPOLY, 0]
    return float(np.ptp(corners)) * MM_PER_POINT
