// The commander's overview: how many, how late, week by week, how it ended, what was promised aloud. Numbers, and no case by itself.
import { apart, el, field, listed, note, number, place, t } from "./base.js";
import { dayOf } from "./jalali.js";
import "./words_overview.js";

const between = (row, dayName) => t("from_to", { since: dayName(row.since_day), until: dayName(row.until_day) });

export async function overview(root, { call, dayName }) {
  root.replaceChildren(el("p", { class: "quiet", role: "status" }, t("loading")));
  const load = async (office = "") => {
    try {
      draw(await call(`/v1/overview?office=${encodeURIComponent(office)}`));
    } catch (problem) {
      root.replaceChildren(note(problem.message, "bad"), el("div", { class: "row" }, el("button", { type: "button", onclick: () => load(office) }, t("again"))));
    }
  };

  function draw(view) {
    const { overview: seen } = view, names = new Map(view.names.map((one) => [one.id, place(one)]));
    const choose = el("select", {}, ...view.mine.map((one) => el("option", { value: one.id, selected: one.id === view.office.id }, place(one))));
    choose.addEventListener("change", () => load(choose.value));
    const named = (values, name) => listed(values.map(name));
    const few = () => el("p", { class: "quiet" }, t("too_few"));
    const table = (title, columns, rows) => el("section", {}, el("h2", {}, t(title)), rows.length ? el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, ...columns.map((name) => el("th", { scope: "col" }, t(name))))), el("tbody", {}, ...rows))) : few());
    const bar = (part, kind) => { const inner = el("span", { class: kind }); inner.style.inlineSize = `${Math.round(100 * part)}%`; return el("span", { class: "bar", "aria-hidden": "true" }, inner); };
    const load_ = (name) => (row) => el("tr", {}, el("th", { scope: "row" }, named(row.values, name)), el("td", {}, number(row.open)),
      el("td", { class: row.late ? "late" : "" }, row.late === null ? t("too_few_short") : number(row.late)), el("td", {}, row.late ? bar(row.late / row.open, "is-late") : ""));
    const most = Math.max(1, ...seen.received.map((one) => one.number), ...seen.closed.map((one) => one.number));
    const span = (row) => el("tr", {}, el("th", { scope: "row" }, between(row, dayName)), el("td", {}, number(row.number)), el("td", {}, bar(row.number / most, "")));
    const outcome = (row) => el("tr", {}, el("th", { scope: "row" }, named(row.values, (value) => t(value))), el("td", {}, number(row.cases)), el("td", {}, number(row.median_days)), el("td", {}, row.p90_days === null ? "—" : number(row.p90_days)));
    const owed = (one) => el("tr", {}, el("td", { class: one.promise.due_day < view.today ? "late" : "" }, dayName(one.promise.due_day)), el("td", {}, apart(one.promise.text), ...one.put_off.map((each) => el("span", { class: "quiet block" }, t("was_put_off", { day: dayName(each.from_day) }), apart(each.why)))), el("td", {}, apart(one.promise.owner)), el("td", {}, apart(one.official), el("span", { class: "quiet block" }, dayName(dayOf(new Date(one.starts_at / 1000).toISOString())))));
    root.replaceChildren(
      view.mine.length > 1 ? field(t("which_office"), choose) : el("h2", {}, place(view.office)),
      el("p", { class: "quiet" }, t("as_of_midnight", { day: dayName(seen.as_of_day) }), " ", t("small_numbers")),
      el("div", { class: "now" }, ...[["open_cases", seen.open], ["late_cases", seen.late], ["promises_late", view.promises_late]].map(([word, value]) => el("p", { class: word !== "open_cases" && value ? "late" : "" }, t(word), " ", el("strong", {}, value === null ? t("too_few_short") : number(value))))),
      el("div", { class: "two" },
        el("div", {},
          table("by_office", ["d_office", "open_cases", "late_cases", "part_late"], seen.by_office.map(load_((value) => names.get(value) ?? value))),
          table("by_kind", ["kind", "open_cases", "late_cases", "part_late"], seen.by_kind.map(load_((value) => t(value)))),
          table("late_clocks", ["promise_of_time", "late_cases"], seen.late_clocks.map(([values, many]) => el("tr", {}, el("th", { scope: "row" }, named(values, (value) => t(value))), el("td", { class: "late" }, number(many)))))),
        el("div", {},
          table("weeks_received", ["weeks", "number_of", "much"], seen.received.map(span)), table("weeks_closed", ["weeks", "number_of", "much"], seen.closed.map(span)),
          table("outcomes", ["d_outcome", "number_of", "median", "p90"], seen.outcomes.map(outcome)))),
      el("section", {}, el("h2", {}, t("owed_aloud")), view.promises.length ? el("div", { class: "scroll" }, el("table", {}, el("thead", {}, el("tr", {}, ...["due_promise", "promise_text", "owner", "made_where"].map((name) => el("th", { scope: "col" }, t(name))))), el("tbody", {}, ...view.promises.map(owed)))) : el("p", { class: "quiet" }, t("agenda_none"))));
  }

  await load();
}
