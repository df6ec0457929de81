"""The output contract refuses what must not reach a reader."""

import pandas as pd
import pandera.errors
import pytest

from schemas.estimates import read_estimates, write_estimates

ROW = {
    "model": "adjusted",
    "variable": "her2_status",
    "level": "positive",
    "reference": "negative",
    "n": 185,
    "events": 36,
    "level_n": 55,
    "level_events": 15,
    "log_odds": 0.666,
    "std_error": 0.385,
    "odds_ratio": 1.946,
    "ci_low": 0.915,
    "ci_high": 4.142,
    "ci_method": "wald",
    "wald": 2.99,
    "df": 1,
    "p_value": 0.0839,
    "lr_p_value": 0.0886,
    "estimator": "ml",
    "status": "ok",
}


def table(**changes):
    return pd.DataFrame([{**ROW, **changes}])


def test_a_table_comes_back_as_it_was_written(tmp_path):
    write_estimates("multivariable", table(), tmp_path / "t.csv")
    back = read_estimates("multivariable", tmp_path / "t.csv")
    assert back.iloc[0].to_dict() == ROW


def test_an_empty_stratum_stays_missing(tmp_path):
    frame = pd.DataFrame(
        {
            "table": ["mc_by_her2"],
            "stratum": [None],
            "row": ["positive"],
            "column": ["yes"],
            "n": [15],
            "row_total": [55],
            "row_percent": [27.27],
        }
    )
    write_estimates("contingency", frame, tmp_path / "t.csv")
    assert read_estimates("contingency", tmp_path / "t.csv")["stratum"].isna().all()


@pytest.mark.parametrize(
    "changes",
    [
        {"log_odds": 26.0, "odds_ratio": 2e11},
        {"status": "separated"},
        {"p_value": 1.2},
        {"std_error": 0.0},
        {"estimator": "maximum likelihood"},
        {"n": -1},
    ],
    ids=[
        "huge",
        "estimate beside a failure",
        "p above one",
        "no spread",
        "unknown word",
        "negative",
    ],
)
def test_a_broken_promise_is_not_written(tmp_path, changes):
    with pytest.raises((pandera.errors.SchemaError, pandera.errors.SchemaErrors)):
        write_estimates("multivariable", table(**changes), tmp_path / "t.csv")
    assert not (tmp_path / "t.csv").exists()


def test_two_rows_of_one_key_are_not_written(tmp_path):
    with pytest.raises((pandera.errors.SchemaError, pandera.errors.SchemaErrors)):
        write_estimates("multivariable", pd.concat([table(), table()]), tmp_path / "t.csv")
