"""What validation would say about a workbook, in a few lines."""

from collections.abc import Sequence

from study.problems import Problem


def outlook(problems: Sequence[Problem], most: int = 12) -> list[str]:
    """Return one line for each field and kind of problem, errors first, then the most frequent.

    Each names the first cell, so that it can be looked at.
    """
    kinds: dict[tuple[str, str, str], list[Problem]] = {}
    for problem in problems:
        kinds.setdefault((problem.severity, problem.field, problem.rule), []).append(problem)
    ordered = sorted(kinds.items(), key=lambda item: (item[0][0], -len(item[1]), item[0]))
    lines = [_line(found) for _, found in ordered[:most]]
    return [*lines, f"… and {len(ordered) - most} more kinds."] if len(ordered) > most else lines


def _line(found: Sequence[Problem]) -> str:
    first = found[0]
    if len(found) == 1:
        return f"{first.severity}: {first.sentence()}"
    value = f" '{first.value}'" if first.value else ""
    return (
        f"{first.severity}: {first.field}, {len(found)} cells: {first.rule} "
        f"The first is {first.address}{value}. {first.remedy}"
    )
