"""What the table and the figure of other definitions say, from literal estimates."""

import pandas as pd
import pytest

from plot_reclassification import plot_reclassification
from render_reclassification import render_reclassification as render_script
from schemas.estimates import ESTIMATES, write_estimates
from study.presentation.definitions import (
    assumed_sentence,
    class_label,
    coverage,
    decisions_in_words,
    definition_title,
    kappa_text,
    primary_sentence,
)
from study.presentation.page import printed_width
from study.presentation.reclassification import (
    NO_ALTERNATIVE,
    quote_reclassification,
    render_reclassification,
)
from study.presentation.reclassification_lines import Heading, Line, reclassification_lines
from study.presentation.reclassification_plot import plot_reclassified
from study.presentation.render import to_csv
from study.statistics.redefinition import FINDINGS

NAN = float("nan")
COLUMNS = [
    "definition", "fact", "decisions", "findings", "with_findings", "women", "moved", "entered",
    "left", "kappa", "n", "events", "log_odds", "std_error", "odds_ratio", "ci_low", "ci_high",
    "p_value", "status",
]  # fmt: skip
OK = [0.667, 0.385, 1.9464, 0.9147, 4.142, 0.0839, "ok"]
STAINED = "her2_ihc; her2_ish; her2_ratio"
HER2 = {"variable": "her2_status", "level": "positive", "reference": "negative"}
PRIMARY = ["primary", "her2_status",
           "her2_edition: reference_study; er_positive_from_percent: 1; ki67_high_from_percent: 20",
           None, None, 185, 0, 0, 0, 1.0, 185, 36, *OK]  # fmt: skip
BY_2018 = ["her2_2018", "her2_status", "her2_edition: asco_cap_2018", STAINED, 187, 187, 9, 2, 5,
           0.9512, 182, 35, 0.095, 0.4, 1.1, 0.05, 20.0, 0.812, "ok"]  # fmt: skip
BY_2013 = ["her2_2013", "her2_status", "her2_edition: asco_cap_2013", STAINED, 0, 185, 0, 0, 0,
           1.0, 185, 36, *OK]  # fmt: skip
BY_KI67 = ["ki67_14", "subtype", "ki67_high_from_percent: 14", "ki67_percent", 40, 185, 53, 0, 0,
           0.5802, 185, 36, *[NAN] * 6, "separated"]  # fmt: skip


def models(*rows, exposure=HER2):
    frame = pd.DataFrame(rows or [PRIMARY, BY_2018, BY_2013, BY_KI67], columns=COLUMNS)
    columns = list(ESTIMATES["reclassification_models"].columns)
    return ESTIMATES["reclassification_models"].validate(frame.assign(**exposure)[columns])


MODELS = models()
CELLS = [
    ("primary", "positive", "positive", 55),
    ("her2_2018", "positive", "positive", 50),
    ("her2_2018", "positive", "unresolved", 5),
    ("her2_2018", "unknown", "negative", 4),
    ("her2_2018", "negative", "negative", 128),
    ("her2_2013", "positive", "positive", 55),
    ("ki67_14", "luminal_a", "luminal_b_her2_negative", 53),
    ("ki67_14", "luminal_a", "luminal_a", 73),
]
CROSSED = pd.DataFrame(
    CELLS, columns=["definition", "primary_level", "alternative_level", "n"]
).merge(MODELS[["definition", "kappa", "odds_ratio", "ci_low", "ci_high", "p_value"]])
ABOUT = {"exposure": "her2_status", "reference": "negative", "confidence_level": 0.95}
MILAN = ["er_percent", "pr_percent", "her2_ihc", "her2_ish", "ki67_percent"]
REFUSED = (
    "HER2 IHC, HER2 ISH and Ki-67 of this cohort are assumed: nothing follows from this table "
    "about cut-offs or editions."
)


def table(of=MODELS):
    return render_reclassification(CROSSED, of, **ABOUT)


def texts_of(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def figure(of=MODELS, notes=("A note.",), refusal=(REFUSED,)):
    return plot_reclassified(
        reclassification_lines(of), notes, refusal,
        title="A cohort", subject="A subject", synthetic=True, interval="95% CI",
    )  # fmt: skip


def drawn(figure, name):
    return [a for axes in figure.axes for a in axes.get_children() if a.get_gid() == name]


def said(figure):
    return [text.get_text() for text in figure.axes[0].texts]


def test_a_block_shows_who_moves_from_where_to_where_and_not_the_diagonal():
    assert texts_of(table()) == [
        ["Primary definition", "", "", "36/185", "1.95 (0.91–4.14)", "0.084"],
        ["HER2 by ASCO/CAP 2018/2023", "9/187", "0.95", "35/182", "1.10 (0.05–20.00)", "0.812"],
        ["Positive → Unresolved", "5", "", "", "", ""],
        ["Unknown → Negative", "4", "", "", "", ""],
        ["No longer analysed", "5", "", "", "", ""],
        ["Newly analysed", "2", "", "", "", ""],
        ["HER2 by ASCO/CAP 2013", "0/185", "—", "36/185", "1.95 (0.91–4.14)", "0.084"],
        ["Changes nobody: no HER2 IHC or ISH is recorded", "", "", "", "", ""],
        ["Ki-67 high from 14%", "53/185", "0.58", "36/185", "separated", "—"],
        ["Ki-67 recorded in 40 of 185 women", "", "", "", "", ""],
        ["Luminal A → Luminal B, HER2-negative", "53", "", "", "", ""],
    ]  # fmt: skip


def test_the_notes_say_what_the_primary_definition_is_whom_it_counts_and_which_test_it_was():
    notes = " ".join(table().notes)
    assert "Primary definition: HER2 by the reference study, ER ≥ 1%, Ki-67 high from 20%." in notes
    assert "analysed under the primary definition or under this one" in notes
    assert "Cohen’s, unweighted" in notes
    assert "no test compares their odds ratios" in notes
    assert "Wald intervals. All tests are two-sided; significance level 0.05." in notes
    assert table().columns[-1].detail == "Wald"
    assert table().columns[4].detail == "(95% CI)"


def test_that_the_subtype_does_not_touch_the_odds_ratio_is_said_only_where_it_is_so():
    def told(of, exposure="her2_status"):
        about = {**ABOUT, "exposure": exposure}
        notes = render_reclassification(CROSSED, of, **about).notes
        return any("leaves HER2 status as it is" in note for note in notes)

    assert told(MODELS)
    assert not told(models(PRIMARY, BY_2018))
    assert not told(MODELS, "luminal_b_her2_positive")


def test_without_other_definitions_the_table_says_so():
    alone = table(models(PRIMARY))
    assert len(alone.rows) == 1
    assert NO_ALTERNATIVE in alone.notes
    assert NO_ALTERNATIVE not in table().notes


def test_an_exposure_of_several_levels_has_no_single_odds_ratio():
    overall = [*PRIMARY[:12], *[NAN] * 5, 0.4476, "ok"]
    density = {"variable": "density", "level": "(overall)", "reference": "A"}
    assert texts_of(table(models(overall, exposure=density)))[0][4:] == [
        "no single odds ratio", "0.448",
    ]  # fmt: skip


def test_the_csv_of_a_page_without_number_has_none():
    text = to_csv(table(), "Milan", synthetic=False, assumed_note="")
    assert "\nOther definitions: " in text.replace('"', "")
    assert "None" not in text


def test_conclusions_are_refused_for_the_assumed_findings_that_are_read():
    assert assumed_sentence(MODELS, MILAN, "table") == (REFUSED,)
    assert assumed_sentence(MODELS, ["ki67_percent"], "figure") == (
        "Ki-67 of this cohort is assumed: nothing follows from this figure about cut-offs or "
        "editions.",
    )


@pytest.mark.parametrize("assumed", [[], ["er_percent", "density_percent"]])
def test_what_is_not_assumed_or_not_read_refuses_nothing(assumed):
    assert assumed_sentence(MODELS, assumed, "table") == ()


def test_a_caption_quotes_what_the_table_prints():
    quotes = quote_reclassification(MODELS, assumed=MILAN, **ABOUT)
    assert quotes["comparison"] == "HER2 positive against negative"
    assert quotes["definitions"][1] == {
        "title": "HER2 by ASCO/CAP 2018/2023", "moved": "9/187", "kappa": "0.95", "coverage": "",
        "n": 182, "events": 35, "odds_ratio": "1.10 (0.05–20.00)", "p": "0.812",
    }  # fmt: skip
    assert quotes["notes"][-1] == REFUSED.replace("table", "result")


def test_every_rule_has_words():
    for rule in FINDINGS:
        value = "recorded" if rule.startswith("precedence") else "10"
        assert decisions_in_words(f"{rule}: {value}") not in ("", rule)


def test_several_rules_make_one_title_and_an_unnamed_edition_keeps_its_words():
    row = pd.Series(
        {"definition": "x", "decisions": "ki67_high_from_percent: 14; her2_edition: a_b"}
    )
    assert definition_title(row) == "Ki-67 high from 14%, HER2 by a b"


def test_a_kappa_below_one_is_not_printed_as_one():
    row = MODELS.iloc[1]
    assert kappa_text(row.replace(0.9512, 0.9996)) == ">0.99"
    assert kappa_text(row.replace(0.9512, 1.0)) == "1.00"
    assert kappa_text(row.replace(0.9512, NAN)) == "—"


def test_women_moved_without_any_percentage_are_not_said_to_stay():
    row = MODELS.iloc[3].copy()
    row["with_findings"] = 0
    assert coverage(row) == "no Ki-67 is recorded"
    assert kappa_text(row) == "0.58"


def test_undecided_classes_have_names():
    assert class_label("subtype", "unknown") == "Unknown"
    assert class_label("subtype", "triple_negative") == "Triple negative"


def test_of_the_primary_alone_nothing_is_said_to_be_decided():
    assert primary_sentence(models([*PRIMARY[:2], None, *PRIMARY[3:]])) == ()


# the figure


def test_the_lines_stand_under_the_fact_that_they_change():
    lines = reclassification_lines(MODELS)
    assert [line.text if isinstance(line, Heading) else line.title for line in lines] == [
        "Primary definition",
        "Other definitions of HER2 status",
        "HER2 by ASCO/CAP 2018/2023",
        "HER2 by ASCO/CAP 2013",
        "Other definitions of subtype",
        "Ki-67 high from 14%",
    ]
    assert [line.primary for line in lines if isinstance(line, Line)] == [True, False, False, False]


def test_the_bars_are_the_women_who_move():
    assert [bar.get_width() for bar in drawn(figure(), "moved")] == [9 / 187, 0, 53 / 185]
    assert figure().axes[1].get_xlim() == (0, 0.5)


def test_the_intervals_and_the_line_of_the_primary_are_the_estimates():
    artists = drawn(figure(), "interval")
    assert [line.get_xdata().tolist() for line in artists] == [
        [0.9147, 4.142], [0.05, 20], [0.9147, 4.142],
    ]  # fmt: skip
    assert [mark.get_xdata()[0] for mark in drawn(figure(), "estimate")] == [1.9464, 1.1, 1.9464]
    (line,) = drawn(figure(), "primary")
    assert list(line.get_xdata()) == [1.9464, 1.9464]


def test_the_primary_differs_in_form_as_well_as_in_colour():
    first, *others = drawn(figure(), "estimate")
    assert first.get_marker() not in {mark.get_marker() for mark in others}
    assert first.get_color() not in {mark.get_color() for mark in others}


def test_the_figure_says_n_kappa_test_interval_and_what_must_not_be_concluded():
    words = said(figure())
    for text in ("9/187", "0.95", "35/182", "separated", "p (Wald)", "OR (95% CI)", "A note."):
        assert text in words
    assert " ".join(words).count("nothing follows from this table") == 1
    assert "changes nobody: no HER2 IHC or ISH is recorded" in words
    (refused,) = [text for text in figure().axes[0].texts if text.get_text() == REFUSED]
    (note,) = [text for text in figure().axes[0].texts if text.get_text() == "A note."]
    assert refused.get_color() != note.get_color()


def test_where_the_primary_has_no_estimate_no_line_is_drawn():
    nothing = models([*PRIMARY[:12], *[NAN] * 6, "not_estimable"], BY_KI67)
    assert drawn(figure(nothing), "primary") == []
    assert "not estimable" in said(figure(nothing))


def test_the_figure_is_two_columns_wide_and_words_stay_on_it():
    drawn_figure = figure()
    width = drawn_figure.get_size_inches()[0] * 25.4
    assert width == pytest.approx(174)
    drawn_figure.draw_without_rendering()
    paper = drawn_figure.axes[0]
    for text in paper.texts:
        box = text.get_window_extent().transformed(paper.transData.inverted())
        assert box.x0 > 1.5, text.get_text()
        assert box.x1 < 172.5, text.get_text()


def test_no_number_touches_its_neighbour_at_four_digits():
    """A cohort of thousands: columns are right-aligned, each as wide as its widest text."""
    starts = {"1234/5678": (78.0, 64.0), "0.95": (88.5, 78.0), "1239/5671": (102.5, 88.5)}
    for text, (right, before) in starts.items():
        assert right - printed_width(text) > before, text


def test_the_scripts_write_every_format_and_the_refusal(tmp_path):
    write_estimates("reclassification", CROSSED, tmp_path / "crossed.csv")
    write_estimates("reclassification_models", MODELS, tmp_path / "models.csv")
    common = {
        "models": tmp_path / "models.csv", "title": "Milan", "synthetic": True,
        "assumed_findings": MILAN, "exposure": "her2_status",
        "references": {"her2_status": "negative"}, "confidence_level": 0.95,
    }  # fmt: skip
    files = {kind: tmp_path / f"figure.{kind}" for kind in ("svg", "pdf", "png")}
    plot_reclassification(**common, **files)
    assert all(file.stat().st_size > 1000 for file in files.values())
    html, csv, quotes = (tmp_path / f"table.{kind}" for kind in ("html", "csv", "json"))
    render_script(
        **common, reclassification=tmp_path / "crossed.csv", html=html, csv=csv, quotes=quotes,
        assumed_note="All is invented.",
    )  # fmt: skip
    for file in (html, csv):
        assert f"{REFUSED} All is invented." in file.read_text(encoding="utf-8")
    assert REFUSED.replace("table", "result") in quotes.read_text(encoding="utf-8")
