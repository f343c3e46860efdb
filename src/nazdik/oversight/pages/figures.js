import { ask, begin, date, el, lang, note, number, place, t } from "./base.js";
import { WORDS } from "./words.js";

const main = begin(WORDS, "citizen", "title_figures", [["/", "to_contact"]]);
const DAY_MS = 86_400_000;
// The middle of a day, so that no time zone makes it another.
const named = (day) => date(new Date(day * DAY_MS + DAY_MS / 2).toISOString());

function table(one, counties) {
  const word = (value) => (counties.has(value) ? place(counties.get(value)) : t(value));
  const rows = one.rows.map((row) => el("tr", {},
    el("th", { scope: "row" }, row.values.map(word).join(lang === "fa" ? "، " : ", ")),
    el("td", {}, number(row.cases)), el("td", {}, number(row.median_days)), el("td", {}, row.p90_days === null ? "—" : number(row.p90_days))));
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": t(`d_${one.dimension}`) }, el("table", {}, el("caption", {}, t(`d_${one.dimension}`)),
    el("thead", {}, el("tr", {}, ...[`d_${one.dimension}`, "number_of", "median", "p90"].map((name) => el("th", { scope: "col" }, t(name))))),
    el("tbody", {}, ...rows)));
}

try {
  const answer = await ask("/v1/figures");
  const counties = new Map(answer.counties.map((one) => [one.id, one]));
  const periods = answer.releases.toReversed().map((release) => el("section", { class: "card" },
    el("h2", {}, t(release.since_day ? "period" : "period_first", { since: named(release.since_day), until: named(release.until_day), n: number(release.cases) })),
    ...release.tables.map((one) => table(one, counties))));
  main.replaceChildren(el("p", {}, t("figures_about")),
    ...(periods.length ? periods : [note(t("figures_none"))]),
    el("div", { class: "row" }, el("a", { class: "button", href: "/v1/figures.csv", download: "197.csv" }, t("as_csv")), el("a", { class: "button", href: "/v1/figures", download: "197.json" }, t("as_json"))));
} catch (problem) {
  main.replaceChildren(note(problem.message, "bad"));
}
