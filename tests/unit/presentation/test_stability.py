"""What the table and the figure of stability say, from literal results of a resampling."""

import pandas as pd
import pytest

from plot_stability import plot_stability
from render_stability import render_stability as render_script
from schemas.resampling import RESAMPLING, write_resampling
from study.presentation.progress import progress_line
from study.presentation.stability import quote_stability, render_stability
from study.presentation.stability_plot import plot_stability_of
from study.presentation.stability_words import (
    METHODS,
    interval_text,
    nested_note,
    open_note,
    rule_notes,
)

NAN = float("nan")
HER2 = ["her2_status", "positive", "negative", 1.9464]
LUMINAL = ["luminal_b_her2_positive", "yes", "no", NAN]
HISTOLOGY = ["histology_group", "IDC", "other", NAN]
# term, method, inclusion, low, high, replicates, median, included, infinite, without, status,
# and the selection frequency, where it is not the inclusion
ROWS = [
    [HER2, "bootstrap_percentile", 1.0, 0.8065, 4.148, 9999, 1.844, 9999, 0, 0, "ok", 0.54],
    [HER2, "bootstrap_bca", 1.0, 0.9279, 47.578, 9999, 1.844, 9999, 0, 0, "ok"],
    [HER2, "bootstrap_conditional", 1.0, 0.8065, 4.148, 9999, 1.844, 9999, 0, 0, "ok"],
    [HER2, "null_bootstrap", 1.0, 0.4082, 1.971, 999, 1.043, 999, 0, 0, "ok", 0.24],
    [HER2, "jackknife_range", 1.0, 1.8167, 2.0438, 185, 1.9964, 185, 0, 0, "ok"],
    [LUMINAL, "bootstrap_percentile", 0.219, 1.0, NAN, 9999, 1.0, 2190, 480, 2, "open_high"],
    [LUMINAL, "bootstrap_bca", 0.219, NAN, NAN, 9999, 1.0, 2190, 480, 2, "undefined"],
    [LUMINAL, "bootstrap_conditional", 0.219, 0.4, NAN, 2190, 1.86, 2190, 480, 2, "open_high"],
    [LUMINAL, "null_bootstrap", 0.067, 1.0, 3.0228, 999, 1.0, 67, 14, 0, "ok"],
    [LUMINAL, "jackknife_range", 0.0, NAN, NAN, 185, NAN, 0, 0, 0, "never_included"],
    *[
        [HISTOLOGY, method, 0.0, NAN, NAN, 9999, NAN, 0, 0, 0, "never_included"]
        for method in METHODS
    ],
]
NAMES = [
    "method", "inclusion_frequency", "odds_ratio_low", "odds_ratio_high", "replicates",
    "odds_ratio_median", "included", "infinite", "without_value", "status",
]  # fmt: skip
TERM = ["variable", "level", "reference", "odds_ratio"]


def table_of(name, rows, columns):
    frame = pd.DataFrame(rows, columns=columns)
    return RESAMPLING[name].validate(frame[list(RESAMPLING[name].columns)])


def stability(rows=ROWS):
    flat = [
        [*term, *(one := rest[:10]), 185, 36, term is HER2, rest[10] if rest[10:] else one[1]]
        for term, *rest in rows
    ]
    names = [*TERM, *NAMES, "n", "events", "is_kept", "selection_frequency"]
    return table_of("stability", flat, names)


STABILITY = stability()
MODELS = table_of(
    "models",
    [
        ["her2_status", 5687, 0.5688, True],
        ["her2_status + luminal_b_her2_positive", 1509, 0.1509, False],
    ],
    list(RESAMPLING["models"].columns),
)
OPTIMISM = table_of(
    "optimism",
    [
        ["screened", "auc", 185, 36, 0.5741, 0.0361, 0.538, 0.0006, 0.034, 9999, 9999, 67, "ok"],
        ["screened", "calibration_slope", 185, 36, 1.0, 0.4908, 0.5092, 0.146, 0.36, 9999, 9995,
         67, "ok"],
    ],
    list(RESAMPLING["optimism"].columns),
)  # fmt: skip
ERRORS = table_of(
    "type_i_error",
    [
        ["exposure_refitted", "outcome_permuted", 185, 36, 0.05, 999, 31, 0.031, 0.022, 0.044,
         "wilson", 0, 0.0839, 0.085],
        ["any_candidate_screened", "outcome_permuted", 185, 36, 0.10, 999, 350, 0.35, 0.321, 0.38,
         "wilson", 0, 0.0839, 0.35],
        ["any_selected_refitted", "outcome_permuted", 185, 36, 0.05, 999, 173, 0.173, 0.151, 0.198,
         "wilson", 649, NAN, NAN],
    ],
    list(RESAMPLING["type_i_error"].columns),
)  # fmt: skip
FILES = {"stability": STABILITY, "models": MODELS, "optimism": OPTIMISM, "type_i_error": ERRORS}
RULE = {
    "exposure": "her2_status",
    "keep_exposure": True,
    "screening_alpha": 0.1,
    "screening_test": "wald",
}
ABOUT = {"model": "screened", "exposure": "her2_status", "confidence_level": 0.95}


def texts():
    table = render_stability(**FILES, notes=["A note."], **ABOUT)
    return [[cell.text for cell in row.cells] for row in table.rows], " ".join(table.notes)


def figure(of=STABILITY):
    return plot_stability_of(
        of, ["A note."], title="A cohort", subject="A subject", synthetic=True, interval="95% CI"
    )


def drawn(of, name):
    return [a for axes in of.axes for a in axes.get_children() if a.get_gid() == name]


def test_a_row_says_inclusion_by_draw_and_by_chance_and_every_interval():
    rows, _ = texts()
    assert rows[:3] == [
        ["HER2 positive vs negative", "54.0", "24.0", "1.95", "0.81–4.15", "0.93–47.58",
         "1.84 (0.81–4.15)", "1.82–2.04"],
        ["Luminal B HER2-positive vs other", "21.9", "6.7", "—", "1.00–open", "not defined",
         "1.86 (0.40–open)", "never included"],
        ["Histology IDC vs other", "0.0", "0.0", "—", *["never included"] * 4],
    ]  # fmt: skip


def test_models_performance_and_type_i_error_stand_in_blocks():
    rows, _ = texts()
    assert rows[5][:2] == ["HER2 status (the cohort’s model)", "56.9"]
    assert ["Calibration slope", "1.000", "0.360", "0.640", "—", "median", "9,995"] in [
        row[:7] for row in rows
    ]
    assert rows[-3][:6] == ["HER2 status p < 0.05 in the refit", "3.1", "2.2–4.4", "0.084", "0.085",
                            "999"]  # fmt: skip
    assert rows[-1][3:5] == ["—", "—"]


def test_the_notes_count_what_has_no_finite_estimate_and_say_what_is_no_interval():
    _, notes = texts()
    assert "Luminal B HER2-positive 480 (and 2 without any)" in notes
    assert "no confidence interval" in notes
    assert "BCa is not defined of what the screen may leave out" in notes
    assert "In 67 separated replicates Firth’s estimate" in notes
    assert "Calibration slope: 4 replicates have none." in notes
    assert "global null" in notes


def test_the_note_on_the_rule_says_screen_n_and_replicates():
    (said,) = rule_notes(STABILITY, model="screened", selects=True, **RULE)
    assert "p < 0.10, Wald test" in said
    assert "185 women, 36 with MC; 9,999 bootstrap and 999 permutation replicates" in said
    (fixed,) = rule_notes(STABILITY, model="adjusted", selects=False, **RULE)
    assert "the model “Adjusted”, whose terms are fixed" in fixed


def test_a_nested_term_is_said_to_change_what_her2_compares():
    assert "In the 21.9% of bootstrap replicates" in nested_note(STABILITY)[0]
    assert nested_note(stability([row for row in ROWS if row[0] is not LUMINAL])) == []
    assert open_note(stability([row for row in ROWS if row[0] is HER2])) == []


@pytest.mark.parametrize(
    ("low", "high", "status", "said"),
    [
        (0.5, 2.0, "ok", "0.50–2.00"),
        (NAN, 2.0, "open_low", "open–2.00"),
        (NAN, NAN, "open_both", "open"),
        (NAN, NAN, "too_few_replicates", "too few replicates"),
    ],
)
def test_an_open_bound_is_a_word(low, high, status, said):
    row = pd.Series({"odds_ratio_low": low, "odds_ratio_high": high, "status": status})
    assert interval_text(row) == said


def test_a_bound_that_contradicts_its_status_is_refused():
    broken = STABILITY.assign(status="open_low")
    with pytest.raises(Exception, match="a bound is empty where the status says so"):
        RESAMPLING["stability"].validate(broken)


def test_a_caption_quotes_what_the_table_prints():
    quoted = quote_stability(**FILES, notes=["A note."], **ABOUT)
    assert quoted["chosen"] == "56.9"
    assert quoted["terms"][1] == {
        "term": "Luminal B HER2-positive vs other", "kept": False, "passes": "21.9",
        "by_chance": "6.7",
        "percentile": "1.00–open", "bca": "not defined",
    }  # fmt: skip
    assert quoted["performance"][0]["corrected"] == "0.538"
    assert quoted["errors"][1]["rejected"] == "35.0"


# the figure


def test_bars_are_inclusion_and_intervals_the_bounds_or_the_edge_of_the_axis():
    shown = figure()
    assert [bar.get_width() for bar in drawn(shown, "passes")] == [
        0.54, 0.24, 1, 0.219, 0.067, 0
    ]  # fmt: skip
    (her2, luminal) = drawn(shown, "bootstrap_percentile")
    assert list(her2.get_xdata()) == [0.8065, 4.148]
    right = shown.axes[2].get_xlim()[1]
    assert list(luminal.get_xdata()) == [1.0, right]
    (line,) = drawn(shown, "cohort")
    assert list(line.get_xdata()) == [1.9464] * 2
    # two open bounds, and BCa beyond the axis
    assert len(drawn(shown, "beyond")) == 3


def test_methods_differ_in_form_as_well_as_in_colour():
    marks = [mark.get_marker() for mark in drawn(figure(), "median")]
    assert set(marks) == {"s", "D", "o", "^"}


def test_what_is_never_included_takes_one_line_and_says_so():
    words = [text.get_text() for text in figure().axes[0].texts]
    assert words.count("never included in any replicate") == 1
    assert words.count("never included") == 1
    for text in ("Bootstrap, BCa", "not defined", "1.00–open", "21.9", "A note."):
        assert text in words


def test_the_figure_is_two_columns_wide_and_words_stay_on_it():
    shown = figure()
    assert shown.get_size_inches()[0] * 25.4 == pytest.approx(174)
    shown.draw_without_rendering()
    paper = shown.axes[0]
    for text in paper.texts:
        box = text.get_window_extent().transformed(paper.transData.inverted())
        assert box.x0 > 1.5, text.get_text()
        assert box.x1 < 172.5, text.get_text()


def test_the_scripts_write_every_format(tmp_path):
    paths = {name: tmp_path / f"{name}.csv" for name in FILES}
    for name, frame in FILES.items():
        write_resampling(name, frame, paths[name])
    common = {
        "title": "Milan", "synthetic": True, "model": "screened", "rule": RULE,
        "terms": {"screened": "selected"}, "confidence_level": 0.95,
    }  # fmt: skip
    files = {kind: tmp_path / f"figure.{kind}" for kind in ("svg", "pdf", "png")}
    plot_stability(**common, stability=paths["stability"], **files)
    assert all(file.stat().st_size > 1000 for file in files.values())
    html, csv, quotes = (tmp_path / f"table.{kind}" for kind in ("html", "csv", "json"))
    render_script(
        **common, resampled=paths, html=html, csv=csv, quotes=quotes, assumed_note="Invented."
    )
    for file in (html, csv):
        assert "Invented." in file.read_text(encoding="utf-8")
    assert "21.9" in quotes.read_text(encoding="utf-8")


def test_progress_says_how_far_and_how_long():
    assert progress_line("bootstrap", 2000, 10000, 4.0) == (
        "bootstrap: 2,000 of 10,000 replicates, 4.0 s, about 16 s to go"
    )
    assert progress_line("bootstrap", 10000, 10000, 20.0) == (
        "bootstrap: 10,000 of 10,000 replicates, 20.0 s"
    )
