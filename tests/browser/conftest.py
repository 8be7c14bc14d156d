"""A headless browser for the tests that need one: the Chromium that the system has."""

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--hide-scrollbars",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, started once; where there is none the tests are skipped, unless POPMODEL_BROWSER=required."""
    names = (os.environ.get("CHROMIUM"), "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
    found = next((path for name in names if name and (path := shutil.which(name))), None)
    if found is None:
        said = "no Chromium found: install Debian's package chromium, or name a browser in CHROMIUM"
        if os.environ.get("POPMODEL_BROWSER") == "required":
            pytest.fail(said)
        pytest.skip(said)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of 1,280 × 900; a message on its console that is an error or a warning fails the test."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    fresh = context.new_page()
    said: list[str] = []
    fresh.on("console", lambda message: said.append(message.text) if message.type in ("error", "warning") else None)
    fresh.on("pageerror", lambda error: said.append(str(error)))
    yield fresh
    context.close()
    assert not said
