"""Write the report: tables, charts, page and record, into a folder that is replaced whole."""

import datetime
import os
import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import xarray as xr
from markupsafe import Markup

from popmodel import __version__
from popmodel.evaluation import Evaluation, with_feasibility
from popmodel.feasibility.answers import Feasibility
from popmodel.feasibility.effort import effort
from popmodel.files.departments import read_departments
from popmodel.files.observed import OBSERVED_COLUMNS
from popmodel.report.blocks import Picture
from popmodel.report.document import document_bytes
from popmodel.report.drawing import draw_all, glyph_pool, inlined
from popmodel.report.feasible import answers_of
from popmodel.report.figures import charts_of
from popmodel.report.folder import RECORD, files_of, replaced
from popmodel.report.material import Material, Sure
from popmodel.report.page import page_of
from popmodel.report.passages import source_line
from popmodel.report.record import input_hashes, json_bytes, record_of, table_hashes
from popmodel.report.tables import csv_bytes, long_table
from popmodel.report.texts import named_in_english
from popmodel.report.view import view_of
from popmodel.report.workbook import labels_of, workbook_bytes
from popmodel.scenario import Scenario
from popmodel.schema import SchemaError, named
from popmodel.scoring import as_known, rating_history
from popmodel.wording.card import worded
from popmodel.wording.messages import LANGUAGES
from popmodel.wording.view import evaluated_year

Progress = Callable[[int, int, str], None]
"""Told how many steps are done, of how many, and the last one's name."""


def write_report(
    out: str | Path,
    evaluation: Evaluation | None = None,
    *,
    today: datetime.date | str | None = None,
    lang: str = "zh",
    command: str = "",
    workers: int = 1,
    progress: Progress | None = None,
    **parts: Any,
) -> Path:
    """Write an evaluation into a folder: a page in two languages, a Word document, tables, charts, a record.

    Parameters
    ----------
    out : str or pathlib.Path
        Folder to make. An earlier evaluation there is replaced whole if nothing else lies in it and nothing was
        changed since; anything else is left alone and refused.
    evaluation : Evaluation
        From `evaluate`.
    today : datetime.date or str, optional
        Date of the report (YYYY-MM-DD); the present day if not given.
    lang : {"zh", "en"}
        Language of the files, and the one that the page opens in.
    command : str
        The command that was typed, for the record.
    workers : int
        Processes that draw charts. More than one needs a program whose main module may be imported again.
    progress : callable, optional
        Told about each step.
    **parts
        As in version 0.1, deprecated: `card`, `targets`, `observed`, `projected`, `projection` and, as far as wanted,
        `year`, `inputs`, `scenarios`, `history` instead of the evaluation.

    Returns
    -------
    pathlib.Path
        The folder: `report.html`, `report.docx`, `scorecard.csv`, `scorecard.xlsx`, `indicators.csv`, `effort.csv`,
        `run.json` and `charts/`; with a forecast `attainment.csv`, `variants.csv` and `rating_risk.csv` too, where the
        city declares limits `attainable.csv`, `required.csv` and `conflicts.csv`.

    Raises
    ------
    SchemaError
        If the folder cannot be replaced, holds something that the earlier evaluation did not write or an input, or the
        parts do not belong together. Nothing is changed then.

    Notes
    -----
    The same evaluation and the same `today` give the same files, byte for byte, the workbook and the Word document
    among them; both carry `today` as the time of their making.

    Examples
    --------
    >>> folder = pm.write_report("out/2023", ev)
    """
    if evaluation is None:
        warnings.warn(
            "write_report with card=, targets=, … is deprecated: pass what evaluate() returns.", DeprecationWarning,
            stacklevel=2,
        )  # fmt: skip
    elif parts:
        raise TypeError(f"write_report takes an evaluation or its parts, not both: {', '.join(parts)}.")
    else:
        parts = _parts(evaluation)
    return write_parts(out, today=today, lang=lang, command=command, workers=workers, progress=progress, **parts)


def _parts(evaluation: Evaluation) -> dict[str, Any]:
    """Return an evaluation as the arguments of `write_parts`."""
    return {
        "card": evaluation.ratings,
        "targets": evaluation.targets,
        "observed": evaluation.observed,
        "projected": evaluation.values,
        "projection": evaluation.projection,
        "year": evaluation.year,
        "inputs": evaluation.record["files"],
        "scenarios": evaluation.scenarios,
        "history": evaluation.history,
        "texts": evaluation.text_ratings,
        "needs": effort(evaluation) if len(evaluation.targets) else None,
        "sure": _sure(evaluation),
        "feasible": with_feasibility(evaluation).feasible,
    }


def _sure(evaluation: Evaluation) -> Sure | None:
    """Return what the forecast of an evaluation says; None where nothing was drawn."""
    tables = evaluation.attainment, evaluation.variants, evaluation.rating_risk
    intervals, (attainment, variants, risk) = evaluation.intervals, tables
    if intervals is None or attainment is None or variants is None or risk is None:
        return None
    return Sure(intervals, attainment, variants, risk, evaluation.record["forecast"])


def write_parts(
    out: str | Path,
    *,
    card: pd.DataFrame,
    targets: pd.DataFrame,
    observed: pd.DataFrame | None,
    projected: xr.Dataset,
    projection: xr.Dataset,
    year: int | None = None,
    inputs: Mapping[str, str | Path] | None = None,
    scenarios: Sequence[Scenario] | None = None,
    history: pd.DataFrame | None = None,
    texts: pd.DataFrame | None = None,
    needs: pd.DataFrame | None = None,
    sure: Sure | None = None,
    feasible: Feasibility | None = None,
    today: datetime.date | str | None = None,
    lang: str = "zh",
    command: str = "",
    workers: int = 1,
    progress: Progress | None = None,
) -> Path:
    """Write the parts of an evaluation into a folder; see `write_report`.

    Parameters
    ----------
    card : pandas.DataFrame
        From `score`.
    targets : pandas.DataFrame
        From `read_targets`.
    observed : pandas.DataFrame or None
        From `read_observed`; what was not published by the end of the year after the one evaluated is left aside.
    projected : xarray.Dataset (scenario[, draw], year, area)
        From `measure`.
    projection : xarray.Dataset
        From `project`.
    year : int, optional
        The year evaluated; the card's if not given.
    inputs : mapping of str to path, optional
        Label → file or folder read, for the record; tables that no file stands for are hashed themselves.
    scenarios : sequence of Scenario, optional
        For their notes and for what was solved for.
    history : pandas.DataFrame, optional
        From `rating_history`: how ratings moved; made from the observations alone if not given.
    texts : pandas.DataFrame, optional
        From `score`, of the targets of the plan's text.
    needs : pandas.DataFrame, optional
        From `effort`: the net migration that just meets each target.
    sure : Sure, optional
        What the forecast says.
    feasible : Feasibility, optional
        What the targets would take within declared limits.
    out, today, lang, command, workers, progress
        As in `write_report`.
    """
    _check_options(lang, workers)
    evaluated, day = evaluated_year(card, year), _day(today)
    _same_scenarios(card, projected, projection)
    seen = pd.DataFrame(columns=list(OBSERVED_COLUMNS)) if observed is None else as_known(observed, year=evaluated)
    if history is None and observed is not None:
        history = _history(targets, observed, evaluated)
    files = dict(inputs or {})
    tables = {name: table for name, table in (("targets", targets), ("observed", seen)) if name not in files}
    # Labels of another naming stand for the tables too.
    entries = input_hashes(files) + (table_hashes(tables) if not files or "city" in files else [])
    record = record_of(projection, year=evaluated, today=day, command=command, inputs=entries, scenarios=scenarios)
    record |= {"forecast": dict(sure.record)} if sure is not None else {}
    material = Material(
        card, targets, seen, projected, history, scenarios, labels_of(card, projected), record, evaluated, day, lang,
        texts, named_in_english(read_departments(files["departments"]) if "departments" in files else None),
        needs, sure, feasible,
    )  # fmt: skip
    with replaced(out, inputs=files.values()) as folder:
        _write_tables(folder, material)
        pictures, glyphs = _draw(folder / "charts", material, projection, workers, progress)
        view = view_of(material, pictures)
        page = page_of(view, lang=lang, ratings=card["rating"].unique(), glyphs=glyphs)
        (folder / "report.html").write_bytes(page.encode())
        charts = folder / "charts"
        text = document_bytes(view, lang=lang, today=day, image=lambda name: (charts / f"{name}.png").read_bytes())
        (folder / "report.docx").write_bytes(text)
        (folder / RECORD).write_bytes(json_bytes(record | {"files": files_of(folder)}))
    return Path(out)


FORECAST_FILES = {"attainment": "attainment.csv", "variants": "variants.csv", "risk": "rating_risk.csv"}
"""Tables of a forecast and their files."""


def _check_options(lang: str, workers: int) -> None:
    if lang not in LANGUAGES:
        raise SchemaError(f"lang={lang!r} is not a language of the report. Use 'zh' or 'en'.")
    if workers < 1:
        raise SchemaError(f"workers={workers} must be 1 or more.")


def _write_tables(folder: Path, material: Material) -> None:
    """Write the scorecard as CSV and as a workbook, and every indicator in long form."""
    (folder / "scorecard.csv").write_bytes(csv_bytes(worded(material.card)))
    if material.texts is not None and len(material.texts):
        (folder / "text_scorecard.csv").write_bytes(csv_bytes(worded(material.texts)))
    if material.effort is not None and len(material.effort):
        (folder / "effort.csv").write_bytes(csv_bytes(material.effort))
    if material.sure is not None:
        for name in ("attainment", "variants", "risk"):
            (folder / FORECAST_FILES[name]).write_bytes(csv_bytes(getattr(material.sure, name)))
    for name, answer in answers_of(material.feasible).items():
        (folder / f"{name}.csv").write_bytes(csv_bytes(answer))
    table = long_table(material.projected, material.observed, material.targets)
    (folder / "indicators.csv").write_bytes(csv_bytes(table))
    book = workbook_bytes(
        material.card, material.labels, year=material.year, today=material.today, lang=material.lang
    )  # fmt: skip
    (folder / "scorecard.xlsx").write_bytes(book)


def _day(today: datetime.date | str | None) -> datetime.date:
    if today is None:
        return datetime.date.today()
    if isinstance(today, datetime.date):
        return today
    try:
        return datetime.date.fromisoformat(today)
    except ValueError as error:
        raise SchemaError(f"today={today!r} is not a date. Write it as 2024-03-05.") from error


def _same_scenarios(card: pd.DataFrame, projected: xr.Dataset, projection: xr.Dataset) -> None:
    cards = set(card["scenario"])
    for data, what in ((projected, "projected"), (projection, "projection")):
        have = {str(name) for name in data["scenario"].to_numpy()} if "scenario" in data.dims else set()
        if cards != have:
            raise SchemaError(
                f"the card holds the scenarios {named(sorted(cards))}, {what} holds {named(sorted(have)) or 'none'}. "
                "Pass the card, the values and the projection of one run."
            )


def _history(targets: pd.DataFrame, observed: pd.DataFrame, year: int) -> pd.DataFrame | None:
    """Return the ratings of the years from the base on, from observations alone."""
    bases = targets["base_year"].dropna()
    years = range(int(bases.max()) + 1, year + 1) if len(bases) else range(0)
    return rating_history(targets, observed=observed, years=years) if len(years) > 1 else None


def _draw(
    folder: Path, material: Material, projection: xr.Dataset, workers: int, progress: Progress | None
) -> tuple[list[Picture], str]:
    """Draw every chart in both languages; the language of the files goes into files, both into the page."""
    folder.mkdir()
    arguments: dict[str, Any] = {
        "card": material.card,
        "targets": material.targets,
        "observed": material.observed,
        "projected": material.projected,
        "projection": projection,
        "history": material.history,
        "effort": material.effort,
        "intervals": None if material.sure is None else material.sure.intervals,
        "attainment": None if material.sure is None else material.sure.attainment,
        "answers": answers_of(material.feasible),
        "foot": source_line(material, __version__),
    }
    charts = charts_of(**arguments)
    languages = (material.lang, "en" if material.lang == "zh" else "zh")
    jobs = [(number, lang, lang == material.lang) for lang in languages for number in range(len(charts))]
    done = 0

    def tell(name: str) -> None:
        nonlocal done
        done += 1
        if progress is not None:
            progress(done, len(jobs), name)

    glyphs: dict[str, str] = {}
    drawings: dict[tuple[int, str], Markup] = {}
    made = draw_all(charts, jobs, material=arguments, workers=min(workers, os.cpu_count() or 1), tell=tell)
    for (number, lang, _), drawing in zip(jobs, made, strict=True):
        if drawing.png is not None:
            (folder / f"{charts[number].name}.svg").write_bytes(drawing.svg)
            (folder / f"{charts[number].name}.png").write_bytes(drawing.png)
        drawings[number, lang] = Markup(inlined(drawing.svg, f"{lang}{number}-", glyphs))
    pictures = [
        Picture(
            chart.kind,
            chart.subject,
            dict(zip(LANGUAGES, chart.words, strict=True)),
            {lang: drawings[number, lang] for lang in LANGUAGES},
            chart.name,
        )
        for number, chart in enumerate(charts)
    ]
    return pictures, glyph_pool(glyphs)
