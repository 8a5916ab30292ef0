"""Chromium under Selenium for the tests of the web page; see README."""

import os
import pathlib
import shutil

import pytest
from selenium import webdriver

ROOT = pathlib.Path(__file__).resolve().parents[2]
WEB = ROOT / "Sources" / "Photos" / "Web"
WAIT_SECONDS = 20


def make_browser(width=1440, height=900, *, dark=False, language="en", phone=False):
    """A headless Chromium of the given size, colour scheme and language."""
    options = webdriver.ChromeOptions()
    options.binary_location = os.environ.get("CHROMIUM", shutil.which("chromium") or "/usr/bin/chromium")
    for argument in (
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", f"--window-size={width},{height}", f"--lang={language}",
    ):
        options.add_argument(argument)
    options.add_experimental_option("prefs", {"intl.accept_languages": language})
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver_path = os.environ.get("CHROMEDRIVER", shutil.which("chromedriver") or "/usr/bin/chromedriver")
    browser = webdriver.Chrome(options=options, service=webdriver.ChromeService(driver_path))
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": height, "deviceScaleFactor": 2 if phone else 1, "mobile": phone},
    )
    if phone:
        browser.execute_cdp_cmd("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 3})
    scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
    return browser


def console_errors(browser):
    """What the page complained of, refused by the content security policy included."""
    return [entry["message"] for entry in browser.get_log("browser") if entry["level"] in ("SEVERE", "WARNING")]


@pytest.fixture
def open_browser():
    """Opens browsers and closes them all in the end."""
    browsers = []

    def open_one(*arguments, **options):
        browser = make_browser(*arguments, **options)
        browsers.append(browser)
        return browser

    yield open_one
    for browser in browsers:
        browser.quit()


@pytest.fixture(scope="session")
def screenshots():
    """The folder that screenshots go to."""
    folder = pathlib.Path(os.environ.get("GLIMPSE_SCREENSHOTS", ROOT / "build-output" / "screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder
