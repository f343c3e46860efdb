// The desk in a mosque: takes codes along in the morning, keeps a day's contacts here, sends each once when there is a network.
import { ask, begin, both, el, field, isolated, moment, note, number, t } from "./base.js";
import { contactForm, KINDS } from "./form.js";
import { comeBack, watch } from "./presence.js";
import { forget, isThere, Locked, unlock } from "./vault.js";
import { WORDS } from "./words.js";

const IDLE_S = 900, COUNT = 40, OLD_MS = 3 * 86_400_000;
const main = begin(WORDS, "desk", "title_service_desk", [["/", "title_desk"]]);
let vault = null, token = null, sent = 0, sending = false, trouble = "";
const line = el("p", { role: "status" }), said = el("div", { "aria-live": "polite" }), right = el("section", { "aria-live": "polite" });

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/service-desk-worker.js", { scope: "/service-desk" }).catch(() => {});
// One tab at a time takes a code or sends: no code is given twice.
const alone = (work) => (navigator.locks ? navigator.locks.request("197-service-desk", work) : work());

function gate(problem = "", locked = false) {
  const person = el("input", { autocomplete: "username", dir: "ltr", required: true }), password = el("input", { type: "password", autocomplete: "current-password", dir: "ltr", required: true });
  const form = el("form", { class: "card" }, el("p", { class: "quiet" }, t("sd_about")), field(t("person"), person), field(t("password"), password),
    problem ? note(problem, "bad") : "", el("div", { class: "row" }, el("button", { class: "main" }, t("sd_unlock"))));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let idle_s = IDLE_S;
    try {
      token = null;
      const session = await ask("/v1/session", { person: person.value, password: password.value });
      token = session.token;
      idle_s = session.idle_s;
    } catch (refused) {
      if (refused.code !== "offline") return gate(refused.message);
      if (!(await isThere())) return gate(t("sd_first_online"));
    }
    try {
      vault = await unlock(person.value, password.value);
    } catch (fault) {
      if (!(fault instanceof Locked)) throw fault;
      return gate(t("sd_locked"), true);
    }
    desk();
    guard(idle_s, person.value);
    if (token) { await takeOffices(); sync(); }
  });
  // A lost password must not make the machine useless.
  const clear = el("button", { type: "button" }, t("sd_forget"));
  clear.addEventListener("click", () => {
    clear.replaceWith(note(t("sd_forget_sure"), "bad"), el("button", { type: "button", onclick: async () => { await forget(); gate(); } }, t("sd_forget")));
  });
  main.replaceChildren(form, locked ? clear : "");
  person.focus();
}

// A machine that was left alone is locked, with what was being written; offline its own lock says whether the password is right.
function guard(idle_s, person) {
  const enter = async (password) => {
    const fresh = await ask("/v1/session", { person, password }).catch((refused) => { if (refused.code !== "offline") throw refused; return {}; });
    try { await unlock(person, password); } catch { throw new Error(t("sd_locked")); }
    return fresh;
  };
  watch({ idle_s, beat: () => { if (token) ask("/v1/session", undefined, { token }).catch(() => {}); }, left: async () => {
    token = null;
    const back = await comeBack(person, enter);
    if (!back) return location.reload();
    token = back.token ?? null;
    guard(idle_s, person);
    show();
    sync();
  } });
}

async function takeOffices() {
  const [{ offices }, { desks }] = await Promise.all([ask("/v1/offices", undefined, { token }), ask("/v1/session", undefined, { token })]);
  await vault.change({ put: [{ what: "offices", offices, here: desks[0].id }], remove: vault.of("offices").map((one) => one.id) });
}

const codes = () => vault.of("code");
const waiting = () => vault.of("contact");

function desk() {
  main.replaceChildren(el("p", { class: "quiet" }, t("sd_about")), line, said,
    el("div", { class: "row" }, ...KINDS.map((kind) => el("button", { type: "button", onclick: () => take(kind) }, t(kind)))), right);
  show();
}

function show() {
  const old = codes().some((one) => Date.now() + one.ahead_ms - Date.parse(one.issued_at) > OLD_MS);
  line.replaceChildren(el("strong", {}, t(navigator.onLine ? "sd_online" : "sd_offline")), " · ", t("sd_codes", { n: number(codes().length) }), " · ",
    t("sd_waiting", { n: number(waiting().length) }), sent ? both` · ${t("sd_sent", { n: number(sent) })} ` : " ",
    navigator.onLine && token ? el("button", { type: "button", onclick: more }, t("sd_take", { n: number(COUNT) })) : "", " ",
    waiting().length && navigator.onLine ? el("button", { type: "button", class: "main", onclick: sync }, t("sd_send")) : "");
  const bad = waiting().filter((one) => one.refused).map((one) => el("div", {}, note(t("sd_refused", { why: one.refused }), "bad"), el("p", { class: "msg" }, one.body.text),
    el("button", { type: "button", onclick: () => mend(one) }, t("sd_mend"))));
  said.replaceChildren(trouble ? note(trouble, "bad") : "", old ? note(t("sd_old_codes")) : "", ...bad);
}

const more = () => guarded(() => alone(async () => {
  const asked = Date.now(), given = await ask("/v1/offline-codes", { count: COUNT }, { token });
  // How far the server's clock is ahead of this machine's, so that a wrong clock here states no wrong time.
  const ahead_ms = given.length ? Date.parse(given[0].issued_at) - (asked + Date.now()) / 2 : 0;
  const old = codes().filter((one) => Date.now() + one.ahead_ms - Date.parse(one.issued_at) > OLD_MS);
  await vault.change({ put: given.map((one) => ({ what: "code", ahead_ms, ...one })), remove: old.map((one) => one.id) });
}));

async function guarded(work) {
  trouble = "";
  try { await work(); } catch (problem) {
    if (problem.code === "auth.not_signed_in") token = null;
    trouble = token ? problem.message : t("sd_sign_again");
  }
  show();
}

function take(kind, text = "", code = null) {
  const offices = vault.of("offices")[0]?.offices ?? [];
  const form = contactForm(kind, offices, {
    staff: true, media: false, text, source: "mosque_desk", here: vault.of("offices")[0]?.here, back: () => right.replaceChildren(),
    send: (body) => alone(() => keep(body, code)),
    submit: (one, words) => { right.replaceChildren(el("p", { class: "msg" }, words), el("p", {}, t("sd_kept")), el("p", {}, isolated(one.code, "code")), el("p", { class: "quiet" }, t("sd_kept_hint"), " ", moment(one.body.said_at)),
      el("div", { class: "row no-print" }, el("button", { type: "button", onclick: () => print() }, t("print")))); show(); sync(); },
  });
  right.replaceChildren(form);
}

// A contact gets its code, and the code is nobody else's any more, in one change of the disk.
async function keep(body, mended) {
  await vault.load();
  const code = mended ?? codes().sort((a, b) => a.issued_at.localeCompare(b.issued_at) || a.id - b.id)[0];
  if (!code) throw new Error(t("sd_no_codes"));
  const said_at = mended?.body.said_at ?? new Date(Date.now() + code.ahead_ms).toISOString();
  const one = { what: "contact", code: code.code, key: code.key, ahead_ms: code.ahead_ms, body: { ...body, said_at } };
  await vault.change({ put: [one], remove: [code.id] });
  return one;
}

const mend = (one) => take(one.body.kind, one.body.text, one);

async function sync() {
  if (sending || !navigator.onLine) return;
  if (!token) {
    trouble = waiting().length ? t("sd_sign_again") : "";
    show();
    return;
  }
  sending = true;
  await guarded(() => alone(async () => {
    await vault.load();
    for (const one of waiting()) {
      try {
        const answer = await ask("/v1/cases", one.body, { token, once: one.key });
        if (answer.code !== one.code) throw new Error(`${one.code} ≠ ${answer.code}`);
        await vault.change({ remove: [one.id] });
        sent += 1;
      } catch (problem) {
        // What is refused stays here for somebody to mend; what did not arrive is sent again.
        if (!problem.code || ["offline", "auth.not_signed_in"].includes(problem.code)) throw problem;
        await vault.change({ put: [{ ...one, refused: problem.message }] });
      }
    }
  }));
  sending = false;
}

addEventListener("online", () => { if (vault) { show(); sync(); } });
addEventListener("offline", () => { if (vault) show(); });

if (globalThis.crypto?.subtle) gate();
else main.replaceChildren(note(t("sd_no_crypto"), "bad"));
