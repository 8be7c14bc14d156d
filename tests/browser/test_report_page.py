"""report.html in a real browser: it stands alone, switches language, fits its page, and can be used by everybody."""

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]
SHEET = 695
"""Width of what is printed on A4 between the page's margins of 13 mm, in CSS pixels."""
HIDDEN = """() => [...document.querySelectorAll('main .zh, main .en')]
  .map(e => [e.classList.contains('zh') ? 'zh' : 'en', e.getClientRects().length > 0])
  .filter(([_, shown]) => shown).map(([lang, _]) => lang)"""
WIDER = """width => [...document.querySelectorAll('body *')]
  .filter(e => !e.closest('svg') || e.matches('svg.chart')).filter(e => !e.closest('.unseen'))
  .filter(e => e.getClientRects().length && e.getBoundingClientRect().right > width + 1)
  .map(e => e.tagName + '.' + e.className + ' ' + Math.round(e.getBoundingClientRect().right))"""


@pytest.fixture
def opened(page: Page, report: Path) -> Iterator[Page]:
    """The page, opened from its file; whatever it asks for besides fails the test."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((report / "report.html").as_uri())
    asked.clear()
    yield page
    assert [url for url in asked if not url.startswith(("data:", "file:"))] == []


def test_it_needs_nothing_but_itself(page: Page, report: Path) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto((report / "report.html").as_uri())
    page.click("#switch")
    page.wait_for_load_state("networkidle")
    assert [url.partition("#")[0] for url in asked if not url.startswith("data:")] == [
        (report / "report.html").as_uri()
    ]


def test_the_switch_changes_the_language_and_back(opened: Page) -> None:
    assert opened.evaluate("document.documentElement.lang") == "zh-CN"
    title = opened.title()
    assert title.startswith("温州市")
    assert set(opened.evaluate(HIDDEN)) == {"zh"}
    opened.click("#switch")
    assert opened.evaluate("document.documentElement.lang") == "en"
    assert opened.title() == "Wenzhou: evaluation of the population plan, 2023"
    assert set(opened.evaluate(HIDDEN)) == {"en"}
    assert opened.inner_text("#findings h2") == "Findings"
    assert opened.inner_text("#switch") == "中文"
    assert opened.get_attribute("nav", "aria-label") == "Contents"
    opened.click("#switch")
    assert opened.title() == title
    assert set(opened.evaluate(HIDDEN)) == {"zh"}


def test_a_link_may_name_the_language(opened: Page) -> None:
    opened.goto(opened.url + "#en")
    opened.reload()
    assert opened.evaluate("document.documentElement.lang") == "en"


def test_every_link_finds_its_target(opened: Page) -> None:
    targets = opened.eval_on_selector_all("a[href]", "links => links.map(link => link.getAttribute('href'))")
    assert len(targets) > 60
    assert all(target.startswith("#") for target in targets)
    lost = opened.evaluate("names => names.filter(name => !document.getElementById(name.slice(1)))", targets)
    assert lost == []
    opened.click("nav a[href='#districts']")
    top = opened.evaluate("document.querySelector('#districts h2').getBoundingClientRect().top")
    bar = opened.evaluate("document.querySelector('nav').getBoundingClientRect().bottom")
    assert bar <= top < 400  # in sight, and not under the bar


@pytest.mark.parametrize("width", [1280, 800, 390])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_page_does_not_scroll_sideways(opened: Page, lang: str, width: int) -> None:
    opened.set_viewport_size({"width": width, "height": 900})
    if lang == "en":
        opened.click("#switch")
    assert opened.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_prints_on_a4_in_one_language(opened: Page, lang: str) -> None:
    if lang == "en":
        opened.click("#switch")
    opened.set_viewport_size({"width": SHEET, "height": 1000})
    opened.emulate_media(media="print")
    assert set(opened.evaluate(HIDDEN)) == {lang}
    assert not opened.is_visible("nav")
    assert opened.evaluate(WIDER, SHEET) == []


def test_the_pdf_is_of_whole_a4_sheets(opened: Page) -> None:
    sheets = opened.pdf(format="A4")
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)\s*\]", sheets)
    assert len(boxes) > 10
    for width, height in boxes:
        assert (float(width), float(height)) == pytest.approx((595.3, 841.9), abs=1.5)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_everybody_can_use_it(opened: Page, lang: str) -> None:
    opened.set_viewport_size({"width": 390, "height": 900})  # narrow, so that tables scroll
    if lang == "en":
        opened.click("#switch")
    # What is drawn in a chart is one picture with a name, and a hundred thousand outlines would take long to walk.
    opened.evaluate("document.querySelectorAll('svg').forEach(svg => svg.replaceChildren())")
    found = Axe().run(opened, options={"runOnly": RULES, "resultTypes": ["violations"]})
    said = io.StringIO()
    for fault in found.response["violations"]:
        nodes = fault["nodes"]
        said.write(f"{fault['id']} ({len(nodes)}): {fault['help']}\n")
        for node in nodes[:3]:
            said.write(f"    {node['target']} {node['html'][:140]}\n    {node.get('failureSummary', '')[:200]}\n")
    assert not found.response["violations"], said.getvalue()
