// What many have sent in the same words: one topic, answered once to all; and limits on contact, with their day of review.
import { both, dueDay, el, field, key, note, number, t } from "./base.js";
import { today } from "./jalali.js";
import { limitForms } from "./limits.js";
import "./words_desk.js";

const failed = (root, problem, retry) => root.replaceChildren(note(problem.message, "bad"), el("div", { class: "row" }, el("button", { type: "button", onclick: retry }, t("again"))));
const quiet = (word) => el("p", { class: "quiet" }, t(word));

export async function topicDesk(root, { call, openCase }) {
  root.replaceChildren(el("p", { class: "quiet", role: "status" }, t("loading")));
  const load = async (said = "") => {
    try {
      const topics = await call("/v1/topics");
      root.replaceChildren(el("h2", {}, t("topics")), el("p", { class: "quiet" }, t("topics_about")), said, ...(topics.length ? topics.map(card) : [quiet("topics_none")]));
    } catch (problem) { failed(root, problem, () => load()); }
  };
  const card = (topic) => {
    const text = el("textarea", { required: true, maxlength: 20000 }), said = el("div", {}), cases = el("div", {}), once = key();
    const send = async (event) => {
      event.preventDefault();
      try {
        const answer = await call(`/v1/topics/${topic.topic}/answer`, { text: text.value }, { once });
        await load(note(t("answered_n", { n: number(answer.events.filter((name) => name.includes("written_to")).length) }), "good"));
      } catch (problem) { said.replaceChildren(note(problem.message, "bad")); }
    };
    const list = async () => {
      try {
        const rows = await call(`/v1/topics/${topic.topic}`);
        cases.replaceChildren(el("ul", {}, ...rows.map((row) => el("li", {}, el("button", { type: "button", onclick: () => openCase(row.id) }, both`${t(row.kind)} · ${row.due_at ? dueDay(new Date(row.due_at / 1000).toISOString()) : ""}`)))));
      } catch (problem) { cases.replaceChildren(note(problem.message, "bad")); }
    };
    const held = el("details", {}, el("summary", {}, t("its_cases")), cases);
    held.addEventListener("toggle", () => { if (held.open) list(); });
    const state = topic.unread ? t("sent_by", { n: number(topic.number), unread: number(topic.unread) }) : both`${t("sent_by", { n: number(topic.number), unread: number(0) })} · ${t("all_answered")}`;
    return el("article", { class: "card" }, el("h3", {}, topic.opening), el("p", {}, state), held,
      topic.unread ? el("form", { onsubmit: send }, field(t("answer_all"), text, t("answer_all_hint")), said, el("div", { class: "row" }, el("button", { class: "main" }, t("answer_all")))) : "");
  };
  await load();
}

export async function limitDesk(root, { call, openCase, dayName }) {
  root.replaceChildren(el("p", { class: "quiet", role: "status" }, t("loading")));
  const load = async () => {
    try {
      const limits = await call("/v1/limits");
      root.replaceChildren(el("h2", {}, t("limits")), el("p", { class: "quiet" }, t("limits_about")), ...(limits.length ? limits.map(card) : [quiet("limits_none")]));
    } catch (problem) { failed(root, problem, load); }
  };
  const card = (one) => el("article", { class: "card" },
    el("h3", {}, el("button", { type: "button", onclick: () => openCase(one.case.id) }, one.case.opening.slice(0, 60) || "—")),
    el("p", { class: "msg" }, one.why),
    el("p", { class: one.review_day <= today() ? "late" : "quiet" }, both`${t("look_again")}: ${dayName(one.review_day)}`, one.review_day <= today() ? both` · ${t("limit_late")}` : "", both` · ${t("by_whom")}: `, el("bdi", { dir: "ltr" }, one.by)),
    limitForms({ id: one.case.id, limit: one.why }, { call, dayName, done: load }));
  await load();
}
