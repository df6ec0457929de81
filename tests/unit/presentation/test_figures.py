"""Every figure of one column: its artists carry the estimates, its words say what is missing."""

import math

import numpy as np
import pandas as pd
import pytest

from plot_discrimination import plot_discrimination
from plot_distributions import plot_distributions
from plot_flow import plot_flow
from plot_prevalence import plot_prevalence
from schemas.estimates import write_estimates
from study.presentation.discrimination import performances, plot_performances
from study.presentation.distributions import histograms, plot_histograms
from study.presentation.flow import flow_of, plot_flow_diagram
from study.presentation.forest_column import plot_forest_column
from study.presentation.forest_lines import Line, forest_lines
from study.presentation.page import RIGHT, printed_width, wrapped
from study.presentation.prevalence import (
    plot_prevalence_blocks,
    prevalence_blocks,
    prevalence_notes,
)
from study.statistics.association import count_tables
from study.statistics.curves import list_calibration, list_roc
from study.statistics.descriptives import describe_baseline
from study.statistics.distributions import list_distributions
from study.statistics.model_checks import Limits, check_models, fit_all, measure_fit
from study.statistics.prevalence import list_prevalence
from tests.unit.presentation import literal_estimates as given
from tests.unit.statistics.women import women

SYNTHETIC = "Synthetic cohort reconstructed from printed counts"
FLOW = given.frame(
    "flow",
    [
        (0, "assessed", "Assessed for eligibility", 0, 0, 300),
        (1, "bilateral", "Synchronous bilateral cancer", 0, 300, 300),
        (2, "local_recurrence", "Local recurrence", 0, 0, 300),
        (3, "receptors_unknown", "Receptors unknown", 100, 7, 200),
        (4, "subtype_unknown", "Subtype unknown", 15, 0, 185),
        (5, "analysed", "Analysed", 0, 0, 185),
    ],
)


def estimates(analysis):
    """The tables that the figures draw, as the workflow computes them."""
    terms = pd.DataFrame(
        [("adjusted", "her2_status"), ("adjusted", "density")], columns=["model", "variable"]
    )
    references = {"her2_status": "negative", "density": "A"}
    outcome, variables = "microcalcifications", ["her2_status", "density"]
    models = fit_all(analysis, outcome, variables, terms, references, None)
    limits = Limits(0.95, 10, 5, 0.5, 10)
    fit, groups, _ = measure_fit(models, limits)
    return {
        "baseline": describe_baseline(analysis),
        "distributions": list_distributions(analysis),
        "prevalence": list_prevalence(count_tables(analysis), 0.95),
        "model_fit": fit,
        "roc": list_roc(models),
        "calibration": list_calibration(groups, 0.95),
        "checks": check_models(
            models, fit, analysis, outcome, {}, [], "her2_status", references, limits
        ),
        "flow": FLOW,
        "readings": given.DUKE_READINGS,
    }


STUDY = estimates(women())


def draw_flow(tables, synthetic=False):
    return plot_flow_diagram(
        flow_of(tables["flow"], tables["baseline"], given.MILAN_READINGS), "A cohort", synthetic
    )


def draw_prevalence(tables, synthetic=False):
    notes = prevalence_notes(tables["prevalence"], tables["checks"])
    blocks = prevalence_blocks(tables["prevalence"])
    return plot_prevalence_blocks(blocks, notes, "A cohort", synthetic, "95% CI")


def draw_discrimination(tables, synthetic=False):
    names = ("model_fit", "roc", "calibration", "checks")
    models = performances(*(tables[name] for name in names), "95% CI")
    return plot_performances(models, "A cohort", synthetic)


def draw_distributions(tables, synthetic=False):
    return plot_histograms(
        histograms(tables["distributions"], tables["baseline"]), "A cohort", synthetic
    )


def draw_odds_ratios(_, synthetic=False):
    lines = forest_lines(given.MILAN_UNIVARIABLE, given.MILAN_MULTIVARIABLE)
    return plot_forest_column(lines, "A cohort", synthetic, "95% CI")


FIGURES = [
    draw_flow,
    draw_prevalence,
    draw_discrimination,
    draw_distributions,
    draw_odds_ratios,
]


def texts(figure):
    return [text.get_text() for text in figure.axes[0].texts if text.get_text()]


def sentence(figure):
    return " ".join(texts(figure))


def drawn(figure, gid):
    """Return the points of the artists of one kind, panel by panel from above."""
    lines = [line for axes in figure.axes for line in axes.get_lines() if line.get_gid() == gid]
    return [np.asarray(line.get_xdata()).tolist() for line in lines]


@pytest.mark.parametrize("draw", FIGURES)
def test_a_figure_is_one_column_wide_and_its_smallest_text_can_be_read(draw):
    figure = draw(STUDY)
    assert figure.get_figwidth() * 25.4 == pytest.approx(85)
    sizes = [text.get_fontsize() for axes in figure.axes for text in axes.texts]
    sizes += [label.get_fontsize() for axes in figure.axes for label in axes.get_xticklabels()]
    assert min(sizes) >= 6.5


@pytest.mark.parametrize("draw", FIGURES)
def test_only_a_synthetic_cohort_is_marked_as_one(draw):
    assert SYNTHETIC in texts(draw(STUDY, synthetic=True))
    assert SYNTHETIC not in texts(draw(STUDY))


@pytest.mark.parametrize("draw", FIGURES)
def test_no_text_leaves_the_page_or_runs_into_another(draw):
    figure = draw(STUDY, synthetic=True)
    renderer = figure.canvas.get_renderer()
    figure.draw(renderer)
    written = [text for text in figure.axes[0].texts if text.get_text()]
    boxes = [text.get_window_extent(renderer) for text in written]
    page = figure.bbox
    for text, box in zip(written, boxes, strict=True):
        assert page.x0 <= box.x0, text.get_text()
        assert box.x1 <= page.x1, text.get_text()
        assert page.y0 <= box.y0, text.get_text()
        assert box.y1 <= page.y1, text.get_text()
    for place, one in enumerate(boxes):
        for other, text in zip(boxes[place + 1 :], written[place + 1 :], strict=True):
            wide = min(one.x1, other.x1) - max(one.x0, other.x0)
            high = min(one.y1, other.y1) - max(one.y0, other.y0)
            # boxes include the room of accents and descenders
            assert wide <= 0.5 or high <= 0.35 * one.height, (written[place], text)


def test_lines_are_broken_between_words_within_the_width():
    lines = wrapped("Diagnostic path cannot be reconstructed", 30)
    assert " ".join(lines) == "Diagnostic path cannot be reconstructed"
    assert len(lines) > 1
    assert max(printed_width(line) for line in lines) <= 30 < RIGHT
    assert wrapped("Unbreakableandfartoolongforthis", 5) == ["Unbreakableandfartoolongforthis"]


# Flow


def test_the_flow_has_a_box_for_each_criterion_that_excluded_and_notes_for_the_others():
    flow = flow_of(FLOW, STUDY["baseline"], given.MILAN_READINGS)
    assert flow.assessed == ["Assessed for eligibility", "n = 300"]
    assert [box.lines[0] for box in flow.exclusions] == ["Receptors unknown", "Subtype unknown"]
    assert flow.exclusions[0].lines[1:] == ["n = 100 excluded", "not assessable in 7"]
    assert [box.remaining for box in flow.exclusions] == ["n = 200", "n = 185"]
    assert flow.analysed == ["Analysed", "n = 185"]
    assert [box[-1] for box in flow.outcomes] == ["n = 36 (19.5%)", "n = 149 (80.5%)"]
    assert flow.notes == [
        "Applied, excluded nobody: Local recurrence.",
        "Not assessable in 300 women, so excluded nobody: Synchronous bilateral cancer.",
    ]


def test_the_flow_diagram_says_every_line_of_its_boxes():
    said = sentence(draw_flow(STUDY))
    for words in ("n = 300", "n = 100 excluded", "not assessable in 7", "n = 200", "n = 185"):
        assert words in said


def test_the_flow_says_below_which_absences_no_report_states():
    (note,) = set(flow_of(FLOW, STUDY["baseline"], given.DUKE_READINGS).notes) - set(
        flow_of(FLOW, STUDY["baseline"], given.MILAN_READINGS).notes
    )
    assert note.startswith("MC absent (228 women) includes 220 whose report does not mention")


def test_a_flow_that_ends_with_nobody_has_no_split():
    flow = FLOW.assign(remaining=[300, 300, 300, 200, 0, 0], excluded=[0, 0, 0, 100, 200, 0])
    nobody = {"flow": flow, "baseline": describe_baseline(women().head(0))}
    assert flow_of(flow, nobody["baseline"], given.MILAN_READINGS).outcomes == []
    assert "n = 0" in texts(draw_flow(nobody))


# Prevalence


def test_prevalence_is_drawn_where_the_estimates_are():
    figure = draw_prevalence(STUDY)
    rows = STUDY["prevalence"].query("table in ['mc_by_her2', 'mc_by_density']")
    everyone, groups = rows["row"].eq("(overall)"), rows["row"].ne("(overall)")
    her2 = rows[everyone & rows["table"].eq("mc_by_her2")]
    expected = pd.concat([her2, rows[groups]])
    assert drawn(figure, "estimate")[:7] == [[share] for share in expected["prevalence"]]
    assert drawn(figure, "interval")[:7] == expected[["ci_low", "ci_high"]].to_numpy().tolist()
    assert len(drawn(figure, "estimate")) == 7 + 8


def test_prevalence_says_its_numbers():
    said = texts(draw_prevalence(STUDY))
    assert {"15/55", "21/130", "36/185", "27.3 (17.3–40.2)", "% (95% CI)"} <= set(said)


def test_every_block_has_the_line_of_its_own_women():
    """Density unknown where there are no MC: the prevalence of the rest is higher."""
    analysis = women()
    without = analysis.index[analysis["microcalcifications"].eq("no")][:100]
    analysis.loc[without, "density"] = math.nan
    figure = draw_prevalence(estimates(analysis))
    shares = [36 / 185, 36 / 85, 36 / 85]
    assert drawn(figure, "everyone") == [[share, share] for share in shares]
    said = texts(figure)
    assert (said.count("36/85"), said.count("42.4")) == (2, 2)


def test_an_empty_density_says_no_women_and_an_absent_one_that_it_is_not_recorded():
    said = texts(draw_prevalence(estimates(women().query("density != 'D'"))))
    assert said.count("no women") == 3
    nothing = women().assign(density=pd.Series(math.nan, women().index, dtype="str"))
    said = texts(draw_prevalence(estimates(nothing)))
    assert said.count("not recorded in any woman analysed") == 2


def test_prevalence_says_where_missing_density_depends_on_the_outcome():
    analysis = women()
    analysis.loc[analysis["microcalcifications"].eq("yes"), "density"] = math.nan
    analysis.loc[analysis.index[:2], "density"] = "A"
    assert "Whether density A–D is missing depends on the outcome" in sentence(
        draw_prevalence(estimates(analysis))
    )


# Discrimination


def test_roc_and_calibration_are_drawn_where_the_estimates_are():
    figure = draw_discrimination(STUDY)
    roc = STUDY["roc"].query("model == 'adjusted'")
    groups = STUDY["calibration"].query("model == 'adjusted'")
    (curve,) = [
        line for axes in figure.axes for line in axes.get_lines() if line.get_gid() == "roc"
    ]
    assert list(curve.get_xdata()) == list(roc["one_minus_specificity"])
    assert list(curve.get_ydata()) == list(roc["sensitivity"])
    assert drawn(figure, "observed") == [[share] for share in groups["observed"]]
    assert drawn(figure, "interval") == groups[["ci_low", "ci_high"]].to_numpy().tolist()
    assert drawn(figure, "expected") == [[share] * 2 for share in groups["expected"]]


def test_discrimination_says_area_interval_n_events_and_group_sizes():
    figure = draw_discrimination(STUDY)
    fit = STUDY["model_fit"].set_index("model").loc["adjusted"]
    assert "n = 185, 36 with MC" in texts(figure)
    area = f"AUC {fit['auc']:.2f} (95% CI {fit['auc_low']:.2f}–{fit['auc_high']:.2f})"
    assert area in texts(figure)
    groups = STUDY["calibration"].query("model == 'adjusted'")
    sizes = [f"{row.events}/{row.n}" for row in groups.itertuples()]
    assert [text for text in texts(figure) if text in sizes] == sizes


def test_a_constant_outcome_is_said_in_words_by_every_figure():
    tables = estimates(women().assign(microcalcifications="no"))
    assert {"Not estimable", "No model was estimated."} <= set(texts(draw_discrimination(tables)))
    assert drawn(draw_discrimination(tables), "roc") == []
    assert "No woman has MC: nothing can be compared." in sentence(draw_prevalence(tables))
    assert "n = 0 (0.0%)" in texts(draw_flow(tables))
    assert drawn(draw_prevalence(tables), "estimate")[0] == [0]


def test_without_a_multivariable_model_the_figure_says_so():
    tables = STUDY | {"model_fit": STUDY["model_fit"].query("model != 'adjusted'")}
    assert "No multivariable model could be fitted." in texts(draw_discrimination(tables))


# Distributions


def test_bars_are_the_percentages_and_lines_the_quartiles():
    figure = draw_distributions(STUDY)
    bins = STUDY["distributions"]
    panels = [
        bins[bins["variable"].eq(variable) & bins["group"].eq(group)]
        for variable in ("age_years", "ki67_percent")
        for group in ("her2_positive", "her2_negative")
    ]
    for axes, expected in zip(figure.axes[1:], panels, strict=True):
        assert [bar.get_height() for bar in axes.patches] == list(expected["percent"])
        assert [bar.get_x() for bar in axes.patches] == list(expected["bin_low"])
    rows = STUDY["baseline"].set_index(["variable", "group"])
    age = rows.loc[("age_years", "her2_positive")]
    assert drawn(figure, "median")[0] == [age["median"]]
    assert drawn(figure, "quartiles")[0] == [age["q1"], age["q3"]]
    labels = {axes.get_xlabel() for axes in figure.axes}
    assert {"Age, years", "Ki-67 index, %"} <= labels
    known = rows.loc[("ki67_percent", "her2_positive")]
    assert f"n = {known['n']} ({known['missing']} unknown)" in texts(figure)


def test_a_cohort_without_ki67_says_so_and_has_no_empty_panel():
    figure = draw_distributions(estimates(women().assign(ki67_percent=math.nan)))
    assert "Ki-67 is not recorded in any woman analysed." in texts(figure)
    assert len(figure.axes) == 1 + 2


def test_a_group_without_women_and_a_cohort_without_ages_are_said_in_words():
    analysis = women().query("her2_status == 'negative'").reset_index(drop=True)
    figure = draw_distributions(estimates(analysis))
    assert texts(figure).count("no value known") == 2
    assert len(figure.axes) == 1 + 2
    nothing = estimates(women().assign(ki67_percent=math.nan, age_years=math.nan))
    said = texts(draw_distributions(nothing))
    assert "Age is not recorded in any woman analysed." in said


# Odds ratios


def test_the_narrow_forest_plot_has_the_estimates_and_words_of_the_wide_one():
    lines = forest_lines(given.DUKE_UNIVARIABLE, given.DUKE_MULTIVARIABLE)
    figure = plot_forest_column(lines, "Duke", False, "95% CI")
    known = [line for line in lines if isinstance(line, Line) and line.estimate is not None]
    assert drawn(figure, "estimate") == [[line.estimate] for line in known]
    assert drawn(figure, "interval") == [[line.low, line.high] for line in known]
    assert {"separated", "not converged", *(line.said for line in known)} <= set(texts(figure))


# Files


@pytest.mark.parametrize(
    ("plot", "inputs", "level"),
    [
        (plot_flow, ["flow", "baseline", "readings"], {}),
        (plot_prevalence, ["prevalence", "checks", "readings"], {"confidence_level": 0.95}),
        (
            plot_discrimination,
            ["model_fit", "roc", "calibration", "checks"],
            {"confidence_level": 0.95},
        ),
        (plot_distributions, ["distributions", "baseline"], {}),
    ],
)
def test_two_runs_write_the_same_three_files(tmp_path, plot, inputs, level):
    paths = {name: tmp_path / f"{name}.csv" for name in inputs}
    for name, path in paths.items():
        write_estimates(name, STUDY[name], path)
    written = []
    for run in ("first", "second"):
        files = {kind: tmp_path / f"{run}.{kind}" for kind in ("svg", "pdf", "png")}
        plot(**paths, **files, title="Milan", synthetic=True, **level)
        written.append([path.read_bytes() for path in files.values()])
    assert all(written[0])
    assert written[0] == written[1]
