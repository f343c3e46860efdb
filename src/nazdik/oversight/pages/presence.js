// A desk that was left alone is shut: what is on it is covered, and whoever sat there goes on where they were by their password.
import { addWords, el, field, isolated, note, t } from "./base.js";

addWords({
  left_alone: ["این میز تنها مانده بود و بسته شد. آنچه نوشته‌اید هست.", "This desk was left alone and is shut. What you wrote is still here."],
  go_on: ["ادامه", "Go on"], not_me: ["من کس دیگری‌ام", "I am somebody else"],
});
const LOOK_MS = 5_000, BEAT_MS = 60_000;

// `beat` says, at most once a minute, that somebody is here; `left` is called once nobody was for `idle_s`. Returns how to stop.
export function watch({ idle_s, beat, left }) {
  if (!idle_s) return () => {};
  let here = Date.now(), told = here;
  const seen = () => {
    here = Date.now();
    if (here - told > BEAT_MS) { told = here; beat(); }
  };
  const kinds = ["keydown", "pointerdown", "wheel"];
  for (const kind of kinds) addEventListener(kind, seen, { capture: true, passive: true });
  const stop = () => { clearInterval(timer); for (const kind of kinds) removeEventListener(kind, seen, { capture: true }); };
  const timer = setInterval(() => { if (Date.now() - here > idle_s * 1000) { stop(); left(); } }, LOOK_MS);
  return stop;
}

// Resolves to what `enter` returns for a password; to null when it is somebody else who sits down now.
export function comeBack(person, enter) {
  return new Promise((resolve) => {
    const password = el("input", { type: "password", autocomplete: "current-password", dir: "ltr", required: true }), said = el("div", {});
    const end = (entered) => { dialog.close(); dialog.remove(); resolve(entered); };
    const form = el("form", {}, el("h2", { id: "left-alone" }, t("title_desk")), el("p", {}, t("left_alone")), el("p", {}, isolated(person)), field(t("password"), password), said,
      el("div", { class: "row" }, el("button", { class: "main" }, t("go_on")), el("button", { type: "button", onclick: () => end(null) }, t("not_me"))));
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      try {
        end(await enter(password.value));
      } catch (refused) { said.replaceChildren(note(refused.message, "bad")); password.value = ""; password.focus(); }
    });
    const dialog = el("dialog", { class: "lock", "aria-labelledby": "left-alone", oncancel: (event) => event.preventDefault() }, form);
    document.body.append(dialog);
    dialog.showModal();
    password.focus();
  });
}
