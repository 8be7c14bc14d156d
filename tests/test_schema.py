import pickle

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from popmodel.files.columns import check_table
from popmodel.kernel import KernelError
from popmodel.schema import (
    Column,
    Fault,
    PopmodelError,
    SchemaError,
    age_bounds,
    age_edges,
    check,
    check_labels,
    convert,
    fault_texts,
    near,
)


def test_the_package_has_one_root_error() -> None:
    assert issubclass(SchemaError, PopmodelError)
    assert issubclass(KernelError, PopmodelError)
    assert issubclass(PopmodelError, ValueError)


def test_near_names_what_is_like_it() -> None:
    assert near("brths", ["births", "deaths"]) == " Did you mean births?"
    assert near(["brths", "deths"], ["births", "deaths"]) == " Did you mean births or deaths?"
    assert near("BIRTHS", ["births"]) == " Did you mean births?"
    assert near("xyz", ["births"]) == ""
    assert near(3303, [3302, "births"]) == " Did you mean 3302?"
    with pytest.raises(SchemaError, match="unit 'person' is not declared.* Did you mean persons or"):
        convert(1.0, "person", "percent")


def test_convert_keeps_the_quantity() -> None:
    assert convert(9_761_000, "persons", "10k_persons") == pytest.approx(976.1)
    assert convert(0.747, "1", "percent") == pytest.approx(74.7)
    with pytest.raises(SchemaError, match="a count in 'persons' cannot be expressed in 'percent'"):
        convert(1.0, "persons", "percent")
    with pytest.raises(SchemaError, match="unit 'wan' is not declared"):
        convert(1.0, "wan", "percent")


@pytest.mark.parametrize(
    ("groups", "message"),
    [
        (["0", "1-4", "4-8", "9+"], "overlap at '4-8'; the next group must start at age 5"),
        (["0", "2-4", "5+"], "leave a gap at '2-4'; the next group must start at age 1"),
        (["0", "1+", "5+"], "overlap at '5\\+'; the open group is last"),
        (["0", "1-4"], "the last age group must be open"),
        (["0", "1–4", "5+"], "'1–4' is not of the form 0, 5-9 or 85\\+"),
    ],
)
def test_age_groups_must_cover_every_age_once(groups: list[str], message: str) -> None:
    with pytest.raises(SchemaError, match=message):
        age_edges(groups, what="table")


def test_age_edges_sorts_by_age() -> None:
    assert age_edges(["5+", "0", "1-4"], what="table") == [0, 1, 5]
    assert age_bounds("85+") == (85, None)


def _table(**columns: list[str]) -> pd.DataFrame:
    return pd.DataFrame(columns, dtype=str)


FORM = {
    "place": Column(),
    "year": Column("year"),
    "count": Column("count"),
    "kind": Column("choice", required=False, choices=("a", "b")),
}


@pytest.mark.parametrize(
    ("table", "message"),
    [
        (_table(place=["x"], year=["2020"]), "column count is missing. Required: place, year, count"),
        (_table(place=["x"], year=["2020"], count=["1"], cuont=["1"]), "cuont is not part.*Did you mean count"),
        (_table(place=["x"], year=["2020"], count=["-3"]), r"line 2 \('-3'\): column count must not be negative"),
        (_table(place=["x"], year=["2020"], count=["1,000"]), r"line 2 \('1,000'\): column count must be a number"),
        (_table(place=["x"], year=["2020"], count=[""]), "line 2: column count is empty. Fill in a value"),
        (_table(place=["x"], year=["20"], count=["1"]), "must be a year such as 2020"),
        (_table(place=["x"], year=["2020"], count=["1"], kind=["c"]), "must be one of a, b"),
        (
            _table(place=["x", "x"], year=["2020", "2020"], count=["1", "2"]),
            r"line 3 \('x, 2020'\): column place, year is given in line 2 already",
        ),
    ],
)
def test_check_table_names_file_line_rule_and_remedy(table: pd.DataFrame, message: str) -> None:
    with pytest.raises(SchemaError, match=message) as raised:
        check_table(table, FORM, file="t.csv", key=("place", "year"))
    assert str(raised.value).startswith("t.csv: ")


def test_check_table_types_columns_and_counts_lines() -> None:
    table = check_table(_table(place=["x", "y"], year=["2020", "2021"], count=["1.5", "2"]), FORM, file="t.csv")
    assert table["count"].tolist() == [1.5, 2.0]
    assert table.index.tolist() == [2, 3]


def _rates(sex: list[str]) -> xr.Dataset:
    survival = xr.DataArray(
        np.ones((1, 1, 2, 3)),
        dims=("period", "district", "sex", "age"),
        coords={"period": [2021], "district": ["d"], "sex": sex, "age": [0, 1, 2]},
    )
    return xr.Dataset({"survival_ratio": survival})


def test_check_names_what_is_absent() -> None:
    data = _rates(["female", "male"])
    check(data, ["survival_ratio"], what="rates")
    with pytest.raises(SchemaError, match="rates has no variable 'births'"):
        check(data, ["births"], what="rates")
    with pytest.raises(SchemaError, match="lacks district"):
        check(data.isel(district=0), ["survival_ratio"], what="rates")


def test_sexes_and_ages_stand_in_their_order() -> None:
    check_labels(_rates(["female", "male"])["survival_ratio"], what="rates")
    with pytest.raises(SchemaError, match="sex is labelled male, female; it must be female, male"):
        check_labels(_rates(["male", "female"])["survival_ratio"], what="rates")
    with pytest.raises(SchemaError, match="age is labelled 1, 2, 3; it must be 0, 1, 2"):
        check_labels(_rates(["female", "male"]).assign_coords(age=[1, 2, 3])["survival_ratio"], what="rates")


def test_an_error_carries_its_faults_and_its_text_shows_the_first_with_their_number() -> None:
    faults = [Fault("a.csv", line, "year", "x", "must be a year", "Correct the cell.") for line in range(2, 9)]
    faults += [Fault("a.csv", 1, name, "", "is missing", "Add it.") for name in ("b", "c", "d")]
    error = SchemaError(faults=faults)
    assert error.faults == tuple(faults)
    assert str(error).startswith(
        "a.csv: line 2 ('x'), line 3 ('x'), line 4 ('x'), line 5 ('x'), line 6 ('x') and 2 more: "
    )
    assert "column c is missing. Add it." in str(error)
    assert "column d" not in str(error)
    assert str(error).endswith("There are 10 faults in all.")
    again = pickle.loads(pickle.dumps(error))
    assert (again.faults, str(again)) == (error.faults, str(error))


def test_a_long_cell_is_cut_where_it_is_shown() -> None:
    (text,) = fault_texts([Fault("a.csv", 2, "value", "9" * 400, "must be smaller", "Correct it.")])
    assert "(400 characters)" in text
    assert len(text) < 160
