"""What the file of the sensitivity analysis says of dimensions and options, held against them.

Imported by the workflow: nothing heavy may be imported here.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from schemas.document import hint


def with_definitions(schema: Mapping[str, Any], decisions: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of the file with the `$defs` of the primary decisions' schema in it.

    An option says some of the keys of `derivation`, which has to have them all.
    """
    own = dict(decisions["$defs"])
    own["derivation"] = {k: v for k, v in own["derivation"].items() if k != "required"}
    return {**schema, "$defs": {**own, **schema["$defs"]}}


def choice_problems(document: Mapping[str, Any], name: str) -> list[str]:
    """Return every dimension or option that is named but not listed, with the nearest that is.

    Parameters
    ----------
    document : mapping
        The file, valid by ``sensitivity.schema.yaml``.
    name : str
        What it is called in the messages.

    Returns
    -------
    list of str
        Empty where constraints and ``only_alone`` name what `dimensions` lists.
    """
    dimensions = document["dimensions"]
    return [
        f"{name}: {place}: {problem}"
        for place, dimension, option in _choices(document)
        if (problem := _unknown(dimension, option, dimensions))
    ]


def _choices(document: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    for number, constraint in enumerate(document["constraints"], start=1):
        for part in ("when", "hold"):
            for dimension, option in constraint[part].items():
                yield f"constraint {number}, `{part}`", dimension, option
    for dimension, options in document["only_alone"].items():
        for option in options:
            yield "only_alone", dimension, option


def _unknown(dimension: str, option: str, dimensions: Mapping[str, Mapping[str, Any]]) -> str:
    if dimension not in dimensions:
        return f"there is no dimension '{dimension}'. {hint(dimension, dimensions, 'Known')}"
    own = dimensions[dimension]
    if option not in own:
        return f"{dimension} has no option '{option}'. {hint(option, own, 'Known')}"
    return ""
