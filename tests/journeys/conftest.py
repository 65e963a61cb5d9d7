"""Debian's chromium for whole stories."""

from __future__ import annotations

import pytest
from playwright.sync_api import sync_playwright


@pytest.fixture
def chrome(chromium, monkeypatch):
    # Playwright keeps a loop in this thread; Django's check would take it for asynchronous code.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
    with (
        sync_playwright() as play,
        play.chromium.launch(
            executable_path=chromium, args=["--no-sandbox", "--disable-gpu"]
        ) as browser,
    ):
        yield browser
