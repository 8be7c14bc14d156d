"""What targets take, in words: the rows and sentences of the table of efforts."""

from typing import Any, NamedTuple

import pandas as pd

from popmodel.scoring.precision import text
from popmodel.wording.messages import message
from popmodel.wording.targets import bare_name
from popmodel.wording.view import target_text

SCALE = {"zh": 1e4, "en": 1e3}
"""Persons that one printed unit stands for: 万人, thousand."""


class EffortWords(NamedTuple):
    """Title, heads of columns and what must be known to read the table."""

    title: str
    heads: tuple[str, ...]
    caption: str


def people(number: float, lang: str) -> str:
    """Return a number of persons in the printed unit, with one decimal in Chinese; a dash for none."""
    return "–" if pd.isna(number) else text(number / SCALE[lang], 1)


def effort_words(table: pd.DataFrame, lang: str) -> EffortWords:
    """Return title, heads and caption of a table from `effort`.

    Parameters
    ----------
    table : pandas.DataFrame
        From `effort`.
    lang : {"zh", "en"}
        Language.

    Returns
    -------
    EffortWords
    """
    low, high = (people(number, lang) for number in table.attrs["searched"])
    heads = ("indicator", "target", "needed", "reference", "best", "times", "residents")
    caption = message(
        lang, "effort-caption", scenario=table.attrs[f"scenario_{lang}"], low=low, high=high,
        schedule=message(lang, f"effort-schedule.{table['schedule'].iloc[0]}"),
    )  # fmt: skip
    return EffortWords(
        message(lang, "effort-title", year=str(table.attrs["first_open_year"])),
        tuple(message(lang, f"effort-head.{name}") for name in heads),
        caption,
    )


def effort_rows(table: pd.DataFrame, lang: str) -> list[tuple[str, ...]]:
    """Return the rows of a table from `effort` as printed."""
    out: list[tuple[str, ...]] = []
    for _, row in table.iterrows():
        name = bare_name(str(row[f"name_{lang}"]))
        out.append(
            (
                name,
                f"{row['target_year']} {aim(row, lang)}",
                needed(row, lang),
                people(row["reference"], lang),
                people(row["best_year"], lang),
                "–" if pd.isna(row["times_best"]) else text(row["times_best"], 1),
                people(row["residents"], lang),
            )
        )
    return out


def aim(row: "pd.Series[Any]", lang: str) -> str:
    """Return a target as printed; in English in words where the plan has Chinese ones."""
    return target_text(str(row["target_text"]), {str(key): value for key, value in row.items()}, lang)


def needed(row: "pd.Series[Any]", lang: str) -> str:
    """Return what a target needs in a few words: a number, or why there is none."""
    status = str(row["status"])
    if pd.isna(row["net_migration"]):
        return message(lang, f"effort-none.{status}")
    number = people(float(row["net_migration"]), lang)
    return message(lang, f"effort-number.{row['bound']}", number=number, holds=int(status == "met_without"))


def effort_sentence(row: "pd.Series[Any]", lang: str, *, year: int) -> str:
    """Return one target's need as a sentence, for the first page of a report."""
    name = bare_name(str(row[f"name_{lang}"]))
    given = {"name": name, "year": str(row["target_year"]), "target": aim(row, lang), "start": str(year)}
    status = str(row["status"])
    if pd.isna(row["net_migration"]):
        return message(lang, f"effort-sentence.{status}", given)
    times = row["times_best"]
    given |= {
        "number": people(float(row["net_migration"]), lang),
        "reference": people(float(row["reference"]), lang),
        "best": people(float(row["best_year"]), lang),
        "times": "–" if pd.isna(times) else text(float(times), 1),
    }
    return message(lang, f"effort-sentence.{status}_{row['bound']}", given)
