// What every page of 197 shares: language, day and night, elements, requests. Nothing is stored in the browser, on purpose.

const query = new URLSearchParams(location.search);
export let lang = query.get("lang") === "en" ? "en" : "fa";
const night = query.get("theme") ? query.get("theme") === "night" : matchMedia("(prefers-color-scheme: dark)").matches;

// One object for good: a part of a page that is loaded later adds its own words to it.
const words = {};
export const addWords = (more) => Object.assign(words, more);

// What reads otherwise in the other language. Where it stands on the page it is said anew when the reader changes the language:
// nothing is loaded again, and nothing that was written is lost.
class Said {
  constructor(make) { this.make = make; }
  toString() { return String(this.make()); }
}
export const spoken = (make) => new Said(make);
// For what is put together: both`${t("due")} ${date(day)}`.
export const both = (parts, ...values) => spoken(() => String.raw({ raw: parts }, ...values));
export const t = (key, values = {}) => spoken(() => {
  const pair = words[key];
  const text = pair ? pair[lang === "fa" ? 0 : 1] : key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
});

const formats = (fa, options) => {
  const made = { fa: new Intl.DateTimeFormat(fa, options), en: new Intl.DateTimeFormat("en-GB", options) };
  return (iso) => spoken(() => made[lang].format(new Date(iso)));
};
const NUMBERS = { fa: new Intl.NumberFormat("fa-IR", { useGrouping: false }), en: new Intl.NumberFormat("en-GB", { useGrouping: false }) };
export const number = (value) => spoken(() => NUMBERS[lang].format(value));
export const date = formats("fa-IR-u-ca-persian", { dateStyle: "long", timeZone: "Asia/Tehran" });
export const moment = formats("fa-IR-u-ca-persian", { dateStyle: "medium", timeStyle: "short", timeZone: "Asia/Tehran" });
export const clock = formats("fa-IR", { timeStyle: "short", timeZone: "Asia/Tehran" });
// Something falls due at the midnight that ends a day: people call that the day itself.
export const dueDay = (iso) => date(new Date(new Date(iso).getTime() - 1).toISOString());
export const place = (named) => spoken(() => (lang === "fa" ? named.fa : named.en));
export const listed = (all) => spoken(() => all.join(lang === "fa" ? "، " : ", "));

const inText = new WeakMap(), inAttributes = new WeakMap();

function shown(child) {
  if (!(child instanceof Said)) return child;
  const made = new Text(String(child));
  inText.set(made, child);
  return made;
}

// Puts something in the place of what an element held.
export const put = (into, ...children) => into.replaceChildren(...children.map(shown));

function sayAnew() {
  const all = document.createTreeWalker(document, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
  for (let node = all.nextNode(); node; node = all.nextNode()) {
    if (inText.has(node)) node.data = String(inText.get(node));
    for (const [name, value] of inAttributes.get(node) ?? []) node.setAttribute(name, value);
  }
  document.querySelectorAll("select[data-by-name]").forEach(order);
}

function order(select) {
  const chosen = select.value, stay = Number(select.dataset.byName);
  const named = [...select.options].slice(stay).sort((a, b) => a.text.localeCompare(b.text, lang, { numeric: true }));
  select.append(...named);
  select.value = chosen;
}

// Orders a choice by the names that the reader sees, now and when the language changes; the first `stay` options keep their places.
export function byName(select, stay = 0) {
  select.dataset.byName = stay;
  order(select);
  return select;
}

function speak(language) {
  lang = language;
  history.replaceState(null, "", address({ lang }));
  Object.assign(document.documentElement, { lang, dir: lang === "fa" ? "rtl" : "ltr" });
  sayAnew();
}

// Words go in as text, never as markup.
export function el(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === false || value === null || value === undefined) continue;
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "value") {
      made.value = value;
      if (tag === "textarea") made.defaultValue = value;
    }
    else {
      made.setAttribute(name, value === true ? "" : value);
      if (value instanceof Said) inAttributes.set(made, [...(inAttributes.get(made) ?? []), [name, value]]);
    }
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false).map(shown));
  return made;
}

// What was begun and is not sent yet is not lost by a link or a closed window: the browser asks first.
addEventListener("beforeunload", (event) => {
  if ([...document.querySelectorAll("main textarea")].some((one) => one.value.trim() && one.value !== one.defaultValue)) event.preventDefault();
});

let counter = 0;
export function field(label, control, hint = "") {
  control.id ||= `f${++counter}`;
  const about = hint ? el("span", { class: "hint", id: `${control.id}h` }, hint) : null;
  if (about) control.setAttribute("aria-describedby", about.id);
  return el("div", {}, el("label", { for: control.id }, label, about), control);
}

export const isolated = (text, kind = "") => el("bdi", { dir: "ltr", class: kind }, text);

// Words of one language within the other keep to themselves.
export const apart = (text) => el("bdi", {}, text);

export const key = () => Array.from(crypto.getRandomValues(new Uint8Array(16)), (n) => n.toString(16).padStart(2, "0")).join("");

export class Refused extends Error {
  constructor(problem) {
    super();
    this.message = problem.title;
    this.code = problem.code;
  }
}

// A key that the caller gives is sent again on the next try: what arrived and was not answered is not taken twice.
export async function ask(path, body, { token, method, once } = {}) {
  const headers = { "Accept-Language": lang };
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) Object.assign(headers, { "Content-Type": "application/json", "Idempotency-Key": once ?? key() });
  let answer;
  try {
    answer = await fetch(path, {
      method: method ?? (body === undefined ? "GET" : "POST"),
      headers, body: body === undefined ? undefined : JSON.stringify(body), credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer",
    });
  } catch {
    throw new Refused({ title: t("offline"), code: "offline" });
  }
  if (answer.status === 204) return null;
  const said = await answer.json().catch(() => ({ title: t("offline"), code: "offline" }));
  if (!answer.ok) throw new Refused(said);
  return said;
}

export function note(text, kind = "") {
  return el("p", { class: `note ${kind}`, role: kind === "bad" ? "alert" : "status" }, text);
}

function address(changes) {
  const next = new URLSearchParams(location.search);
  for (const [name, value] of Object.entries(changes)) next.set(name, value);
  return `${location.pathname}?${next}${location.hash}`;
}

export function begin(catalogue, face, title, links = []) {
  addWords({ help: ["راهنما", "Help"], ...catalogue });
  const root = document.documentElement;
  Object.assign(root, { lang, dir: lang === "fa" ? "rtl" : "ltr" });
  root.dataset.theme = night ? "night" : "day";
  root.dataset.face = face;
  put(document.querySelector("title"), t(title));
  const other = spoken(() => (lang === "fa" ? "en" : "fa"));
  const main = el("main", {});
  const look = el("button", {
    type: "button",
    onclick: () => { root.dataset.theme = root.dataset.theme === "night" ? "day" : "night"; sayAnew(); },
  }, t("look"));
  const help = () => import("./help.js").then(({ showHelp }) => showHelp(title));
  addEventListener("keydown", (event) => {
    if (event.code !== "F1") return;
    event.preventDefault();
    help();
  });
  document.body.replaceChildren(
    el("div", { class: "wrap" },
      el("header", { class: "no-print" },
        el("h1", {}, t(title)),
        ...links.map(([to, name]) => el("a", { href: spoken(() => `${to}?lang=${lang}&theme=${root.dataset.theme}`) }, t(name))),
        el("a", { href: spoken(() => address({ lang: other })), lang: other, hreflang: other, onclick: (event) => { event.preventDefault(); speak(String(other)); } },
          spoken(() => (lang === "fa" ? "English" : "فارسی"))),
        look,
        el("button", { type: "button", "aria-keyshortcuts": "F1", onclick: help }, t("help"), " ", el("kbd", {}, "F1"))),
      main));
  return main;
}
