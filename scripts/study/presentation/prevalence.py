"""How many women have microcalcifications, by HER2 and density: lines, then the figure."""

from collections.abc import Sequence
from dataclasses import dataclass

import matplotlib as mpl
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from study.presentation import labels
from study.presentation.general_notes import findings
from study.presentation.numbers import MISSING, rounded
from study.presentation.page import LEFT, LINE, RIGHT, Page, beside, header, open_page, wrapped
from study.presentation.style import ESTIMATE, HAIR, INK, QUIET, STYLE
from study.presentation.terms import OVERALL

ROW, GAP, HEAD, AXIS = 4.2, 1.8, 6.0, 10.0
COUNTS_X, PLOT_X, PLOT_WIDTH = 36.0, 39.5, 19.5
SUBJECT = "Prevalence of microcalcifications (MC)"
WITHIN = "mc_by_her2_within_density"
NOTE = (
    "Wilson intervals. Vertical lines, and the numbers beside a heading: "
    "all women for whom what it names is known."
)
BLOCKS = {"mc_by_her2": "HER2 status", "mc_by_density": "Breast density", WITHIN: "HER2 by density"}
UPPER_ENDS = (0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True)
class Bar:
    """One group of women; without `share` there is nobody, and `said` says so."""

    label: str
    counts: str
    said: str
    share: float | None = None
    low: float | None = None
    high: float | None = None
    hollow: bool = False


@dataclass(frozen=True)
class Block:
    """Groups of one finding under their heading; no bars where it is not recorded.

    `everyone` are the women of all its groups: those for whom the finding is known.
    """

    heading: str
    bars: list[Bar]
    everyone: Bar | None = None


def prevalence_blocks(prevalence: pd.DataFrame) -> list[Block]:
    """Return all women, then HER2 status, density, and HER2 within density."""
    blocks = []
    for table, heading in BLOCKS.items():
        rows = prevalence[prevalence["table"].eq(table)]
        everyone = rows[rows["row"].eq(OVERALL) & rows["stratum"].isna()]
        if table == "mc_by_her2" and not everyone.empty:
            blocks.append(Block("", [_bar(everyone.iloc[0], "All women")]))
        groups = rows[rows["row"].ne(OVERALL)]
        bars = [_bar(row, _label(table, row)) for _, row in groups.iterrows()]
        blocks.append(Block(heading, bars, _together(groups) if bars else None))
    return blocks


def prevalence_notes(prevalence: pd.DataFrame, checks: pd.DataFrame) -> list[str]:
    """Return what a reader must know beside the intervals."""
    everyone = prevalence[prevalence["row"].eq(OVERALL) & prevalence["table"].eq("mc_by_her2")]
    notes = [NOTE] if len(everyone) else []
    for _, row in everyone.iterrows():
        if row["n"] in (0, row["total"]):
            notes.append(f"{'Every' if row['n'] else 'No'} woman has MC: nothing can be compared.")
    said = checks["check"].eq("missing_depends_on_outcome") & checks["model"].eq(
        "univariable_density"
    )
    return notes + [note for _, row in checks[said].iterrows() for note in _note(row)]


def plot_prevalence_blocks(
    blocks: Sequence[Block], notes: Sequence[str], title: str, synthetic: bool, interval: str
) -> Figure:
    """Return the figure, one journal column wide; its artists carry the estimates as they are."""
    with mpl.rc_context(STYLE):
        below = [line for note in notes for line in wrapped(note, RIGHT - LEFT)]
        top = header(title, SUBJECT, synthetic)
        tall = sum(_height(block) for block in blocks)
        page = open_page(top, HEAD + tall + AXIS + LINE * len(below) + 1.5)
        first = top.height + HEAD
        page.say(COUNTS_X, first - 3.9, "MC n/N", ha="right", color=QUIET)
        page.say(RIGHT, first - 3.9, f"% ({interval})", ha="right", color=QUIET)
        page.rule(first - 1.2)
        plot = _plot(page, blocks, first, tall)
        y = first
        for block in blocks:
            _block(page, plot, block, y)
            y += _height(block)
        page.say_lines(LEFT, y + AXIS + 1.0, below, color=QUIET)
        return page.figure


def _label(table: str, row: pd.Series) -> str:
    variable = labels.TABLE_VARIABLES[table]
    level = labels.level_label(variable, row["row"])
    if table == WITHIN:
        return f"{row['stratum']}, HER2 {level.lower()}"
    return f"HER2 {level.lower()}" if variable == "her2_status" else level


def _bar(row: pd.Series, label: str) -> Bar:
    counts = f"{row['n']}/{row['total']}"
    if not row["total"]:
        return Bar(label, counts, "no women")
    share, low, high = row["prevalence"], row["ci_low"], row["ci_high"]
    said = f"{_percent(share)} ({_percent(low)}–{_percent(high)})"
    hollow = row["row"] == "negative"
    return Bar(label, counts, said, share, low, high, hollow)


def _together(groups: pd.DataFrame) -> Bar:
    """Return the women of all groups of a block; HER2 by density has no such row of its own."""
    n, total = int(groups["n"].sum()), int(groups["total"].sum())
    share = n / total if total else None
    return Bar("", f"{n}/{total}", "" if share is None else _percent(share), share)


def _percent(share: float) -> str:
    return MISSING if pd.isna(share) else rounded(100 * share, 1)


def _note(row: pd.Series) -> tuple[str, ...]:
    said = pd.DataFrame([row]).assign(severity="warning")
    return findings(said, [row["model"]])


def _height(block: Block) -> float:
    return GAP + ROW * (len(block.bars) + bool(block.heading))


def _plot(page: Page, blocks: Sequence[Block], first: float, tall: float) -> Axes:
    """Axes whose y is that of the page."""
    plot = page.panel(PLOT_X, first, PLOT_WIDTH, tall)
    highest = max((bar.high or 0 for block in blocks for bar in block.bars), default=0)
    end = next(end for end in UPPER_ENDS if highest <= end)
    plot.set(xlim=(0, end), ylim=(first + tall, first))
    ticks = [0, end / 2, end]
    plot.set_xticks(ticks, [f"{100 * tick:.0f}" for tick in ticks])
    plot.set_xlabel("Women with MC, %", labelpad=1.5)
    plot.set_yticks([])
    for tick in ticks:
        plot.axvline(tick, color=HAIR, linewidth=0.5, zorder=-1)
    return plot


def _block(page: Page, plot: Axes, block: Block, y: float) -> None:
    y += GAP + ROW / 2
    if block.heading:
        heading = page.say(LEFT, y, block.heading, weight="bold")
        if block.everyone is None:
            beside(page, heading, "not recorded in any woman analysed")
        else:
            _everyone(page, plot, block, y)
        y += ROW
    for bar in block.bars:
        page.say(LEFT + (1.5 if block.heading else 0), y, bar.label)
        page.say(COUNTS_X, y, bar.counts, ha="right")
        if bar.share is None or bar.low is None or bar.high is None:
            page.say(RIGHT, y, bar.said, ha="right", style="italic", color=QUIET)
        else:
            page.say(RIGHT, y, bar.said, ha="right")
            plot.plot([bar.low, bar.high], [y, y], color=ESTIMATE, linewidth=1.1, gid="interval")
            face = "white" if bar.hollow else ESTIMATE
            point = plot.plot(bar.share, y, "o", color=ESTIMATE, clip_on=False, gid="estimate")
            point[0].set(markerfacecolor=face, markersize=3.8)
        y += ROW


def _everyone(page: Page, plot: Axes, block: Block, y: float) -> None:
    """Say how many of all women of a block have the finding, and draw it as its line."""
    whole = block.everyone
    if whole is None or whole.share is None:
        return
    page.say(COUNTS_X, y, whole.counts, ha="right", color=QUIET)
    page.say(RIGHT, y, whole.said, ha="right", color=QUIET)
    ends = [y + ROW / 2, y + ROW / 2 + ROW * len(block.bars)]
    plot.plot([whole.share] * 2, ends, color=INK, linewidth=0.6, zorder=0, gid="everyone")
