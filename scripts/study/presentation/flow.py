"""The STROBE flow diagram: who was assessed, excluded and why, and analysed."""

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from study.presentation.general_notes import unmentioned
from study.presentation.numbers import percent
from study.presentation.page import LEFT, LINE, RIGHT, Page, header, open_page, wrapped
from study.presentation.style import INK, QUIET, STYLE

PAD, GAP = 1.8, 3.6
MAIN_WIDTH, SIDE_X = 38.0, 43.0
SPINE = LEFT + MAIN_WIDTH / 2
SIDE_WIDTH, HALF = RIGHT - SIDE_X, 38.0
SUBJECT = "Flow of women through the study"


@dataclass(frozen=True)
class Exclusion:
    """One criterion that excluded somebody, in the lines of its box."""

    lines: list[str]
    remaining: str


@dataclass(frozen=True)
class Flow:
    """What the boxes say, from above, and the notes below them."""

    assessed: list[str]
    exclusions: list[Exclusion]
    analysed: list[str]
    outcomes: list[list[str]]
    notes: list[str]


def flow_of(flow: pd.DataFrame, baseline: pd.DataFrame, readings: pd.DataFrame) -> Flow:
    """Return the diagram in words.

    Criteria that excluded nobody have no box: a note names them, and apart from them those
    that the cohort does not let anybody assess. Another says which absences no report states.
    """
    criteria = flow.iloc[1:-1]
    excluding = criteria[criteria["excluded"].gt(0)]
    boxes = [_exclusion(row) for _, row in excluding.iterrows()]
    return Flow(
        assessed=_box(flow.iloc[0]["label"], flow.iloc[0]["remaining"], MAIN_WIDTH),
        exclusions=boxes,
        analysed=_box(flow.iloc[-1]["label"], flow.iloc[-1]["remaining"], MAIN_WIDTH),
        outcomes=_outcomes(baseline),
        notes=[*_notes(criteria[criteria["excluded"].eq(0)]), *unmentioned(readings)],
    )


def plot_flow_diagram(flow: Flow, title: str, synthetic: bool) -> Figure:
    """Return the figure, one journal column wide."""
    with mpl.rc_context(STYLE):
        notes = [line for note in flow.notes for line in wrapped(note, RIGHT - LEFT)]
        top = header(title, SUBJECT, synthetic)
        boxes = [flow.assessed, *(box.lines for box in flow.exclusions), flow.analysed]
        tall = sum(_height(box) + GAP for box in boxes)
        tall += max((_height(box) for box in flow.outcomes), default=0) + GAP
        page = open_page(top, tall + LINE * len(notes) + 1.0)
        y = _draw(page, LEFT, top.height, MAIN_WIDTH, flow.assessed)
        for number, box in enumerate(flow.exclusions):
            y = _branch(page, y, box, last=number == len(flow.exclusions) - 1)
        _arrow(page, (SPINE, y), (SPINE, y + GAP))
        y = _draw(page, LEFT, y + GAP, MAIN_WIDTH, flow.analysed)
        if flow.outcomes:
            y = _fork(page, y, flow.outcomes)
        page.say_lines(LEFT, y + GAP + LINE / 2, notes, color=QUIET)
        return page.figure


def _box(label: str, n: int, width: float) -> list[str]:
    return [*wrapped(label, width - 2 * PAD), f"n = {n}"]


def _exclusion(row: pd.Series) -> Exclusion:
    lines = _box(row["label"], row["excluded"], SIDE_WIDTH)
    lines[-1] += " excluded"
    if row["not_assessable"]:
        lines += wrapped(f"not assessable in {row['not_assessable']}", SIDE_WIDTH - 2 * PAD)
    return Exclusion(lines, f"n = {row['remaining']}")


def _outcomes(baseline: pd.DataFrame) -> list[list[str]]:
    """Return the analysed women with and without microcalcifications."""
    rows = baseline[baseline["variable"].eq("microcalcifications")]
    rows = rows[rows["group"].eq("overall") & rows["percent"].notna()]
    names = {"yes": "Microcalcifications", "no": "No microcalcifications"}
    return [
        [
            *wrapped(names[row["level"]], HALF - 2 * PAD),
            f"n = {row['n']} ({percent(row['percent'])}%)",
        ]
        for _, row in rows.iterrows()
    ]


def _notes(nobody: pd.DataFrame) -> list[str]:
    assessable = nobody[nobody["not_assessable"].eq(0)]
    notes = []
    if not assessable.empty:
        notes.append(f"Applied, excluded nobody: {'; '.join(assessable['label'])}.")
    unknown = nobody[nobody["not_assessable"].gt(0)]
    for n, rows in unknown.groupby("not_assessable", sort=False):
        women = "woman" if n == 1 else "women"
        reasons = "; ".join(rows["label"])
        notes.append(f"Not assessable in {n} {women}, so excluded nobody: {reasons}.")
    return notes


def _height(lines: Sequence[str]) -> float:
    return LINE * len(lines) + 2 * PAD - 0.4


def _draw(page: Page, left: float, top: float, width: float, lines: Sequence[str]) -> float:
    """Draw a box; return where it ends."""
    height = _height(lines)
    page.paper.add_patch(
        Rectangle((left, top), width, height, facecolor="white", edgecolor=INK, linewidth=0.6)
    )
    first = top + PAD + LINE / 2 - 0.2
    centre = left + width / 2
    page.say_lines(centre, first, lines[:-1], ha="center")
    page.say(centre, first + LINE * (len(lines) - 1), lines[-1], ha="center")
    return top + height


def _branch(page: Page, y: float, box: Exclusion, last: bool) -> float:
    """Draw the spine down past an exclusion and the arrow to its box; return where it ends."""
    end = _draw(page, SIDE_X, y + GAP, SIDE_WIDTH, box.lines)
    _line(page, (SPINE, y), (SPINE, end))
    middle = (y + GAP + end) / 2
    _arrow(page, (SPINE, middle), (SIDE_X, middle))
    if not last:
        page.say(SPINE - 1.5, end + GAP / 2, box.remaining, ha="right", color=QUIET)
    return end


def _fork(page: Page, y: float, outcomes: Sequence[Sequence[str]]) -> float:
    places = [LEFT, RIGHT - HALF]
    middle = y + GAP / 2
    _line(page, (SPINE, y), (SPINE, middle))
    _line(page, (places[0] + HALF / 2, middle), (places[-1] + HALF / 2, middle))
    ends = []
    for left, lines in zip(places, outcomes, strict=True):
        _arrow(page, (left + HALF / 2, middle), (left + HALF / 2, y + GAP))
        ends.append(_draw(page, left, y + GAP, HALF, lines))
    return max(ends)


def _line(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    xs, ys = zip(start, end, strict=True)
    page.paper.plot(xs, ys, color=INK, linewidth=0.6, zorder=0, snap=False)


def _arrow(page: Page, start: tuple[float, float], end: tuple[float, float]) -> None:
    page.paper.annotate(
        "",
        xy=end,
        xytext=start,
        arrowprops={
            "arrowstyle": "-|>,head_length=0.25,head_width=0.12",
            "color": INK,
            "linewidth": 0.6,
            "shrinkA": 0,
            "shrinkB": 0,
        },
    )
