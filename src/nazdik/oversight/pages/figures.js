import { ask, begin, both, date, el, listed, note, number, place, t } from "./base.js";
import { WORDS } from "./words.js";

const FIGURES = {
  d_month: ["ماهی که رسید", "Month it came"], earlier: ["پیش‌تر از یک سال", "More than a year before"],
  x_county: ["هر شهرستان، به نوع", "Each county, by kind"], x_category: ["دربارهٔ چه، به نتیجه", "What it was about, by finding"], x_month: ["ماهی که رسید، به نوع", "Month it came, by kind"],
  x_none: ["در این دوره جدول دوسویه‌ای بی فاش شدن کسی ساخته نشد.", "In this period no table over two things could be made without giving somebody away."],
  how: ["چرا بعضی سطرها با هم آمده‌اند؟", "Why do some rows stand together?"],
  how_1: ["اگر در شهرستانی تنها دو نفر شکایتی کرده باشند، همسایه‌ها می‌دانند که بودند. پس هیچ خانه‌ای از یک تا چهار پرونده نشان نمی‌دهد.", "If only two people in a county complained of something, their neighbours know who. So no field stands for one to four cases."],
  how_2: ["پاک کردن آن خانه کافی نیست: از جمع کل کم می‌کنند و پیدا می‌شود. برای همین شهرستان‌ها یا نوع‌های کوچک با هم یک سطر می‌شوند.", "Leaving the field empty is not enough: it is found by taking the others from the total. So small counties or kinds are put together as one line."],
  how_3: ["در همهٔ جدول‌ها همان پرونده‌ها شمرده شده‌اند و هر پرونده تنها در یک دوره. هر چه از هم کم یا با هم جمع شود، باز پنج یا بیشتر است؛ برنامه‌ای این را در هر نسخه می‌آزماید.", "Every table counts the same cases, and each case is in one period only. Whatever is taken from or added to one another is again five or more; a program attacks this with every version."],
  how_4: ["نتیجه تنها برای شکایت است؛ نقدی که به آن رسیدگی رسمی شد با شکایت‌ها آمده است. صفر یعنی هیچ.", "Findings are for complaints; a criticism that was dealt with formally is counted with them. Zero means none."],
};
const MONTHS = [{ fa: "فروردین", en: "Farvardin" }, { fa: "اردیبهشت", en: "Ordibehesht" }, { fa: "خرداد", en: "Khordad" }, { fa: "تیر", en: "Tir" }, { fa: "مرداد", en: "Mordad" }, { fa: "شهریور", en: "Shahrivar" }, { fa: "مهر", en: "Mehr" }, { fa: "آبان", en: "Aban" }, { fa: "آذر", en: "Azar" }, { fa: "دی", en: "Dey" }, { fa: "بهمن", en: "Bahman" }, { fa: "اسفند", en: "Esfand" }];
const main = begin({ ...WORDS, ...FIGURES }, "citizen", "title_figures", [["/", "to_contact"]]);
const DAY_MS = 86_400_000;
// The middle of a day, so that no time zone makes it another.
const named = (day) => date(new Date(day * DAY_MS + DAY_MS / 2).toISOString());

function word(value, counties) {
  if (counties.has(value)) return place(counties.get(value));
  const month = /^(\d{4})-(\d{2})$/.exec(value);
  return month ? both`${place(MONTHS[month[2] - 1])} ${number(Number(month[1]))}` : t(value);
}
const together = (values, counties) => listed(values.map((value) => word(value, counties)));

function framed(title, columns, rows) {
  return el("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": title }, el("table", {}, el("caption", {}, title),
    el("thead", {}, el("tr", {}, ...columns.map((name) => el("th", { scope: "col" }, name)))),
    el("tbody", {}, ...rows.map(([head, ...cells]) => el("tr", {}, el("th", { scope: "row" }, head), ...cells.map((cell) => el("td", {}, cell)))))));
}

function table(one, counties) {
  const rows = one.rows.map((row) => [together(row.values, counties), number(row.cases), number(row.median_days), row.p90_days === null ? "—" : number(row.p90_days)]);
  return framed(t(`d_${one.dimension}`), [`d_${one.dimension}`, "number_of", "median", "p90"].map((name) => t(name)), rows);
}

function crossed(one, counties) {
  const rows = one.lines.map((line, n) => [together(line, counties), ...one.cells[n].map(number)]);
  return framed(t(`x_${one.lines_are}`), [t(`d_${one.lines_are}`), ...one.columns.map((column) => together(column, counties))], rows);
}

function period(release, counties) {
  const two = release.crossed ?? [];
  return el("section", { class: "card" },
    el("h2", {}, t(release.since_day ? "period" : "period_first", { since: named(release.since_day), until: named(release.until_day), n: number(release.cases) })),
    ...release.tables.map((one) => table(one, counties)),
    ...(two.length ? two.map((one) => crossed(one, counties)) : [el("p", { class: "quiet" }, t("x_none"))]));
}

try {
  const answer = await ask("/v1/figures");
  const counties = new Map(answer.counties.map((one) => [one.id, one]));
  const periods = answer.releases.toReversed().map((release) => period(release, counties));
  main.replaceChildren(el("p", {}, t("figures_about")),
    el("details", { class: "card" }, el("summary", {}, t("how")), ...["how_1", "how_2", "how_3", "how_4"].map((part) => el("p", {}, t(part)))),
    ...(periods.length ? periods : [note(t("figures_none"))]),
    el("div", { class: "row" }, el("a", { class: "button", href: "/v1/figures.csv", download: "197.csv" }, t("as_csv")), el("a", { class: "button", href: "/v1/figures", download: "197.json" }, t("as_json"))));
} catch (problem) {
  main.replaceChildren(note(problem.message, "bad"));
}
