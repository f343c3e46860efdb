"""
The console's other budgets (UX.md §2): how fast it starts, and how fast what one desk does is on another's screen.

    python benchmarks/budgets.py [--units 5000] [--incidents 100] [--changes 200] [--slow 1 4] [--events 100]

The same load as `console.py`, which measures keys. *Cold* is a browser that has never been here, *warm* one whose desk stood until
its service worker kept the files (10 s), *again* one whose desk was closed before that. A console has started when the frame in
which it says that it is live and its queue has rows is painted: the page itself notes when, from the beginning of its navigation.
For each event an incident is opened over HTTP: *confirmed* when that is answered, *shown* when the list of another desk, in the
browser, has painted it; that is no key of this desk. Then it is cancelled. Browser and server have one clock.
"""

import argparse
import statistics
import time
from typing import Any

import httpx
from playwright.sync_api import BrowserContext, Page

from call_to_offer import Apart, gateway, server
from chromium import DRAWING, chromium, how_it_draws, signed_in
from console import KINDS, SETTLES_S, Changes, open_incidents, spread
from facts import write_results

BARS = {"cold_s": 3.0, "warm_s": 1.0, "confirmed_ms": 500.0, "shown_ms": 300.0}
REST_S = 0.4
SHOWN_WITHIN_MS = 10_000
STARTS = 5
# A page that goes takes its time too.
GONE_S = 2.0
STARTED_WITHIN_S = 60.0
KEPT_WITHIN_S = 60.0
# Runs in the page: notes when the desk said that it was live and had rows, and that was painted.
START = """
() => {
  const watcher = new MutationObserver(() => {
    if (!document.querySelector('.pane-working .q-row')) return;
    if (!document.querySelector('.status-bar')?.textContent.includes('برخط')) return;
    watcher.disconnect();
    requestAnimationFrame(() => setTimeout(() => { window.startedMs = performance.now(); }));
  });
  watcher.observe(document, {childList: true, characterData: true, subtree: true});
}
"""
KEPT = "navigator.serviceWorker.getRegistration('/console').then((kept) => !!kept?.active)"
# Runs in the page: notes when the queues' length changed and was painted.
WATCH = """
() => {
  window.lengths = [];
  let last = -1;
  new MutationObserver(() => {
    const grids = document.querySelectorAll('.pane-waiting [role=grid], .pane-working [role=grid]');
    const sum = [...grids].reduce((all, grid) => all + Number(grid.getAttribute('aria-rowcount')), 0);
    if (sum === last) return;
    last = sum;
    requestAnimationFrame(() => setTimeout(() => lengths.push([performance.timeOrigin + performance.now(), sum])));
  }).observe(document, {attributes: true, childList: true, subtree: true});
}
"""


def wait_for(page: Page, expression: str, within_s: float) -> Any:
    """Ask the page now and then, so that asking does not slow it, until the answer is something; return that."""
    until = time.monotonic() + within_s
    while not (answer := page.evaluate(expression)):
        assert time.monotonic() < until, f"not within {within_s:.0f} s: {expression}"
        time.sleep(1)
    return answer


def started(context: BrowserContext, address: str, slow: int) -> tuple[Page, float]:
    """Open the console and return it, and in how many seconds it was live with rows."""
    page = context.new_page()
    page.add_init_script(f"({START})()")
    page.add_init_script(f"({WATCH})()")
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": slow})
    page.goto(f"{address}/console", wait_until="commit")
    time.sleep(1)
    return page, round(wait_for(page, "window.startedMs ?? 0", STARTED_WITHIN_S) / 1000, 2)


def events(page: Page, desk: httpx.Client, point: list[float], count: int) -> tuple[list[float], list[float]]:
    """Open incidents one after another; return how long each took to its answer and to the other screen."""
    confirmed, shown = [], []
    for n in range(count):
        changes, length = page.evaluate("[lengths.length, lengths.at(-1)[1]]")
        body = {"kind": KINDS[n % len(KINDS)], "priority": n % 5 + 1, "point": point, "place": f"event {n}"}
        sent = time.time() * 1000
        answer = desk.post("/v1/incidents", json=body, headers=_key())
        confirmed.append(time.time() * 1000 - sent)
        incident = answer.raise_for_status().json()["incident_id"]
        longer = f"lengths.slice({changes}).find((each) => each[1] > {length})"
        shown.append((_seen(page, longer) or sent + SHOWN_WITHIN_MS) - sent)
        # The last event meets as many open incidents as the first.
        changes = page.evaluate("lengths.length")
        desk.post(f"/v1/incidents/{incident}/cancel", json={"reason": "test"}, headers=_key()).raise_for_status()
        _seen(page, f"lengths.slice({changes}).find((each) => each[1] <= {length})")
        time.sleep(REST_S)
    return confirmed, shown


def _seen(page: Page, change: str) -> float | None:
    """When the change was painted, in milliseconds since 1970; None when it is not in time."""
    until = time.monotonic() + SHOWN_WITHIN_MS / 1000
    seen: float | None = None
    while seen is None and time.monotonic() < until:
        page.wait_for_timeout(50)
        seen = page.evaluate(f"{change}?.[0] ?? null")
    return seen


def _key() -> dict[str, str]:
    return {"Idempotency-Key": f"event:{time.monotonic_ns()}"}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--units", type=int, default=5_000)
    parser.add_argument("--incidents", type=int, default=100)
    parser.add_argument("--changes", type=float, default=200.0, help="Incidents changed a second")
    parser.add_argument("--slow", type=int, nargs="+", default=[1, 4])
    parser.add_argument("--events", type=int, default=100)
    parser.add_argument("--drawing", choices=tuple(DRAWING), default="no-card")
    options = parser.parse_args()
    runs: list[dict[str, Any]] = []
    with server(options.units, 2) as (load, settled), chromium(options.drawing) as browser:
        address, token = f"http://127.0.0.1:{load['port']}", load["dispatcher"]
        fleet = Apart(gateway, load)
        time.sleep(SETTLES_S)
        incidents = open_incidents(address, token, load["units"], options.incidents)
        desk = httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=60)
        settled()
        with Changes(address, token, incidents, options.changes):
            drawn = how_it_draws(browser)
            for slow in options.slow:
                took: dict[str, list[float]] = {"cold": [], "again": [], "warm": []}
                for turn in range(STARTS):
                    context = signed_in(browser, address, token, width=1920, height=1080)
                    for kind, times in took.items():
                        page, seconds = started(context, address, slow)
                        times.append(seconds)
                        if kind == "again":
                            wait_for(page, KEPT, KEPT_WITHIN_S)
                        if kind != "warm":
                            page.close()
                            time.sleep(GONE_S)
                    if turn < STARTS - 1:
                        context.close()
                time.sleep(SETTLES_S)
                confirmed, shown = events(page, desk, load["units"][0][1:3], options.events)
                context.close()
                figures = {
                    f"{kind}_s": {"median": statistics.median(times), "worst": max(times)}
                    for kind, times in took.items()
                }
                runs.append(
                    {"processor_slowed": slow, **figures, "confirmed_ms": spread(confirmed), "shown_ms": spread(shown)}
                )
                print(runs[-1], flush=True)
        told = fleet.end()
    said = {
        "units": options.units,
        "incidents": options.incidents,
        "changes_per_s_asked": options.changes,
        "positions_per_s": told["positions_per_s"],
        "drawing": options.drawing,
        "browser_says": drawn,
        "bars": BARS,
        "runs": runs,
    }
    print(write_results("budgets", said))


if __name__ == "__main__":
    main()
