"""The site: built with warnings as errors, complete, and nothing in it comes from elsewhere."""

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

import popmodel as pm

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("docs") / "site"
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(out)]
    quiet = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(command, cwd=ROOT, env=quiet, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return out


class _Resources(HTMLParser):
    """What a page loads by itself; links that a reader follows are another matter."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.links: list[str] = []
        self.ids: set[str] = set()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in ("script", "img", "iframe", "source"):
            self.found.append(given.get("src") or "")
        elif tag == "link" and given.get("rel") != "canonical":
            self.found.append(given.get("href") or "")
        elif tag == "a":
            self.links.append(given.get("href") or "")
        self.ids.add(given.get("id") or "")


def _read(page: Path) -> _Resources:
    parser = _Resources()
    parser.feed(page.read_text(encoding="utf-8"))
    return parser


@pytest.mark.slow
def test_nothing_comes_from_elsewhere_and_links_lead_somewhere(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    assert len(pages) > 20
    for page in pages:
        read = _read(page)
        assert not [url for url in read.found if re.match(r"(https?:)?//", url)], page
        for link in read.links:
            target = link.partition("#")[0]
            if target and not re.match(r"[a-z]+:", target) and page.name != "404.html":
                assert (page.parent / target).exists(), f"{page.name}: {link}"


@pytest.mark.slow
def test_every_public_name_has_its_place(site: Path) -> None:
    ids = set().union(*(_read(page).ids for page in (site / "api").glob("*.html")))
    names = {anchor.rpartition(".")[2] for anchor in ids}
    assert not {name for name in pm.__all__ if name != "__version__"} - names


@pytest.mark.slow
def test_every_chart_is_in_the_gallery_in_both_languages(site: Path) -> None:
    text = (site / "gallery.html").read_text(encoding="utf-8")
    charts = [name.removeprefix("plot_") for name in pm.__all__ if name.startswith("plot_")]
    for name in charts:
        assert f"pm.plot_{name}(" in text
        for lang in ("en", "zh"):
            assert f"gallery/{name}_{lang}.png" in text
            assert (site / "gallery" / f"{name}_{lang}.png").read_bytes().startswith(b"\x89PNG")
