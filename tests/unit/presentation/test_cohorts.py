"""What the table and the forest plot of the cohorts say."""

import pandas as pd
import pytest

from study.presentation.cohort_forest import plot_cohort_forest
from study.presentation.cohort_lines import axis_ticks, cohort_lines
from study.presentation.cohorts import comparison, quote_cohorts, render_cohorts
from study.presentation.render import to_html

NAN = float("nan")
COLUMNS = ["cohort", "synthetic", "n", "events", "odds_ratio", "ci_low", "ci_high", "weight"]
POOLED = pd.DataFrame(
    [
        ["milan", True, 185, 36, 1.95, 0.91, 4.14, NAN],
        ["duke", False, 271, 60, 1.2345, 0.65, 2.36, 0.25],
        ["verona", False, 812, 301, 2.12, 1.52, 2.95, 0.75],
        ["porto", False, 60, 9, NAN, NAN, NAN, NAN],
        ["random_effects", False, 1083, 361, 1.74, 0.04, 47.1, 1.0],
    ],
    columns=COLUMNS,
).astype({"n": "Int64", "events": "Int64"})
FOUND = pd.DataFrame(
    [
        {
            "k": 2,
            "tau2": 0.0769,
            "i2": 52.74,
            "q": 2.116,
            "df": 1,
            "p_value": 0.1458,
            "prediction_low": 0.0139,
            "prediction_high": 217.2,
            "status": "ok",
            "note": "Left out: milan (synthetic), porto (separated).",
        }
    ]
)
LEFT_OUT = pd.DataFrame({"cohort": ["milan", "porto"], "reason": ["synthetic", "separated"]})

EMPTY = POOLED.iloc[[0, 1, 4]].assign(weight=NAN).reset_index(drop=True)
EMPTY.loc[2, ["n", "events", "odds_ratio", "ci_low", "ci_high"]] = pd.NA
NOTHING = FOUND.assign(status="not_estimable", note="Nothing to summarise: …", prediction_low=NAN)

COMPARED = {"model": "univariable", "exposure": "her2_status", "reference": "negative"}


def table(cohorts=POOLED, found=FOUND, left_out=LEFT_OUT):
    return render_cohorts(cohorts, found, left_out, **COMPARED, confidence_level=0.95)


def figure(cohorts=POOLED, found=FOUND, left_out=LEFT_OUT):
    lines = cohort_lines(cohorts, left_out)
    return plot_cohort_forest(lines, found.iloc[0], **COMPARED, confidence_level=0.95)


def drawn(figure, name):
    return [artist for artist in figure.axes[1].get_children() if artist.get_gid() == name]


def said(figure):
    return " ".join(text.get_text() for text in figure.axes[0].texts)


def test_the_table_has_one_row_per_cohort_and_the_summary_last():
    assert [[cell.text for cell in row.cells] for row in table().rows] == [
        ["milan (synthetic, not pooled)", "185", "36", "1.95 (0.91–4.14)", "—"],
        ["duke", "271", "60", "1.23 (0.65–2.36)", "25.0"],
        ["verona", "812", "301", "2.12 (1.52–2.95)", "75.0"],
        ["porto", "60", "9", "— separated", "—"],
        ["Random effects", "1083", "361", "1.74 (0.04–47.10)", "100.0"],
    ]


def test_the_notes_tell_the_heterogeneity_and_who_was_left_out():
    notes = table().notes
    assert notes[1] == (
        "τ² = 0.077; I² = 52.7%; Q = 2.12 (1 df), p = 0.146; 95% prediction interval 0.01–217 "
        "(t with k − 1 = 1 df)."
    )
    assert notes[2] == "Left out: milan (synthetic), porto (separated)."


def test_without_summary_the_table_says_so_and_prints_no_heterogeneity():
    empty = table(EMPTY, NOTHING, LEFT_OUT.iloc[:1])
    assert [cell.text for cell in empty.rows[-1].cells] == [
        "Random effects", "—", "—", "nothing to summarise", "—",
    ]  # fmt: skip
    assert empty.notes[1] == "Nothing to summarise: …"
    assert "τ²" not in " ".join(empty.notes)


def test_a_caption_quotes_what_the_table_prints():
    said = quote_cohorts(table())
    assert said["title"].endswith("HER2 positive against negative, by cohort")
    assert said["interval"] == "(95% CI)"
    assert said["cohorts"][1] == {
        "cohort": "duke", "n": "271", "events": "60", "odds_ratio": "1.23 (0.65–2.36)",
    }  # fmt: skip
    assert said["cohorts"][-1]["odds_ratio"] == "1.74 (0.04–47.10)"
    assert said["notes"] == list(table().notes[:-1])


def test_the_page_marks_the_synthetic_cohort():
    page = to_html(table(), "milan, duke", synthetic=False, assumed_note="")
    assert "milan (synthetic, not pooled)" in page
    assert "HER2 positive against negative" in page


@pytest.mark.parametrize(
    ("exposure", "reference", "words"),
    [
        ("her2_status", "negative", "HER2 positive against negative"),
        ("density_group", "A-B", "Density C–D against A–B"),
    ],
)
def test_the_comparison_is_said_in_words(exposure, reference, words):
    assert comparison(exposure, reference) == words


def test_the_plot_draws_every_estimate_as_it_stands():
    intervals = [line.get_xdata().tolist() for line in drawn(figure(), "interval")]
    assert intervals == [[0.91, 4.14], [0.65, 2.36], [1.52, 2.95]]
    assert [mark.get_xdata()[0] for mark in drawn(figure(), "cohort")] == [1.2345, 2.12]
    assert drawn(figure(), "prediction")[0].get_xdata().tolist() == [0.0139, 217.2]


def test_a_synthetic_cohort_is_hollow_and_named_and_a_real_one_filled():
    (milan,) = drawn(figure(), "synthetic")
    duke, verona = drawn(figure(), "cohort")
    assert milan.get_xdata()[0] == 1.95
    assert milan.get_markerfacecolor() == "white"
    assert duke.get_markerfacecolor() == duke.get_color() != "white"
    assert verona.get_markersize() ** 2 == pytest.approx(3 * duke.get_markersize() ** 2)
    assert "milan (synthetic, not pooled)" in said(figure())


def test_without_summary_the_plot_has_no_diamond_and_says_why():
    empty = figure(EMPTY, NOTHING, LEFT_OUT.iloc[:1])
    assert drawn(empty, "summary") == drawn(empty, "prediction") == []
    assert len(drawn(figure(), "summary")) == 1
    assert "Nothing to summarise: …" in said(empty)


def test_without_prediction_interval_neither_table_nor_plot_speaks_of_one():
    two = FOUND.assign(prediction_low=NAN, prediction_high=NAN)
    assert table(found=two).notes[1].endswith("p = 0.146.")
    assert drawn(figure(found=two), "prediction") == []
    assert "prediction" not in said(figure(found=two))


def test_on_a_long_axis_every_second_tick_is_labelled():
    wide = POOLED.assign(ci_low=[0.91, 0.05, 1.52, NAN, 0.04], ci_high=[4.14, 20, 2.95, NAN, 47.1])
    labels = [tick.get_text() for tick in figure(wide).axes[1].get_xticklabels()]
    assert labels == ["0.0625", "", "0.25", "", "1", "", "4", "", "16"]


def test_the_axis_holds_every_cohort_but_not_a_summary_over_many_decades():
    assert axis_ticks(cohort_lines(POOLED, LEFT_OUT)) == [0.5, 1, 2, 4, 8]
    assert axis_ticks(cohort_lines(EMPTY.iloc[[2]], LEFT_OUT)) == [0.5, 1, 2]
