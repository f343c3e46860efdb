"""
From the server's decision to the offer on a handheld that is seen and heard: a real Chromium, over loopback.

    python benchmarks/handheld.py [--offers 200]

One unit is on duty, and its crew's page is open. Incidents are opened one after the other; each is offered to it, noticed,
accepted and cleared. *Shown* is when the frame with the offer was painted, *sounded* when the page knew that the tone really
played. Both are counted from the instant that the server gave the offer (`sent_at`), and from the request that opened the
incident. Browser and server have one clock.
"""

import argparse
import re
import time
from contextlib import suppress
from typing import Any

import httpx
import numpy as np
from playwright.sync_api import Page, TimeoutError

from call_to_offer import server
from chromium import chromium, signed_in
from facts import write_results

BAR_MS = 300.0
REST_S = 0.25
OFFER_WITHIN_S = 30.0

# Runs in the page before its own scripts: notes when an offer was painted and when the tone was reported to have played.
WATCH = """
() => {
  const now = () => performance.timeOrigin + performance.now();
  window.seen = {shown: [], sounded: []};
  let up = false;
  new MutationObserver(() => {
    const here = document.querySelector('.offer') !== null;
    // The frame after the next one begins when this one has been painted.
    if (here && !up) requestAnimationFrame(() => setTimeout(() => seen.shown.push(now())));
    up = here;
  }).observe(document, {childList: true, subtree: true});
  const send = window.fetch;
  window.fetch = (...asked) => {
    const [url, given] = asked;
    const body = typeof given?.body === 'string' ? given.body : '';
    if (String(url.url ?? url).includes('/receipts') && body.includes('sounded')) seen.sounded.push(now());
    return send(...asked);
  };
}
"""


def ready(page: Page, address: str) -> None:
    """Put the crew's page into service, as a touch on its button does; one that needs no touch goes on by itself."""
    page.add_init_script(f"({WATCH})()")
    page.goto(f"{address}/field")
    home = page.locator(".home-sign")
    buttons = page.get_by_role("button", name=re.compile("آمادهٔ خدمت|ادامهٔ خدمت|شروع"))
    deadline = time.monotonic() + OFFER_WITHIN_S
    while not home.is_visible():
        if time.monotonic() > deadline:
            raise SystemExit(f"not in service; the page says: {page.inner_text('body')}")
        if buttons.first.is_visible():
            with suppress(TimeoutError):  # it may go by itself just now
                buttons.first.click(timeout=1_000)
        page.wait_for_timeout(100)


def seen(page: Page, what: str, count: int) -> float:
    """Return when something was seen for the nth time, in ms since 1970."""
    deadline = time.monotonic() + OFFER_WITHIN_S
    while page.evaluate("what => seen[what].length", what) < count:
        if time.monotonic() > deadline:
            raise SystemExit(f"offer {count} was not {what}; the page says: {page.inner_text('body')}")
        page.wait_for_timeout(20)
    found: list[float] = page.evaluate("what => seen[what]", what)
    return found[count - 1]


def one(page: Page, desk: httpx.Client, crew: httpx.Client, place: list[float], number: int) -> dict[str, float]:
    """Open an incident, wait until it is on the handheld, and clear it."""
    # A receiver goes on telling where it is; the browser's made-up one does so only when told of another place.
    aside = (number % 7) * 1e-5
    page.context.set_geolocation({"longitude": place[0] + aside, "latitude": place[1], "accuracy": 5})
    began_ms = time.time() * 1000
    body = {"kind": "fight", "point": place, "place": "benchmark"}
    incident = act(desk, "/v1/incidents", body, f"open:{number}")["incident_id"]
    shown_ms, sounded_ms = seen(page, "shown", number), seen(page, "sounded", number)
    (assignment,) = desk.get(f"/v1/incidents/{incident}").json()["assignments"]
    sent_ms = np.datetime64(assignment["sent_at"][:-1], "us").astype(int) / 1000
    for step in ("accept", "en-route", "on-scene", "clear"):
        body = {"disposition": "settled_on_scene"} if step == "clear" else {}
        act(crew, f"/v1/assignments/{assignment['id']}/{step}", body, f"{step}:{number}")
    if desk.get(f"/v1/incidents/{incident}").json()["closed_at"] is None:
        act(desk, f"/v1/incidents/{incident}/close", {"disposition": "settled_on_scene"}, f"close:{number}")
    # The page was not asked, so it says that the assignment is no longer its own; the screen is inert for a moment.
    page.locator(".gone .offer-act:not([data-inert]) button", has_text="دیدم").click(timeout=10_000)
    page.locator(".home-sign").wait_for(timeout=10_000)
    time.sleep(REST_S)
    return {
        "shown": shown_ms - sent_ms,
        "sounded": sounded_ms - sent_ms,
        "shown_from_request": shown_ms - began_ms,
        "sounded_from_request": sounded_ms - began_ms,
    }


def act(who: httpx.Client, path: str, body: Any, key: str) -> dict[str, Any]:
    answer = who.post(path, json=body, headers={"Idempotency-Key": key})
    assert answer.status_code < 300, answer.text
    said: dict[str, Any] = answer.json()
    return said


def client(address: str, token: str) -> httpx.Client:
    return httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=20)


def spread(values: list[float]) -> dict[str, float]:
    p50, p95, p99 = (round(float(np.percentile(values, p)), 1) for p in (50, 95, 99))
    return {"p50": p50, "p95": p95, "p99": p99, "max": round(float(max(values)), 1)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--offers", type=int, default=200)
    options = parser.parse_args()
    with server(1, 1) as (load, settled), chromium() as browser:
        address = f"http://127.0.0.1:{load['port']}"
        ((unit, lon, lat),) = load["units"]
        token = load["officers"][unit]
        context = signed_in(browser, address, token, width=412, height=915)
        context.grant_permissions(["geolocation"], origin=address)
        context.set_geolocation({"longitude": lon, "latitude": lat, "accuracy": 5})
        page = context.new_page()
        ready(page, address)
        time.sleep(6)  # a heartbeat and a position
        settled()
        desk, crew = client(address, load["dispatcher"]), client(address, token)
        # The first offer loads the tone and the offer's code; a crew's self-test does so on any day.
        for number in range(1, 4):
            one(page, desk, crew, [lon, lat], number)
        offers = [one(page, desk, crew, [lon, lat], number) for number in range(4, 4 + options.offers)]
    figures = {name: spread([offer[name] for offer in offers]) for name in offers[0]}
    path = write_results("handheld", {"offers": len(offers), "bar_p95_ms": BAR_MS, "ms": figures})
    for name, values in figures.items():
        print(f"{name:>22}: {values}")
    worst = max(figures["shown"]["p95"], figures["sounded"]["p95"])
    print(f"bar p95 <= {BAR_MS:.0f} ms: {'met' if worst <= BAR_MS else 'NOT MET'}; {path}")


if __name__ == "__main__":
    main()
