// Cases that came from another system, and whole cases that go to one.
import { el, field, isolated, key, lang, moment, note, t } from "./base.js";

export const MOVED = {
  stated_about: ["این پرونده از سامانهٔ دیگری آمده است. روزهای آن گفتهٔ همان سامانه است و اینجا اثبات‌پذیر نیست.", "This case came from another system. Its days are what that system states; they cannot be proved here."],
  stated_received: ["رسید به گفتهٔ آن سامانه: {at}", "Received, as it states: {at}"], stated_closed: ["بسته شد به گفتهٔ آن سامانه: {at}", "Closed, as it states: {at}"],
  stated_here: ["ثبت در اینجا: {at}", "Recorded here: {at}"], stated_id: ["شماره در آنجا:", "Its number there:"],
  stated_held: ["رسید آن سامانه درست بود.", "That system's own receipt held."], stated_bare: ["رسیدی همراهش نبود.", "It came without a receipt."],
  hand_out: ["بیرون دادن پرونده‌ها", "Hand cases out"],
  hand_out_about: ["همهٔ پرونده‌هایی که این میز دارد، کامل، تا ۵۰۰ تا. باز شدن هر کدام با همین هدف در پرونده ثبت می‌شود و شهروند در رسیدش می‌بیند.", "Every case that this desk has, whole, up to 500. That each was opened, and for what, is recorded in the case; the citizen sees the opening in the receipt."],
  hand_out_purpose: ["برای چه؟", "What for?"], hand_out_days: ["رسیده در این روزهای گذشته", "That came in these last days"], hand_out_go: ["ساختن بسته", "Make the bundle"], hand_out_done: ["بسته ساخته و ذخیره شد.", "The bundle was made and saved."],
};
const DAY_MS = 86_400_000;

export function statedCard(view) {
  const said = view.stated;
  if (!said) return "";
  return el("section", { class: "card" }, note(t("stated_about"), "bad"),
    el("p", {}, t("stated_received", { at: moment(said.received_at) })),
    said.closed_at ? el("p", {}, t("stated_closed", { at: moment(said.closed_at) })) : "",
    el("p", {}, t("stated_here", { at: moment(view.received_at) })),
    el("p", { class: "quiet" }, t("stated_id"), " ", isolated(said.id), " · ", t(said.proof_held ? "stated_held" : "stated_bare")));
}

export function handOut(token) {
  const purpose = el("input", { required: true, maxlength: 200 }), said = el("div", { "aria-live": "polite" });
  const days = el("input", { type: "number", min: 1, max: 3660, value: 30, required: true, dir: "ltr" });
  const go = el("button", { class: "main" }, t("hand_out_go"));
  const form = el("form", { class: "card" }, el("p", {}, t("hand_out_about")), field(t("hand_out_purpose"), purpose), field(t("hand_out_days"), days), said, el("div", { class: "row" }, go));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    go.disabled = true;
    try {
      const since = new Date(Date.now() - Number(days.value) * DAY_MS).toISOString();
      const answer = await fetch("/v1/exports", {
        method: "POST", credentials: "omit", cache: "no-store", body: JSON.stringify({ purpose: purpose.value, since }),
        headers: { Authorization: `Bearer ${token}`, "Accept-Language": lang, "Content-Type": "application/json", "Idempotency-Key": key() },
      });
      if (!answer.ok) throw new Error((await answer.json()).title);
      const file = URL.createObjectURL(await answer.blob());
      el("a", { href: file, download: "197-cases.jsonl" }).click();
      setTimeout(() => URL.revokeObjectURL(file), 60_000);
      said.replaceChildren(note(t("hand_out_done")));
    } catch (problem) { said.replaceChildren(note(problem instanceof TypeError ? t("offline") : problem.message, "bad")); }
    go.disabled = false;
  });
  return [el("h2", {}, t("hand_out")), form];
}
