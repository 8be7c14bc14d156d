"""The command `feasible`: what it prints, what it refuses, and the path that it saves."""

from pathlib import Path

import pandas as pd
import pytest

import popmodel as pm
from popmodel.cli import main, terminal
from popmodel.cli.feasible import without
from popmodel.report.feasible import feasible_items, feasible_section
from popmodel.report.material import Material
from tests.feasible import answers


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two of the plan's targets, which bind."""
    table = pd.read_csv(pm.data_path("plan/table6.csv"), dtype=str, keep_default_na=False)
    kept = table[table["indicator"].isin(["share_60_plus", "resident_population"]) & (table["year"] == "2035")]
    file = tmp_path_factory.mktemp("few") / "few.csv"
    kept.to_csv(file, index=False)
    return file


def test_ranges_requirements_conflicts_and_a_saved_path(
    few: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    saved = tmp_path / "relaxed.toml"
    words = ["feasible", "--targets", str(few), "--limits", "own_record", "--start", "2024", "--lang", "en"]
    assert main([*words, "--relax", "by=priority", "--save", str(saved)]) == 0
    out = capsys.readouterr().out
    assert max(terminal.width(line) for line in out.splitlines()) <= 100
    said = " ".join(out.split())
    assert "What each target can come to alone within the limits" in said
    assert "of 2 targets that are projected, 1 is out of reach alone." in said
    assert "Share of residents aged 60 and over 2035 (<26%) cannot be met: the least is" in said
    assert "What the targets can come to together within" in said
    one, other = pm.read_scenarios(saved)
    assert (one.name, other.name, other.based_on) == ("trend", "relaxed", one)
    assert other.zh
    assert other.en
    assert main([*words, "--relax", "by=priority", "--save", str(saved)]) == 2
    assert "the file exists" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--save", "x.toml"), "Say how to relax"),
        (("--relax", "by=sum", "--save", "x.txt"), "the ending '.txt' is not known. Use .toml."),
        (("--limits", "pears"), "limits 'pears' are not declared. Did you mean peers?"),
    ],
)
def test_bad_input(words: tuple[str, ...], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feasible", *words]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert message in err


def test_a_way_that_is_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["feasible", "--relax", "by=luck"]) == 2
    assert "'by=luck' is no way to relax" in capsys.readouterr().err


def test_targets_are_given_up_by_name_and_year(targets: pd.DataFrame) -> None:
    left = without(targets, ["share_60_plus 2035", "resident_population"])
    assert len(left) == len(targets) - 1 - (targets["indicator"] == "resident_population").sum()
    assert set(left.loc[left["indicator"] == "share_60_plus", "year"]) == {2025, 2030}
    assert len(without(targets, ["share_60_plus:2035", "share_60_plus:2030"])) == len(targets) - 2
    with pytest.raises(pm.SchemaError, match="'share_60_pluss 2035' is no target of the plan. Did you mean"):
        without(targets, ["share_60_pluss 2035"])


def test_the_first_page_says_what_is_required_what_excludes_what_and_what_lifts_it(targets: pd.DataFrame) -> None:
    required, excluded = feasible_items(answers())
    zh, en = ("".join(piece.text(lang) for line in (required.content, *required.details) for piece in line)
              for lang in ("zh", "en"))  # fmt: skip
    assert "括号内为迄今最好年份10.0万人的倍数" in zh
    assert "老龄化率2035年目标（<26%）：年龄同模型中新增的迁入者，至少32.0万人（3.2倍）" in zh
    assert "at least 320.0 thousand (3.2 times) aged as the model settles one more" in en
    assert excluded.tone == "bad"
    assert len(excluded.details) == 3  # a pair, a target alone, the least to give up
    told = [line[0].text("zh") for line in excluded.details]
    assert "不能同时达到" in told[0]
    assert "放宽到1.24倍" in told[0]
    assert "不可能达到" in told[1]
    assert told[2].startswith("在“可比城市”限值内，最少放弃2个目标")
    assert all("可比城市" in line for line in told)


def test_the_section_says_the_limits_and_what_of_them_is_assumed(targets: pd.DataFrame) -> None:
    material = Material(*[None] * 3, *[None] * 8, feasible=answers())._replace(targets=targets)  # type: ignore[arg-type]
    section = feasible_section(material, {})
    assert section is not None
    texts = [piece.text("zh") for block in section.blocks for piece in getattr(block, "content", ())]
    limits = next(text for text in texts if text.startswith("可比城市："))
    assert "全市净迁入率0—20‰" in limits
    assert "净迁入的年龄构成0–14岁5–25%（假定）" in limits
    assert any(text.startswith("未纳入：") for text in texts)
    assert feasible_section(material._replace(feasible=None), {}) is None
