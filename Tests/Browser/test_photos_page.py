"""The web page in a real browser against a running Glimpse server with an indexed library; see README."""

import os

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from conftest import console_errors
from page import (
    URL,
    accessibility_problems,
    call,
    drop_picture,
    lightbox_photo,
    no_overflow,
    open_first,
    open_page,
    press,
    results_in_order,
    search,
    shown_ids,
    wait,
    wait_results,
    wait_script,
    wait_thumbnails,
)

QUERY = os.environ.get("GLIMPSE_QUERY", "a dog")
EXPECTED_FIRST = [int(part) for part in os.environ.get("GLIMPSE_QUERY_FIRST_IDS", "").split(",") if part]

pytestmark = pytest.mark.skipif(not URL, reason="needs GLIMPSE_URL, the address of a running server")


def test_the_library_shows_the_photos_in_the_order_of_the_api(open_browser, screenshots):
    browser = open_browser()
    open_page(browser)
    wait_thumbnails(browser)
    first = [hit["image_id"] for hit in call(browser, "GET", "/photos?limit=8")["results"]]
    # How many tiles stand near the viewport depends on the pictures' shapes.
    shown = shown_ids(browser)[: len(first)]
    assert len(shown) >= 3
    assert shown == first[: len(shown)]
    total = call(browser, "GET", "/stats")["total"]
    assert len(shown_ids(browser)) <= max(250, total // 10), "only photos near the viewport are in the document"
    alt = browser.find_element(By.CSS_SELECTOR, ".tile img").get_attribute("alt")
    assert call(browser, "GET", f"/photo/{first[0]}")["file_name"] in alt
    assert no_overflow(browser)
    browser.save_screenshot(str(screenshots / "library-light.png"))
    assert accessibility_problems(browser) == []
    assert console_errors(browser) == []


def test_a_text_search_shows_the_results_in_the_order_of_the_api(open_browser, screenshots):
    browser = open_browser()
    open_page(browser)
    press(browser, "/")
    assert browser.switch_to.active_element.get_attribute("id") == "search-input"
    search(browser, QUERY)
    answer = call(browser, "POST", "/search/text", {"query": QUERY, "top_k": 50})
    if EXPECTED_FIRST:
        assert [hit["image_id"] for hit in answer["results"]][: len(EXPECTED_FIRST)] == EXPECTED_FIRST
    results_in_order(browser, answer)
    wait_thumbnails(browser)
    browser.save_screenshot(str(screenshots / "search-light.png"))
    assert wait_script(browser, "return document.getElementById('live').textContent !== ''", "nothing was announced")
    assert accessibility_problems(browser) == []
    assert console_errors(browser) == []


def test_a_photo_opens_steps_and_tells_what_is_known_of_it(open_browser, screenshots):
    browser = open_browser()
    open_page(browser)
    ids = [hit["image_id"] for hit in call(browser, "GET", "/photos?limit=3")["results"]]
    assert open_first(browser) == ids[0]
    press(browser, Keys.ARROW_RIGHT)
    wait_script(browser, f"return location.search.includes('photo={ids[1]}')", "the right arrow did not step")
    assert lightbox_photo(browser) == ids[1]
    press(browser, Keys.ARROW_LEFT)
    wait_script(browser, f"return location.search.includes('photo={ids[0]}')", "the left arrow did not step")
    press(browser, "i")
    photo = call(browser, "GET", f"/photo/{ids[0]}")
    panel = wait(browser, lambda b: b.find_element(By.CSS_SELECTOR, "aside.lb-info .info-list"), "the panel did not open").text
    assert photo["file_name"] in panel
    assert f"{photo['width']} × {photo['height']}" in panel
    lightbox_photo(browser)
    browser.save_screenshot(str(screenshots / "photo-details.png"))
    assert accessibility_problems(browser) == []
    press(browser, Keys.ARROW_RIGHT)
    wait_script(browser, f"return location.search.includes('photo={ids[1]}')", "the right arrow did not step")
    press(browser, Keys.ESCAPE)
    wait_script(browser, "return !document.getElementById('lightbox').open", "Escape did not close the photo")
    wait_script(browser, f"return document.activeElement?.dataset?.id === '{ids[1]}'", "the focus is not on the photo that was left")
    assert "photo=" not in browser.current_url
    assert console_errors(browser) == []


def test_find_similar_ranks_the_photos_like_the_open_one(open_browser, screenshots):
    browser = open_browser()
    open_page(browser)
    photo = open_first(browser)
    press(browser, "s")
    wait_script(browser, f"return location.search.includes('similar={photo}')", "the search did not begin")
    wait_results(browser)
    results_in_order(browser, call(browser, "POST", "/search/image", {"image_id": photo, "top_k": 50}))
    wait_thumbnails(browser)
    browser.save_screenshot(str(screenshots / "similar.png"))
    browser.back()
    assert lightbox_photo(browser) == photo
    browser.back()
    wait_script(browser, "return !document.getElementById('lightbox').open && !document.getElementById('library').hidden", "back did not reach the library")
    assert console_errors(browser) == []


def test_a_dropped_picture_finds_its_like(open_browser, screenshots):
    browser = open_browser()
    open_page(browser)
    photo = call(browser, "GET", "/photos?limit=1")["results"][0]["image_id"]
    drop_picture(browser, photo)
    wait_script(browser, "return location.search.includes('picture=')", "the picture was not taken")
    wait_results(browser)
    wait_thumbnails(browser)
    assert photo in shown_ids(browser)[:5]
    assert browser.find_element(By.CSS_SELECTOR, "#picture-chip img").is_displayed()
    browser.save_screenshot(str(screenshots / "dropped.png"))
    browser.find_element(By.CSS_SELECTOR, "#picture-chip .chip-remove").click()
    wait_script(browser, "return !document.getElementById('library').hidden && document.getElementById('picture-chip').hidden", "the picture was not removed")
    assert console_errors(browser) == []


def test_a_file_that_is_no_picture_is_refused_in_words(open_browser, tmp_path):
    browser = open_browser()
    open_page(browser)
    letter = tmp_path / "letter.txt"
    letter.write_text("not a picture")
    browser.find_element(By.ID, "picture-input").send_keys(str(letter))
    toast = wait(browser, lambda b: b.find_element(By.ID, "toast"), "no word of it")
    wait(browser, lambda b: toast.is_displayed(), "no word of it")
    assert "letter.txt" in toast.text
    assert browser.execute_script("return location.search") == ""
    assert console_errors(browser) == []


def test_escape_clears_the_search_and_the_address_keeps_it(open_browser):
    browser = open_browser()
    open_page(browser)
    search(browser, QUERY)
    assert "q=" in browser.current_url
    browser.refresh()
    wait_results(browser)
    assert browser.find_element(By.ID, "search-input").get_attribute("value") == QUERY
    press(browser, "/")
    press(browser, Keys.ESCAPE)
    wait_script(browser, "return !document.getElementById('library').hidden", "Escape did not clear the search")
    browser.back()
    wait_results(browser)
    assert browser.find_element(By.ID, "search-input").get_attribute("value") == QUERY
    browser.forward()
    wait_script(browser, "return !document.getElementById('library').hidden", "forward did not reach the library")
    assert console_errors(browser) == []


def test_filters_narrow_the_library_and_come_off_again(open_browser, screenshots):
    browser = open_browser()
    open_page(browser)
    by_format = call(browser, "GET", "/stats")["by_format"]
    name, count = max(by_format.items(), key=lambda item: item[1])
    browser.find_element(By.ID, "filters-button").click()
    chips = wait(browser, lambda b: b.find_elements(By.CSS_SELECTOR, "#filters .chip"), "no format is offered")
    assert len(chips) == len(by_format)
    wait(browser, lambda b: chips[0].is_displayed() and chips[0].size["height"] > 0, "the panel did not open")
    chips[0].click()
    wait_script(browser, f"return location.search.includes('formats={name}')", "the filter is not in the address")
    browser.save_screenshot(str(screenshots / "filters.png"))
    assert accessibility_problems(browser) == []
    press(browser, Keys.ESCAPE)
    shown = wait_script(browser, "const node = document.querySelector('.summary-count'); return !document.getElementById('summary').hidden && node?.textContent", "the count is missing")
    assert str(count) in shown.replace(",", "")
    browser.find_element(By.CSS_SELECTOR, "#summary .chip-on").click()
    wait_script(browser, "return location.search === ''", "the filter did not come off")
    assert console_errors(browser) == []


def test_nothing_found_suggests_what_may_help(open_browser, screenshots):
    browser = open_browser()
    browser.get(f"{URL}/?q=dog&from=1901-01-01&to=1901-01-02")
    wait_script(browser, "return document.getElementById('state').dataset.kind === 'none' && !document.getElementById('state').hidden", "no word of nothing found")
    browser.save_screenshot(str(screenshots / "nothing-found.png"))
    browser.find_element(By.CSS_SELECTOR, "#state .button.primary").click()
    wait_results(browser)
    assert browser.find_elements(By.CSS_SELECTOR, "#results .tile, #results .less-button")
    assert console_errors(browser) == []


def test_a_problem_is_told_in_the_words_of_the_server_and_retry_searches_again(open_browser, screenshots):
    browser = open_browser()
    browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": """
      const real = window.fetch;
      window.searches = 0;
      window.fetch = (path, options) => {
        if (path !== '/search/text' || (window.searches += 1) > 1) return real(path, options);
        const problem = { title: 'Busy', status: 503, detail: 'The model is being loaded.', code: 'busy', request_id: 'r1' };
        return Promise.resolve(new Response(JSON.stringify(problem), { status: 503, headers: { 'Content-Type': 'application/problem+json' } }));
      };
    """})
    browser.get(f"{URL}/?q=dog")
    state = wait(browser, lambda b: b.find_element(By.CSS_SELECTOR, "#state[data-kind='error']"), "the problem is not shown")
    assert "The model is being loaded." in state.text
    browser.save_screenshot(str(screenshots / "error.png"))
    browser.find_element(By.CSS_SELECTOR, "#state .button.primary").click()
    wait_results(browser)
    assert not browser.find_element(By.ID, "state").is_displayed() or "The model" not in browser.find_element(By.ID, "state").text
    assert console_errors(browser) == []


def test_a_server_that_is_away_is_told_and_found_again(open_browser):
    browser = open_browser()
    open_page(browser)
    conditions = {"latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", {**conditions, "offline": True})
    box = browser.find_element(By.ID, "search-input")
    box.send_keys(QUERY, Keys.ENTER)
    wait(browser, lambda b: b.find_element(By.ID, "banner").is_displayed(), "no banner tells of it")
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", {**conditions, "offline": False})
    wait(browser, lambda b: not b.find_element(By.ID, "banner").is_displayed(), "the banner stays")
    wait_results(browser)
    assert browser.find_elements(By.CSS_SELECTOR, "#results .tile, #results .less-button")


def test_a_missing_thumbnail_leaves_the_file_name(open_browser):
    browser = open_browser()
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.setBlockedURLs", {"urls": ["*/thumb*"]})
    open_page(browser)
    tile = wait(browser, lambda b: b.find_element(By.CSS_SELECTOR, ".tile.broken"), "no placeholder")
    assert tile.find_element(By.CSS_SELECTOR, ".tile-broken-name").text != ""


def test_the_page_fits_a_phone(open_browser, screenshots):
    browser = open_browser(390, 844, phone=True, dark=True)
    open_page(browser)
    wait_thumbnails(browser)
    assert no_overflow(browser)
    browser.save_screenshot(str(screenshots / "phone-dark.png"))
    browser.find_element(By.ID, "filters-button").click()
    wait_script(browser, "return document.getElementById('filters').matches(':popover-open') && document.getElementById('filters').getAnimations().length === 0", "the filters did not open")
    browser.save_screenshot(str(screenshots / "phone-filters.png"))
    assert accessibility_problems(browser) == []
    press(browser, Keys.ESCAPE)
    search(browser, QUERY)
    wait_thumbnails(browser)
    assert no_overflow(browser)
    photo = open_first(browser)
    before = browser.current_url
    stage = browser.find_element(By.CSS_SELECTOR, ".lb-stage")
    box = stage.rect
    y = int(box["y"] + box["height"] / 2)
    for kind, x in (("touchStart", 320), ("touchMove", 220), ("touchMove", 100), ("touchMove", 40), ("touchEnd", None)):
        points = [] if x is None else [{"x": x, "y": y}]
        browser.execute_cdp_cmd("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    wait(browser, lambda b: b.current_url != before, "a swipe did not step")
    assert lightbox_photo(browser) != photo
    browser.save_screenshot(str(screenshots / "phone-photo.png"))
    assert console_errors(browser) == []


def test_a_narrow_phone_and_a_large_screen_have_no_overflow(open_browser, screenshots):
    for width, height in ((320, 568), (3840, 2160)):
        browser = open_browser(width, height, phone=width < 400)
        open_page(browser, "/?q=dog&min=1&formats=jpeg")
        wait_results(browser)
        assert no_overflow(browser), width
        open_page(browser)
        wait_thumbnails(browser)
        assert no_overflow(browser), width
        browser.save_screenshot(str(screenshots / f"width-{width}.png"))


def test_russian_is_spoken_where_the_browser_asks_for_it_and_the_switch_is_remembered(open_browser, screenshots):
    browser = open_browser(language="ru", dark=True)
    open_page(browser)
    wait_thumbnails(browser)
    assert browser.execute_script("return document.documentElement.lang") == "ru"
    assert "Поиск" in browser.find_element(By.ID, "search-input").get_attribute("placeholder")
    background = browser.execute_script("return getComputedStyle(document.documentElement).backgroundColor")
    assert sum(int(part) for part in background.removeprefix("rgb(").removesuffix(")").split(",")) < 150, background
    browser.save_screenshot(str(screenshots / "library-dark-ru.png"))
    assert accessibility_problems(browser) == []
    browser.find_element(By.ID, "menu-button").click()
    english = wait(browser, lambda b: b.find_element(By.CSS_SELECTOR, "#menu input[value='en']"), "no switch")
    browser.execute_script("arguments[0].click()", english)
    browser.refresh()
    wait_script(browser, "return document.documentElement.lang === 'en'", "the choice was forgotten")
    assert console_errors(browser) == []
