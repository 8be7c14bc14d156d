"""The explorer's notebook as a page: a slider is moved, a figure follows."""

import os
import re
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

import popmodel as pm
from popmodel.cockpit import levers as lv

NOTEBOOK = Path(__file__).parents[2] / "notebooks" / "explorer.ipynb"
OWN_NOISE = re.compile(
    "shared singleton module|shared module|ERR_NAME_NOT_RESOLVED|ERR_INTERNET|font-awesome|fontawesome"
)
"""Voilà's page says that its parts differ in version, and asks for a font of signs that is not needed."""


@pytest.fixture(scope="module")
def address(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = (tmp_path_factory.mktemp("voila") / "log").open("w+")
    command = [sys.executable, "-m", "voila", str(NOTEBOOK), "--no-browser", f"--port={port}", "--Voila.ip=127.0.0.1"]
    there = {"cwd": NOTEBOOK.parent, "env": {**os.environ, "JUPYTER_PATH": str(NOTEBOOK.parent / "share")}}
    server = subprocess.Popen(command, stdout=log, stderr=log, **there)  # as `make explore`
    try:
        deadline = time.monotonic() + 60
        while True:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert server.poll() is None, Path(log.name).read_text()
            assert time.monotonic() < deadline, "Voilà did not answer within a minute"
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.terminate()  # ends its kernels too
        server.wait(timeout=30)
        log.close()


@pytest.fixture
def shown(browser: Browser, address: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    said: list[str] = []
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    page.on("console", lambda message: said.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(address)
    page.wait_for_selector(".pm-card", timeout=90_000)
    yield page
    context.close()
    assert {url.split("/")[2] for url in asked if url.startswith("http")} == {address.split("/")[2]}
    assert not [text for text in said if not OWN_NOISE.search(text)]


@pytest.mark.slow
def test_a_released_slider_moves_the_figures(shown: Page) -> None:
    years = range(2020, 2036)
    now = pm.evaluate(year=2024, history=False)  # as the notebook does
    base, scenarios = now.base, now.scenarios
    cell = shown.locator('tr[data-indicator="resident_population"] td[data-year="2035"]')
    trend = scenarios[0]
    start = pm.project(base.population, pm.scenario_rates(base, [trend], years=years))

    def people(levers: lv.Levers) -> str:
        mine = lv.changed(trend, levers, lv.ground_of(base, start), name="mine")
        values = pm.measure(pm.project(base.population, pm.scenario_rates(base, [mine], years=years)))
        return f"{float(values.resident_population.isel(scenario=0, area=0).sel(year=2035)) / 1e4:.1f}"

    expect(cell).to_contain_text(people(lv.Levers()))
    pictures = shown.locator(".widget-image")
    expect(pictures).to_have_count(4)
    before = pictures.first.get_attribute("src")
    handle = shown.locator(".widget-slider").filter(has_text="净迁入：增减（%）").locator(".noUi-handle")
    handle.focus()
    for _ in range(4):
        handle.press("ArrowRight")
    expect(cell).to_contain_text(people(lv.Levers(migration=20.0)), timeout=15_000)
    assert pictures.first.get_attribute("src") != before
    assert shown.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    shown.get_by_role("button", name="复位").click()
    expect(cell).to_contain_text(people(lv.Levers()), timeout=15_000)
    assert shown.locator(".jp-CodeCell .jp-InputArea, .input_area").count() == 0  # the page shows no code
