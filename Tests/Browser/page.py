"""What a person does with the page and sees of it, for the tests."""

import os

import pytest
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from conftest import WAIT_SECONDS

URL = os.environ.get("GLIMPSE_URL", "").rstrip("/")

VISIBLE_TILES = """
  const inView = [...document.querySelectorAll('.tile')].filter((tile) => {
    const box = tile.getBoundingClientRect();
    return box.bottom > 80 && box.top < innerHeight;
  });
"""


def wait(browser, condition, what):
    return WebDriverWait(browser, WAIT_SECONDS, poll_frequency=0.05).until(condition, what)


def wait_script(browser, script, what):
    return wait(browser, lambda b: b.execute_script(script), what)


def call(browser, method, path, body=None):
    """The server's own answer, fetched by the page's browser."""
    return browser.execute_async_script(
        """
        const [method, path, body, done] = arguments;
        fetch(path, { method, headers: body ? { 'Content-Type': 'application/json' } : {}, body: body ? JSON.stringify(body) : undefined })
          .then((response) => response.json()).then(done, (error) => done({ failed: String(error) }));
        """,
        method, path, body,
    )


def wait_thumbnails(browser):
    wait_script(
        browser,
        VISIBLE_TILES + "return inView.length > 0 && inView.every((tile) => tile.classList.contains('ready') || tile.classList.contains('broken'))",
        "the photos in view did not load",
    )


def shown_ids(browser):
    return browser.execute_script("return [...document.querySelectorAll('.tile')].map((tile) => Number(tile.dataset.id))")


def open_page(browser, path="/"):
    browser.get(URL + path)
    wait_script(browser, "return document.querySelector('.tile') !== null || !document.getElementById('state').hidden", "the page showed nothing")


def search(browser, text):
    box = browser.find_element(By.ID, "search-input")
    box.clear()
    box.send_keys(text, Keys.ENTER)
    wait_results(browser)


def wait_results(browser):
    wait_script(
        browser,
        "return !document.getElementById('results').hidden && document.getElementById('results').ariaBusy === null"
        " && (document.querySelector('#results .tile[data-id], #results .less-button') !== null || !document.getElementById('state').hidden)",
        "the search did not end",
    )


def results_in_order(browser, answer):
    """Relevant photos first, then the others, each in the rank order of the API."""
    relevant = [hit["image_id"] for hit in answer["results"] if hit["relevant"]]
    others = [hit["image_id"] for hit in answer["results"] if not hit["relevant"]]
    less = browser.find_elements(By.CSS_SELECTOR, ".less-button[aria-expanded='false']")
    if others:
        assert less and str(len(others)) in less[0].text
        browser.execute_script("arguments[0].click()", less[0])
    grids = browser.execute_script(
        "return [...document.querySelectorAll('#results .grid')].map((grid) => [...grid.querySelectorAll('.tile')]"
        ".map((tile) => [Number(tile.dataset.index), Number(tile.dataset.id)]))")
    for expected, grid in zip((relevant, others), grids):
        for index, identifier in grid:
            assert expected[index] == identifier
    assert sum(len(grid) for grid in grids) > 0
    if relevant:
        assert len(grids[0]) > 0


def lightbox_photo(browser):
    """The id of the open photo once its full view has loaded."""
    wait_script(browser, "return document.querySelector('#lightbox[open] .lb-full.ready') !== null", "the full view did not load")
    wait_script(browser, "return document.getAnimations().every((a) => !(a.effect?.pseudoElement ?? '').startsWith('::view-transition'))", "the transition did not end")
    return int(browser.execute_script("return new URLSearchParams(location.search).get('photo')"))


def press(browser, *keys):
    ActionChains(browser).send_keys(*keys).perform()


def open_first(browser):
    wait_thumbnails(browser)
    browser.find_element(By.CSS_SELECTOR, ".tile").click()
    return lightbox_photo(browser)


def drop_picture(browser, image_id):
    """Drops a real JPEG, the thumbnail of an indexed photo, on the page."""
    failure = browser.execute_async_script(
        """
        const [id, done] = arguments;
        fetch(`/image/${id}/thumb`).then((response) => response.blob()).then((blob) => {
          const data = new DataTransfer();
          data.items.add(new File([blob], 'dropped.jpg', { type: 'image/jpeg' }));
          for (const type of ['dragenter', 'dragover', 'drop']) {
            document.body.dispatchEvent(new DragEvent(type, { dataTransfer: data, bubbles: true, cancelable: true }));
          }
          done(null);
        }, (error) => done(String(error)));
        """,
        image_id,
    )
    assert failure is None


def no_overflow(browser):
    return browser.execute_script("return document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def accessibility_problems(browser):
    axe = pytest.importorskip("axe_core_python.selenium").Axe()
    report = axe.run(browser)
    return [f"{found['id']}: {found['help']} ({found['nodes'][0]['html'][:160]})" for found in report["violations"]]
