"""The explorer's widgets, and what happens when a slider is released."""

from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

import pandas as pd
import xarray as xr

from popmodel.cockpit import view
from popmodel.cockpit.levers import Ground, Levers, can_concentrate, changed, ground_of
from popmodel.evaluation import Evaluation, measure_scenarios
from popmodel.files.paths import plain_file
from popmodel.files.scenario_writing import write_scenarios
from popmodel.scenario import Scenario
from popmodel.scenario.rates import WorkedOut, numbers_of
from popmodel.schema import SchemaError, named
from popmodel.scoring import as_known, score
from popmodel.wording.messages import LANGUAGES, both, message

RANGES = {"fertility": (-0.6, 1.2, 0.05), "life": (-4.0, 4.0, 0.25), "migration": (-100.0, 300.0, 5.0),
          "concentration": (0.0, 100.0, 5.0), "district": (-20_000.0, 20_000.0, 500.0)}  # fmt: skip
"""Lowest, highest, step of each slider."""


class Start(NamedTuple):
    """A scenario to start from, worked out: parents for its children, values, scorecard, and where migrants settle."""

    scenario: Scenario
    known: WorkedOut
    values: xr.Dataset
    card: pd.DataFrame | None
    ground: Ground


class Case(NamedTuple):
    """What stays the same while sliders move."""

    base: xr.Dataset
    targets: pd.DataFrame | None
    observed: pd.DataFrame | None
    year: int
    years: range
    lang: str


class Controls(NamedTuple):
    """The widgets by what they are for."""

    start: Any
    sliders: Mapping[str, Any]
    districts: Mapping[str, Any]
    indicators: Any
    reset: Any
    name: Any
    file: Any
    save: Any
    status: Any
    charts: Any
    card: Any


class Live(NamedTuple):
    """An explorer that is open: what stays, its widgets, and what was worked out and drawn so far."""

    case: Case
    by_name: Mapping[str, Scenario]
    controls: Controls
    folder: Path
    starts: dict[str, Start]
    charts: dict[str, tuple[view.Chart, view.Backdrop]]
    quiet: list[bool]


def explore(
    evaluation: Evaluation,
    *,
    indicators: Sequence[str] | None = None,
    lang: str = "zh",
    folder: str | Path = ".",
) -> Any:
    """Show sliders for what drives a scenario, with tracking charts and the scorecard that follow them.

    Parameters
    ----------
    evaluation : Evaluation
        From `evaluate`: one can start from each of its scenarios.
    indicators : sequence of str, optional
        Charts to begin with; up to four if not given.
    lang : {"zh", "en"}
        Language.
    folder : str or pathlib.Path
        Where scenarios are saved.

    Returns
    -------
    ipywidgets.Widget
        To be shown as a cell's last value.

    Raises
    ------
    SchemaError
        If ipywidgets is missing, the language is unknown, or an indicator is not projected.

    Notes
    -----
    What the sliders do is said at `popmodel.cockpit.levers.changed`.

    Examples
    --------
    >>> box = pm.explore(ev, lang="en")  # a widget: shown as a cell's last value
    """
    return panel(evaluation, indicators=indicators, lang=lang, folder=folder)[0]


def panel(
    evaluation: Evaluation, *, indicators: Sequence[str] | None = None, lang: str = "zh", folder: str | Path = "."
) -> tuple[Any, Controls]:
    """Return the explorer and its widgets; parameters and errors as in `explore`."""
    if lang not in LANGUAGES:
        raise SchemaError(f"lang={lang!r} is not a language of the explorer. Use 'zh' or 'en'.")
    case = _case(evaluation, lang)
    by_name = {scenario.name: scenario for scenario in evaluation.scenarios}
    first = _start(case, evaluation.scenarios[0])
    chosen = _chosen(first, case, indicators)
    controls, box = _widgets(case, evaluation.scenarios, first, chosen)
    live = Live(case, by_name, controls, Path(folder), {first.scenario.name: first}, {}, [])
    for slider in (*controls.sliders.values(), *controls.districts.values()):
        slider.observe(partial(_update, live), "value")
    for chooser in (controls.start, controls.indicators):
        chooser.observe(partial(_redraw, live), "value")
    controls.reset.on_click(partial(_reset, live))
    controls.save.on_click(partial(_save, live))
    _update(live)
    return box, controls


def _chosen(first: Start, case: Case, indicators: Sequence[str] | None) -> list[str]:
    """Return the indicators to begin with."""
    known = [str(name) for name in first.values.data_vars]
    chosen = list(indicators) if indicators is not None else list(view.default_indicators(first.values, case.targets))
    strange = [name for name in chosen if name not in known]
    if strange:
        raise SchemaError(f"explore: {named(strange)} not projected. Use: {named(known, most=40)}.")
    return chosen


def _started(live: Live) -> Start:
    """Return the scenario to start from, worked out once."""
    name = live.controls.start.value
    if name not in live.starts:
        live.starts[name] = _start(live.case, live.by_name[name])
    return live.starts[name]


def _redraw(live: Live, _: object = None) -> None:
    live.charts.clear()
    _update(live)


def _update(live: Live, _: object = None) -> None:
    if live.quiet:
        return
    began, controls = perf_counter(), live.controls
    try:
        start = _started(live)
        values, card = _changed(live.case, start, _levers(controls))
    except SchemaError as error:
        controls.status.value = f'<span style="color:#8c2a1c" role="alert">{_escaped(str(error))}</span>'
        return
    _show_charts(live.case, controls, live.charts, start, values)
    if card is not None and start.card is not None:
        controls.card.value = view.scorecard_html({"start": start.card, "mine": card}, lang=live.case.lang)
    controls.status.value = _said(live.case, perf_counter() - began)


def _reset(live: Live, _: object = None) -> None:
    live.quiet.append(True)
    for slider in (*live.controls.sliders.values(), *live.controls.districts.values()):
        slider.value = 0.0
    live.quiet.clear()
    _update(live)


def _save(live: Live, _: object = None) -> None:
    live.controls.status.value = _saved(live.case, _started(live), live.controls, live.folder)


def _case(evaluation: Evaluation, lang: str) -> Case:
    years = [int(year) for year in evaluation.projection["year"].to_numpy()]
    observed = as_known(evaluation.observed, year=evaluation.year)
    targets = evaluation.targets if len(evaluation.targets) else None
    return Case(evaluation.base, targets, observed, evaluation.year, range(years[0], years[-1] + 1), lang)


def _start(case: Case, scenario: Scenario) -> Start:
    known = numbers_of(case.base, [scenario], years=case.years)
    run = measure_scenarios(case.base, [scenario], horizon=case.years[-1], worked_out=known)
    return Start(scenario, known, run.values, _card(case, run.values), ground_of(case.base, run.projection))


def _card(case: Case, values: xr.Dataset) -> pd.DataFrame | None:
    if case.targets is None:
        return None
    goals = case.targets[case.targets["indicator"].isin(list(values.data_vars))]
    area = str(values["area"].to_numpy()[0])
    seen = case.observed
    if seen is not None:
        seen = seen[(seen["area"].astype(str) == area) & seen["indicator"].isin(list(goals["indicator"]))]
    return score(goals, observed=seen, projected=values, year=case.year) if len(goals) else None


def _changed(case: Case, start: Start, levers: Levers) -> tuple[xr.Dataset, pd.DataFrame | None]:
    zh, en = both("explorer.changed")
    mine = changed(start.scenario, levers, start.ground, name="changed", zh=zh, en=en)
    values = measure_scenarios(case.base, [mine], horizon=case.years[-1], worked_out=start.known).values
    return values, _card(case, values)


def _levers(controls: Controls) -> Levers:
    values = {name: float(slider.value) for name, slider in controls.sliders.items()}
    return Levers(**values, districts={code: float(slider.value) for code, slider in controls.districts.items()})


def _show_charts(
    case: Case,
    controls: Controls,
    charts: dict[str, tuple[view.Chart, view.Backdrop]],
    start: Start,
    values: xr.Dataset,
) -> None:
    widgets = _ipywidgets()
    wanted = list(controls.indicators.value)
    if list(charts) != wanted:
        charts.clear()
        for name in wanted:
            chart = view.chart_of(case.targets, case.observed, start.values, name, lang=case.lang)
            charts[name] = chart, view.backdrop(chart)
        images = [widgets.Image(format="png", layout=widgets.Layout(width="100%")) for _ in wanted]
        controls.charts.children = tuple(images)
    for (name, (chart, ground)), image in zip(list(charts.items()), controls.charts.children, strict=True):
        if view.moved(chart, values):
            ground = view.backdrop(chart)
            charts[name] = chart, ground
        image.value = view.picture(chart, ground)


def _said(case: Case, seconds: float) -> str:
    time = _say(case, "time", ms=f"{1000 * seconds:.0f}")
    return f'<span style="color:#5a646e">{_say(case, "key")} {time}</span>'


def _saved(case: Case, start: Start, controls: Controls, folder: Path) -> str:
    name = str(controls.name.value).strip()
    try:
        file = plain_file(folder, str(controls.file.value).strip(), ending=".toml")
        if file.exists() or file.is_symlink():
            return f'<span style="color:#8c2a1c" role="alert">{_escaped(_say(case, "exists", file=file))}</span>'
        write_scenarios(file, [changed(start.scenario, _levers(controls), start.ground, name=name, zh=name, en=name)])
    except SchemaError as error:
        return f'<span style="color:#8c2a1c" role="alert">{_escaped(str(error))}</span>'
    return _escaped(_say(case, "saved", file=file, name=name, start=start.scenario.name))


def _say(case: Case, key: str, **given: object) -> str:
    """Return a message of the explorer."""
    return message(case.lang, f"explorer.{key}", {name: str(value) for name, value in given.items()})


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _ipywidgets() -> Any:
    try:
        import ipywidgets
    except ImportError as error:
        raise SchemaError(
            "explore needs ipywidgets, which is not installed. Install it: pip install 'popmodel[explore]'"
        ) from error
    return ipywidgets


def _widgets(case: Case, scenarios: Sequence[Scenario], first: Start, chosen: list[str]) -> tuple[Controls, Any]:
    w, lang, say = _ipywidgets(), case.lang, partial(_say, case)
    values = first.values

    def slider(what: str, label: str) -> Any:
        low, high, step = RANGES[what]
        form = {"fertility": "+.2f", "life": "+.2f", "district": "+,.0f"}.get(what, "+.0f")
        return w.FloatSlider(value=0.0, min=low, max=high, step=step, description=label, readout_format=form,
                             continuous_update=False, style={"description_width": "19em"},
                             layout=w.Layout(width="98%"))  # fmt: skip

    names = ["fertility", "life", "migration", *(["concentration"] if can_concentrate(first.ground) else [])]
    sliders = {name: slider(name, say(name, last=case.years[-1])) for name in names}
    labels = (
        [str(name) for name in case.base[f"name_{lang}"].to_numpy()] if f"name_{lang}" in case.base.coords else None
    )
    codes = first.ground.codes
    districts = {code: slider("district", label) for code, label in zip(codes, labels or codes, strict=True)}
    options = [(str(values[name].attrs.get(f"name_{lang}", name)), name) for name in map(str, values.data_vars)
               if values[name].dims[-1] == "area" and name != "population"]  # fmt: skip
    controls = Controls(
        start=w.Dropdown(options=[((s.zh if lang == "zh" else s.en) or s.name, s.name) for s in scenarios],
                         description=say("start"), style={"description_width": "initial"}),
        sliders=sliders,
        districts=districts,
        indicators=w.SelectMultiple(options=options, value=tuple(chosen), rows=6, description=say("indicators"),
                                    style={"description_width": "initial"}, layout=w.Layout(width="98%")),
        reset=w.Button(description=say("reset")),
        name=w.Text(value="mine", description=say("name"), style={"description_width": "initial"}),
        file=w.Text(value="mine.toml", description=say("file"), style={"description_width": "initial"}),
        save=w.Button(description=say("save"), button_style="primary"),
        status=w.HTML(),
        charts=w.GridBox(layout=w.Layout(grid_template_columns="repeat(auto-fit, minmax(540px, 1fr))", grid_gap="8px")),
        card=w.HTML(),
    )  # fmt: skip
    folded = w.Accordion(children=[w.VBox(list(districts.values()))], titles=(say("districts"),), selected_index=None)
    note = w.HTML(f'<span style="color:#5a646e">{say("after", year=first.ground.observed + 1)}</span>')
    left = w.VBox([controls.start, *sliders.values(), note, folded])
    right = w.VBox([controls.indicators, w.HBox([controls.reset]), w.HBox([controls.name, controls.file, controls.save],
                    layout=w.Layout(flex_flow="row wrap"))])  # fmt: skip
    top = w.GridBox([left, right], layout=w.Layout(grid_template_columns="3fr 2fr", grid_gap="12px"))
    return controls, w.VBox([top, controls.status, controls.charts, controls.card])
