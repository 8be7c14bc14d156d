"""What the forms of the TOML files share: the lines of keys, and the JSON Schemas that are published."""

import json
import tomllib
from pathlib import Path

import pytest

import popmodel as pm
from popmodel.files.forms import key_lines
from popmodel.files.paths import plain_file
from popmodel.files.schemas import schema_texts

ROOT = Path(__file__).resolve().parents[1]
TEXT = """\
# a comment
a = 1

[b.c]
"d.e" = { f = 1, g = { h = 2 } }
text = '''
[not.a.table]
x = 1
'''

[[l]]
x = [
  1,
  2,
]
[[l]]
x = 1
[[l.m]]
y = 1
"""


def test_each_key_has_its_line() -> None:
    lines = key_lines(TEXT)
    assert {path: line for path, line in lines.items() if len(path) > 1 or path == ("a",)} == {
        ("a",): 2, ("b", "c"): 4, ("b", "c", "d.e"): 5, ("b", "c", "d.e", "f"): 5, ("b", "c", "d.e", "g"): 5,
        ("b", "c", "d.e", "g", "h"): 5, ("b", "c", "text"): 6, ("l", 0): 11, ("l", 0, "x"): 12, ("l", 0, "x", 0): 12,
        ("l", 0, "x", 1): 12, ("l", 1): 16, ("l", 1, "x"): 17, ("l", 1, "m"): 18, ("l", 1, "m", 0): 18,
        ("l", 1, "m", 0, "y"): 19,
    }  # fmt: skip


@pytest.mark.parametrize("folder", ["data/schemas", "docs/schemas"])
def test_the_schemas_published_are_those_of_the_forms(folder: str) -> None:
    written = {file.name: file.read_text(encoding="utf-8") for file in (ROOT / folder).glob("*.json")}
    assert written == schema_texts(), "run: make schemas"


@pytest.mark.parametrize("name", ["shipped.toml", "census/wenzhou/city.toml", "scenarios/wenzhou.toml"])
def test_the_shipped_files_name_their_schema(name: str) -> None:
    file = pm.data_path(name)
    first = file.read_text(encoding="utf-8").splitlines()[0]
    schema = json.loads((file.parent / first.removeprefix("#:schema ")).read_text(encoding="utf-8"))
    tables = tomllib.loads(file.read_text(encoding="utf-8"))
    assert set(schema["required"]) <= set(tables) <= set(schema["properties"])
    assert "null" not in json.dumps(schema)


ELSEWHERE = ["../mine.toml", "/tmp/mine.toml", "a/b.toml", "a\\b.toml", "C:b.toml", ".toml", "..", ".a.toml", "mine"]
ELSEWHERE += ["mine.csv", "", " .toml", "a\n.toml", "a\0.toml", "x" * 200 + ".toml"]


@pytest.mark.parametrize("name", ELSEWHERE)
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(pm.SchemaError, match=r"is no plain file name that ends in \.toml"):
        plain_file(tmp_path, name, ending=".toml")
    assert plain_file(tmp_path, "我的 1.toml", ending=".toml") == tmp_path / "我的 1.toml"
    with pytest.raises(pm.SchemaError, match="nowhere: the folder is missing"):
        plain_file(tmp_path / "nowhere", "mine.toml", ending=".toml")
