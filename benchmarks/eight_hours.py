"""
Eight hours at a desk, in minutes: does the console's memory grow? A real Chromium, a real server, and a clock that runs ahead.

    python benchmarks/eight_hours.py [--hours 8] [--units 500] [--incidents-per-day 25300] [--drawing no-card]

The page comes from the server with all that it holds. From then on a feed inside the page says what the server would say in so
many hours, through the page's own socket and as text: ten times Khuzestan's calls a day, twenty changes an incident, each unit's
position every 5 s, a beat every 2 s. Incidents come, change, end and are archived. The page's clock is wound on, so that every
timer runs as often as in eight hours; between, someone walks the queue, opens a form and types. At each hour garbage is collected
and the heap is read; the first half hour is warming up.

**Bar: the heap grows by at most 20 MB, the page holds at most 2,500 nodes (UX.md §2).**
"""

import argparse
import time
from typing import Any

from playwright.sync_api import CDPSession, Page

from call_to_offer import Apart, gateway, server
from chromium import DRAWING, chromium, signed_in
from console import open_incidents
from facts import write_results

BAR_MB = 20.0
BAR_NODES = 2_500
CHANGES_AN_INCIDENT = 20
DAY_S = 86_400
WARM_S = 1_800
STEP_S = 60
KEYS_EVERY_S = 600
KEYS = ("KeyJ", "KeyJ", "KeyK", "F2", *"azadi 12", "Escape", "Alt+2", "Alt+1", "/", *"D 12", "Escape")

# Runs in the page before its own scripts: keeps hold of the socket, and can speak in the server's place.
FEED = """
() => {
  const Plain = WebSocket;
  // What was listened for and not let go: the browser's own count has what is garbage and not yet collected in it.
  window.listening = 0;
  for (const [name, step] of [['addEventListener', 1], ['removeEventListener', -1]]) {
    const plain = EventTarget.prototype[name];
    EventTarget.prototype[name] = function (...asked) {
      window.listening += step;
      return plain.apply(this, asked);
    };
  }
  const feed = (window.feed = {on: false, changes: 0, snap: null, line: null, open: [], number: 900000});
  window.WebSocket = class extends Plain {
    constructor(...asked) {
      super(...asked);
      feed.line = this;
      this.addEventListener('message', (event) => {
        if (feed.on) event.stopImmediatePropagation();
        else if (typeof event.data === 'string' && event.data.includes('"snap"')) feed.snap = JSON.parse(event.data);
      });
      // The server's own clock does not run ahead: should it leave, the page is not told.
      this.addEventListener('close', (event) => feed.on && event.stopImmediatePropagation());
    }
    get readyState() {
      return feed.on ? 1 : super.readyState;
    }
    send(said) {
      if (!feed.on) super.send(said);
    }
    close(...asked) {
      if (!feed.on) super.close(...asked);
    }
  };
  const chance = (n) => Math.floor(Math.random() * n);
  const now = () => new Date().toISOString();
  const say = (message) => feed.line.onmessage({data: JSON.stringify(message)});
  const change = (items) => {
    const {stream, epoch} = feed.snap;
    say({t: 'change', stream, epoch, prev: feed.pos, pos: feed.pos + 1, at: now(), cmds: [], items});
    feed.pos += 1;
    feed.changes += 1;
  };
  const clone = (value) => structuredClone(value);
  const items = (kind) => feed.snap.items.filter((each) => each.k === kind && each.v);

  const begin = () => {
    const number = feed.number++;
    const incident = clone(feed.incident);
    incident.id = `${feed.snap.stream}.i.${number}`;
    Object.assign(incident, {number, created_at: now(), status: 'Active', place: `place ${number} ${'x'.repeat(40)}`});
    const detail = feed.detail ? {...clone(feed.detail), id: incident.id, incident: incident.id} : null;
    const one = {incident, detail, step: 0};
    feed.open.push(one);
    return one;
  };
  const turn = (most) => {
    const one = feed.open.length < most ? begin() : feed.open[chance(feed.open.length)];
    const {incident, detail} = one;
    one.step += 1;
    const said = [{k: 'incident', id: incident.id, v: incident}];
    if (detail) said.push({k: 'detail', id: incident.id, v: detail});
    if (one.step > feed.each) {
      feed.open.splice(feed.open.indexOf(one), 1);
      // Ended, and a moment later in the archive.
      change([{k: 'incident', id: incident.id, v: {...incident, status: 'Closed', closed_at: now()}}]);
      change(said.map(({k, id}) => ({k, id, v: null})));
      return;
    }
    incident.priority = 1 + chance(5);
    incident.status = one.step % 3 ? 'Active' : 'ResourcesAssigned';
    const unit = clone(feed.units[chance(feed.units.length)]);
    unit.v.status_since = now();
    unit.v.primary = chance(2) ? 'Available' : 'NotAvailable';
    change([...said, unit]);
  };
  const positions = () => {
    const name = new TextEncoder().encode(feed.snap.stream);
    const moved = feed.units.filter((_, n) => n % 5 === feed.second % 5);
    const view = new DataView(new ArrayBuffer(16 + name.length + 20 * moved.length));
    view.setUint8(0, 1);
    view.setUint8(1, name.length);
    view.setUint32(4, moved.length, true);
    view.setBigInt64(8, BigInt(Date.now()) * 1000n, true);
    new Uint8Array(view.buffer, 16, name.length).set(name);
    moved.forEach((unit, n) => {
      const at = 16 + name.length + 20 * n;
      view.setUint32(at, unit.v.slot, true);
      view.setInt32(at + 4, feed.lon * 1e6 + chance(100000), true);
      view.setInt32(at + 8, feed.lat * 1e6 + chance(100000), true);
      view.setUint16(at + 12, chance(36000), true);
      view.setUint16(at + 14, 800, true);
    });
    feed.line.onmessage({data: view.buffer});
  };
  feed.start = (perSecond, each, lon, lat) => {
    Object.assign(feed, {on: true, each, lon, lat, second: 0, due: 0, pos: feed.snap.pos});
    feed.incident = items('incident')[0].v;
    feed.detail = items('detail')[0]?.v ?? null;
    feed.units = items('unit');
    setInterval(() => {
      feed.second += 1;
      positions();
      if (feed.second % 2 === 0) say({t: 'beat', at: now(), pos: {[feed.snap.stream]: feed.pos}});
      for (feed.due += perSecond; feed.due >= 1; feed.due -= 1) turn(60);
    }, 1000);
  };
}
"""


def feed_from_now(page: Page, per_s: float, point: list[float]) -> None:
    """Begin to speak in the server's place."""
    page.evaluate("([rate, each, lon, lat]) => feed.start(rate, each, lon, lat)", [per_s, CHANGES_AN_INCIDENT, *point])


def live_through(page: Page, seconds: int) -> None:
    """Let so much time pass for the page, with somebody at its keys now and then."""
    for begun in range(0, seconds, STEP_S):
        page.clock.run_for(STEP_S * 1000)
        if begun % KEYS_EVERY_S == 0:
            for key in KEYS:
                page.keyboard.press(key)
                page.clock.run_for(100)


def held(page: Page, tools: CDPSession) -> dict[str, float]:
    """Return what the page holds when its garbage is gone."""
    for _ in range(2):
        tools.send("HeapProfiler.collectGarbage")
    tools.send("Performance.enable")
    told = {each["name"]: each["value"] for each in tools.send("Performance.getMetrics")["metrics"]}
    return {
        "heap_mb": round(told["JSHeapUsedSize"] / 1e6, 2),
        "listeners": page.evaluate("listening"),
        "nodes": page.evaluate("document.querySelectorAll('*').length"),
        "changes": page.evaluate("feed.changes"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--hours", type=float, default=8.0)
    parser.add_argument("--units", type=int, default=500)
    parser.add_argument("--incidents-per-day", type=int, default=25_300)
    parser.add_argument("--drawing", choices=tuple(DRAWING), default="no-card")
    options = parser.parse_args()
    per_s = options.incidents_per_day * CHANGES_AN_INCIDENT / DAY_S
    began = time.monotonic()
    with server(options.units, 2) as (load, _), chromium(options.drawing) as browser:
        address, token = f"http://127.0.0.1:{load['port']}", load["dispatcher"]
        fleet = Apart(gateway, load)
        time.sleep(8)
        open_incidents(address, token, load["units"], 20)
        page = signed_in(browser, address, token, width=1920, height=1080).new_page()
        page.clock.install()
        page.add_init_script(f"({FEED})()")
        page.goto(f"{address}/console")
        page.get_by_text("برخط").first.wait_for(timeout=60_000)
        page.wait_for_timeout(3_000)
        tools = page.context.new_cdp_session(page)
        feed_from_now(page, per_s, load["units"][0][1:3])
        live_through(page, WARM_S)
        hours: list[dict[str, Any]] = [{"hour": 0.0, **held(page, tools)}]
        print(hours[-1], flush=True)
        left = round(options.hours * 3600)
        while left > 0:
            live_through(page, min(3600, left))
            left -= 3600
            hours.append({"hour": round(options.hours - max(0, left) / 3600, 2), **held(page, tools)})
            print(hours[-1], flush=True)
        fleet.end()
    growth = round(hours[-1]["heap_mb"] - hours[0]["heap_mb"], 2)
    nodes = max(each["nodes"] for each in hours)
    said = {
        "hours": hours,
        "units": options.units,
        "changes_per_s": round(per_s, 2),
        "heap_growth_mb": growth,
        "bar_growth_mb": BAR_MB,
        "nodes_most": nodes,
        "took_s": round(time.monotonic() - began),
    }
    path = write_results("eight_hours", said)
    met = growth <= BAR_MB and nodes <= BAR_NODES
    print(
        f"heap grew {growth} MB, at most {nodes} nodes, {hours[-1]['changes']:.0f} changes: {'met' if met else 'NOT MET'}; {path}"
    )


if __name__ == "__main__":
    main()
