"""Unit tests of the page's modules, run in Chromium: no Glimpse server and no Node.js needed."""

import functools
import http.server
import pathlib
import re
import threading

import pytest
from selenium.webdriver.support.ui import WebDriverWait

from conftest import WAIT_SECONDS, WEB, console_errors

HERE = pathlib.Path(__file__).resolve().parent


class PageAndTests(http.server.SimpleHTTPRequestHandler):
    """The page's files at `/`, the tests beside them."""

    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, ".js": "text/javascript"}

    def translate_path(self, path):
        own = path == "/unit.html" or path.startswith("/unit/")
        self.directory = str(HERE if own else WEB)
        return super().translate_path(path)

    def log_message(self, *arguments):
        """Quiet: pytest reports what matters."""


@pytest.fixture(scope="module")
def address():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(PageAndTests))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def test_every_unit_test_of_the_modules_passes(open_browser, address):
    browser = open_browser()
    browser.get(f"{address}/unit.html")
    results = WebDriverWait(browser, WAIT_SECONDS).until(lambda b: b.execute_script("return window.unitResults"), "the modules did not load")
    failures = [f"{result['name']}: {result['error']}" for result in results if result["error"]]
    assert not failures, "\n".join(failures)
    assert len(results) > 20, "some test files were not loaded"
    errors = [message for message in console_errors(browser) if "favicon" not in message]
    assert not errors, errors


def sources():
    return {path: path.read_text(encoding="utf-8") for path in sorted(WEB.rglob("*")) if path.suffix in (".js", ".html", ".css")}


def test_every_string_that_is_used_exists_and_every_one_that_exists_is_used():
    strings = (WEB / "js" / "strings.js").read_text(encoding="utf-8")
    english = strings.split("const ru", 1)[0]
    defined = set(re.findall(r"^  '([\w.]+)':", english, re.M))
    used, prefixes = set(), set()
    for path, text in sources().items():
        if path.name == "strings.js":
            continue
        used |= set(re.findall(r"data-t(?:-\w+)?=\"([\w.]+)\"", text))
        used |= {word for word in re.findall(r"'([\w.]+)'", text) if word in defined}
        for call in re.findall(r"\bt\('([\w.]+)'", text):
            used.add(call)
        prefixes |= set(re.findall(r"\bt\(`([\w.]+)\$\{", text))
    used |= {key for key in defined if any(key.startswith(prefix) for prefix in prefixes)}
    assert used - defined == set()
    assert defined - used == set()


def test_every_icon_that_is_used_exists():
    symbols = set(re.findall(r'<symbol id="icon-([\w-]+)"', (WEB / "index.html").read_text(encoding="utf-8")))
    used = set()
    for text in sources().values():
        used |= set(re.findall(r'href="#icon-([\w-]+)"', text)) | set(re.findall(r"\bicon\('([\w-]+)'\)", text))
    used |= {name for name in symbols if any(f"'{name}'" in text for path, text in sources().items() if path.suffix == ".js")}
    assert used == symbols, used ^ symbols


def test_the_page_keeps_to_the_strict_content_security_policy():
    html = (WEB / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:|<script(?![^>]*\ssrc=)", html)
    for path, text in sources().items():
        assert not re.search(r"\beval\(|new Function|innerHTML|insertAdjacentHTML|document\.write", text), path
        outside = [url for url in re.findall(r"https?://[^\s\"'`)]+", text) if not re.match(r"https://www\.openstreetmap\.org/|http://www\.w3\.org/", url)]
        assert not outside, (path, outside)


def test_modules_are_short():
    for path, text in sources().items():
        assert text.count("\n") < 400, f"{path.name} has {text.count(chr(10))} lines"
