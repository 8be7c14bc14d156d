"""A share that has to rise after a milestone that is itself open: found by its slopes, or said to be undecided."""

from typing import Any

import numpy as np
import pytest

import popmodel as pm
from popmodel.feasibility import required, rising
from popmodel.feasibility.problem import Problem
from tests.test_feasibility_coupled import ask, coupled

KEY = ("main_centre_share", 2023)


def open_milestone() -> Problem:
    """The floors of 2023 lie below what the milestone of 2022 comes to when few aged 60 and over are asked for."""
    asked = (
        ask("main_centre_share", "at_least", 60.5, year=2022), ask("main_centre_share", "rising", np.nan),
        ask("share_60_plus", "at_most", 19.3),
    )  # fmt: skip
    return coupled("none", asked=asked)


def test_slopes_find_a_path_where_raised_floors_do_not(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rising, "TRIES", 1)  # the floors are raised once, which does not do
    table = pm.find_conflicts(open_milestone())
    assert not len(table)
    assert KEY in table.attrs["targets"]
    found, path = pm.relax_targets(open_milestone())
    assert found["met"].all()
    assert found.attrs["unrisen"] == []
    assert pm.check_solution(open_milestone(), path)["met"].all()


def test_a_share_that_is_not_made_to_rise_is_said_to_be_undecided(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rising, "TRIES", 1)
    monkeypatch.setattr(rising, "_climbing", lambda *_: None)
    assert pm.find_conflicts(open_milestone()).attrs["not_modelled"] == {KEY: "rising"}
    found, _ = pm.relax_targets(open_milestone())
    assert found["met"].tolist() == [True, False, True]
    assert found.attrs["unrisen"] == [KEY]


def unrisen(*_: Any, **__: Any) -> Any:
    raise rising.UnrisenError("no path")


def test_free_paths_have_a_status_for_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(required, "least_path", unrisen)
    table = pm.required_migration(open_milestone(), paths=("free",), schedules=("model",), fertility=False)
    assert set(table["status"]) == {"undecided"}
    assert table["net_migration"].isna().all()


def test_ranges_leave_it_out_and_say_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("popmodel.feasibility.ranges.settle", unrisen)
    table = pm.attainable_range(open_milestone())
    assert table["target"].tolist() == ["main_centre_share 2022", "share_60_plus 2023"]
    assert table.attrs["not_modelled"] == {KEY: "rising"}
