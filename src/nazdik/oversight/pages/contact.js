import { ask, begin, el, note, t } from "./base.js";
import { contactForm, KINDS, receiptCard } from "./form.js";
import { WORDS } from "./words.js";

const main = begin(WORDS, "citizen", "title", [["/follow", "to_follow"], ["/verify", "to_verify"], ["/meet", "to_meet"], ["/figures", "to_figures"]]);
const danger = () => el("a", { class: "danger", href: "tel:110" }, t("danger"));

function choose() {
  const buttons = KINDS.map((kind) => el("button", { type: "button", onclick: () => fill(kind) }, t(kind), el("span", {}, t(`${kind}_about`))));
  main.replaceChildren(danger(), el("h2", {}, t("choose")), el("div", { class: "choices" }, ...buttons));
}

async function fill(kind) {
  try {
    const { offices } = await ask("/v1/offices");
    const form = contactForm(kind, offices, {
      back: choose,
      send: (body, once) => ask("/v1/contacts", body, { once }),
      submit: (answer) => { const card = receiptCard(answer); main.replaceChildren(card); card.focus(); },
    });
    main.replaceChildren(danger(), form);
    form.querySelector("textarea").focus();
  } catch (problem) {
    main.replaceChildren(danger(), note(problem.message, "bad"), el("button", { type: "button", onclick: choose }, t("back")));
  }
}

choose();
