"""report.html in a real browser."""

from playwright.sync_api import Page


def test_smoke(page: Page) -> None:
    page.set_content("<html lang=en><title>x</title><h1>hi</h1>")
    assert page.inner_text("h1") == "hi"
