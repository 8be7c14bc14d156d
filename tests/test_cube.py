"""A long table becomes an array by its labels, whatever the number of its dims."""

import pandas as pd
import pytest

from popmodel.files.tables import cube
from popmodel.schema import SchemaError


def test_one_axis() -> None:
    table = pd.DataFrame({"feature": ["b", "a"], "value": ["2", "1"]})
    assert cube(table, {"feature": ["a", "b"]}, "value", file="t.csv").tolist() == [1.0, 2.0]
    with pytest.raises(SchemaError, match=r"t\.csv.*no row for mean\b"):
        cube(table, {"feature": ["a", "mean"]}, "value", file="t.csv")


def test_two_axes() -> None:
    table = pd.DataFrame({"sex": ["male", "female"], "age": [0, 0], "value": [2.0, 1.0]})
    assert cube(table, {"sex": ["female", "male"], "age": [0]}, "value", file="t.csv").tolist() == [[1.0], [2.0]]
    with pytest.raises(SchemaError, match="no row for female 1, male 1"):
        cube(table, {"sex": ["female", "male"], "age": [0, 1]}, "value", file="t.csv")
