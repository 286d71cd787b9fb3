"""The app in a process of its own, a real browser in front of it, and a log of what the browser did."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, Playwright, expect

# A browser that has nobody to talk to but the page.
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--autoplay-policy=no-user-gesture-required",
]
# A busy machine is no fault of the page.
PATIENCE_MS = 120_000
START_SECONDS = 180.0


def chromium() -> str | None:
    """Where the browser lies: what CHROMIUM names, or Debian's."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def running_app(folder: Path, *options: str, environment: Mapping[str, str] | None = None) -> Iterator[str]:
    """`genrekit app` on a free port; gives its address when it answers, and ends it afterwards."""
    port = free_port()
    url = f"http://127.0.0.1:{port}/"
    log = folder / f"app-{port}.log"
    state = {"GENREKIT_STATE": str(folder / "state"), "GRADIO_TEMP_DIR": str(folder / "uploads")}
    command = [sys.executable, "-c", "from genrekit.cli.main import main; main()", "app", "--port", str(port), *options]
    with log.open("w") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, env={**os.environ, **state, **(environment or {})})
        try:
            wait_until_up(process, url, log)
            yield url
        finally:
            process.terminate()
            process.wait(30)


def wait_until_up(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        if process.poll() is not None:
            raise AssertionError(f"the app ended with status {process.returncode}:\n{log.read_text()}")
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - its own address
                return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise AssertionError(f"the app did not answer:\n{log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def launch(playwright: Playwright, *flags: str) -> Browser:
    """The browser, with patience for what is expected of its pages."""
    expect.set_options(timeout=PATIENCE_MS)
    return playwright.chromium.launch(executable_path=chromium(), args=[*FLAGS, *flags])


@dataclass
class Log:
    """What a page asked for, what of it failed, and what it complained of."""

    requests: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)

    def outside(self, url: str) -> list[str]:
        """Requests to anybody but the app; what is inside the page itself is no request."""
        inside = (url, url.replace("http", "ws", 1), "data:", "blob:")
        return [address for address in self.requests if not address.startswith(inside)]


def watched(page: Page) -> Log:
    """Have everything that goes wrong on a page written down."""
    log = Log()
    page.on("request", lambda request: log.requests.append(request.url))
    page.on("websocket", lambda socket: log.requests.append(socket.url))
    page.on(
        "response", lambda answer: log.failed.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
    )
    page.on("requestfailed", lambda request: log.failed.append(_failure(request)) if _is_fault(request) else None)
    page.on("console", lambda said: log.complaints.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: log.complaints.append(str(error)))
    return log


def opened(browser: Browser, url: str, **options: Any) -> tuple[Page, Log]:
    """A page of its own session, ready to be used."""
    page = browser.new_context(**({"viewport": {"width": 1100, "height": 800}} | options)).new_page()
    page.set_default_timeout(PATIENCE_MS)
    log = watched(page)
    page.goto(url)
    page.wait_for_selector("#gk-files input[type=file]", state="attached")
    return page, log


def open_tab(page: Page, name: str) -> None:
    """Open a tab, also one that has gone into the menu on a narrow screen."""
    tab = page.get_by_role("tab", name=name)
    if tab.count() == 0:
        page.locator(".overflow-menu > button").click()
        tab = page.locator(".overflow-dropdown button", has_text=name)
    tab.click()


def drop(page: Page, *files: Path) -> None:
    """Hand files to the page, as dropping them does."""
    page.set_input_files("#gk-files input[type=file]", [str(file) for file in files])


def genre_on(page: Page) -> str:
    """The answer in large letters, when it is there."""
    return page.locator("#gk-answer .gk-genre").inner_text().strip()


def _failure(request: Any) -> str:
    return f"{request.failure} {request.url}"


def _is_fault(request: Any) -> bool:
    # A player that has read enough, and a stream of events that has ended, are taken down by the browser itself.
    return request.failure != "net::ERR_ABORTED"
