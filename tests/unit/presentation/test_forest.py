import matplotlib as mpl
import pytest

from plot_odds_ratios import plot_odds_ratios
from schemas.estimates import write_estimates
from study.presentation.forest import plot_forest
from study.presentation.forest_lines import Heading, Line, forest_lines
from tests.unit.presentation import literal_estimates as given

MILAN = forest_lines(given.MILAN_UNIVARIABLE, given.MILAN_MULTIVARIABLE)
DUKE = forest_lines(given.DUKE_UNIVARIABLE, given.DUKE_MULTIVARIABLE)


def drawn(figure, gid):
    """Return the x values of the artists of one kind, from top to bottom."""
    artists = [artist for artist in figure.axes[1].get_lines() if artist.get_gid() == gid]
    return [list(artist.get_xdata()) for artist in artists]


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_blocks_are_the_univariable_terms_and_every_model_with_its_n():
    headings = [(line.text, line.women) for line in MILAN if isinstance(line, Heading)]
    assert headings == [
        ("Univariable", "n = 185, 36 with MC"),
        ("Multivariable: screened", "n = 185, 36 with MC"),
        ("Multivariable: adjusted", "n = 185, 36 with MC"),
        ("Multivariable: all candidates", "n = 185, 36 with MC"),
    ]


def test_a_line_says_the_numbers_of_its_row():
    line = MILAN[1]
    assert (line.term, line.against) == ("HER2 positive", "vs negative")
    assert (line.level_counts, line.reference_counts) == ("15/55", "21/130")
    assert (line.said, line.p) == ("1.95 (0.91–4.14)", "0.084")


@pytest.mark.parametrize("lines", [MILAN, DUKE])
def test_squares_and_bars_lie_where_the_estimates_are(lines):
    known = [line for line in lines if isinstance(line, Line) and line.estimate is not None]
    figure = plot_forest(lines, "A cohort", False, "95% CI")
    assert drawn(figure, "estimate") == [[line.estimate] for line in known]
    assert drawn(figure, "interval") == [[line.low, line.high] for line in known]


def test_a_term_without_an_estimate_is_said_in_words_and_not_drawn():
    figure = plot_forest(DUKE, "Duke", False, "95% CI")
    assert any(text.startswith("separated") for text in texts(figure))
    assert "not converged" in texts(figure)


def test_the_p_value_of_a_separated_term_is_firths_and_named():
    said = texts(plot_forest(DUKE, "Duke", False, "95% CI"))
    assert "0.022" in said
    assert "separated; p: Firth’s LR" in said


def test_the_figure_says_interval_directions_and_synthetic_origin():
    said = texts(plot_forest(MILAN, "Milan", True, "90% CI"))
    for text in ("OR (90% CI)", "← fewer MC", "more MC →", "Milan"):
        assert text in said
    assert "Synthetic cohort reconstructed from printed counts" in said
    assert "Synthetic cohort reconstructed from printed counts" not in texts(
        plot_forest(DUKE, "Duke", False, "95% CI")
    )


def test_every_text_can_be_read_at_the_width_of_two_columns():
    figure = plot_forest(MILAN, "Milan", True, "95% CI")
    assert figure.get_figwidth() == pytest.approx(174 / 25.4)
    assert min(text.get_fontsize() for text in figure.axes[0].texts) >= 7


def test_no_text_runs_into_another_on_its_line():
    figure = plot_forest(MILAN, "Milan", True, "95% CI")
    with mpl.rc_context():
        renderer = figure.canvas.get_renderer()
        boxes = [text.get_window_extent(renderer) for text in figure.axes[0].texts]
    touching = [
        (one, other)
        for place, one in enumerate(boxes)
        for other in boxes[place + 1 :]
        if one.overlaps(other) and abs(one.y0 + one.height / 2 - other.y0 - other.height / 2) < 2
    ]
    assert touching == []


def test_an_interval_beyond_the_axis_ends_in_an_arrow():
    far = Line("Term", "vs other", "1/2", "1/9", 5.0, 0.01, 400.0, "5.00 (0.01–400)", "0.500")
    figure = plot_forest([far], "A cohort", False, "95% CI")
    markers = [line.get_marker() for line in figure.axes[1].get_lines()]
    assert "<" in markers
    assert ">" in markers


def test_two_runs_write_the_same_files_in_both_widths(tmp_path):
    write_estimates("univariable", given.MILAN_UNIVARIABLE, tmp_path / "univariable.csv")
    write_estimates("multivariable", given.MILAN_MULTIVARIABLE, tmp_path / "multivariable.csv")
    written = []
    for run in ("first", "second"):
        paths = {kind: tmp_path / f"{run}.{kind}" for kind in ("svg", "pdf", "png")}
        paths |= {f"{kind}_85mm": tmp_path / f"{run}_85mm.{kind}" for kind in ("svg", "pdf", "png")}
        plot_odds_ratios(
            univariable=tmp_path / "univariable.csv",
            multivariable=tmp_path / "multivariable.csv",
            title="Milan",
            synthetic=True,
            confidence_level=0.95,
            **paths,
        )
        written.append([path.read_bytes() for path in paths.values()])
    assert all(written[0])
    assert written[0] == written[1]
