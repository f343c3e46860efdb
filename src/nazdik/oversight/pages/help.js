// What F1 says on each page of 197: what the page is for, what comes next, and its keys. Loaded when somebody asks.
import { addWords, el, t } from "./base.js";

addWords({
  help_of: ["راهنمای این صفحه", "Help for this page"], help_close: ["بستن", "Close"], help_keys: ["کلیدها", "Keys"],
  key_f1: ["همین راهنما", "this help"], key_tab: ["رفتن به چیز بعدی", "to the next thing"], key_enter: ["انجام", "do it"], key_esc: ["بستن راهنما", "close the help"],
  help_contact_1: ["یکی از پنج گزینه را بردارید و به زبان خودتان بنویسید. نام و تلفن لازم نیست.", "Take one of the five choices and write in your own words. No name and no telephone is needed."],
  help_contact_2: ["در پایان کدی می‌گیرید. آن را نگه دارید: پاسخ را تنها با همین کد می‌شود دید و کسی آن را دوباره به شما نمی‌دهد.", "At the end you are given a code. Keep it: only with it can the answer be read, and nobody can give it to you again."],
  help_contact_3: ["در خطر، این صفحه را رها کنید و به ۱۱۰ زنگ بزنید.", "In danger leave this page and call 110."],
  help_follow_1: ["کدی را که هنگام ثبت گرفتید اینجا بنویسید تا ببینید کار به کجا رسیده و چه پاسخی آمده است.", "Type the code you were given to see how far it has come and what was answered."],
  help_follow_2: ["اگر پاسخ درست نیست، همین‌جا بنویسید یا بازنگری بخواهید. کد در نشانی صفحه نمی‌ماند.", "If the answer is not right, write here or ask for a review. The code does not stay in the page's address."],
  help_meet_1: ["نشستی را برگزینید و نوبت بگیرید. شمارهٔ نوبت همین‌جا می‌آید؛ آن را نگه دارید.", "Choose a meeting and take a turn. Its number comes here; keep it."],
  help_meet_2: ["اگر نمی‌آیید، نوبت را پس بدهید تا به دیگری برسد.", "If you do not come, give the turn back so that somebody else gets it."],
  help_figures_1: ["اینجا می‌بینید چند شکایت رسیده و چه شده است. شمارهای کمتر از پنج جداگانه گفته نمی‌شود تا کسی شناخته نشود.", "How many complaints came and what became of them. Numbers below five are not told apart, so that nobody is known by them."],
  help_queue_1: ["شمارهٔ کسی که اکنون پذیرفته می‌شود و نوبت بعد. صفحه خودش تازه می‌شود و نام کسی در آن نیست.", "The number that is being seen now and the next. The page keeps itself up to date and names nobody."],
  help_desk_1: ["پرونده‌هایی که به شما رسیده‌اند به ترتیب مهلت آمده‌اند: نخست آنکه زودتر دیر می‌شود.", "Cases that are yours stand in order of what falls due: first what is late soonest."],
  help_desk_2: ["پرونده را باز کنید تا گام بعد را ببینید. آنچه می‌نویسید به شکایت‌کننده نشان داده می‌شود، مگر آنجا که گفته شود داخلی است.", "Open a case to see its next step. What you write is shown to whoever complained, unless it is said to be internal."],
  help_desk_3: ["هر بازکردن پرونده ثبت می‌شود. پرونده‌ای که دربارهٔ یگان شماست به روی شما بسته است.", "Each opening of a case is recorded. A case about your own office is shut to you."],
  help_service_1: ["این صفحه بی‌شبکه هم کار می‌کند. با نام و گذرواژهٔ صبح بازش کنید و آنچه مراجع می‌گوید بنویسید.", "This page works without network. Open it with the morning's name and password and write what the visitor says."],
  help_service_2: ["کد را به مراجع بدهید، پیش از آنکه برود. نوشته‌ها رمزشده می‌مانند و با آمدن شبکه خودشان می‌روند.", "Give the visitor the code before they leave. What is written stays enciphered and goes by itself when there is network."],
});

const LINES = {
  title: ["help_contact_1", "help_contact_2", "help_contact_3"],
  title_follow: ["help_follow_1", "help_follow_2"],
  title_meet: ["help_meet_1", "help_meet_2"],
  title_figures: ["help_figures_1"],
  title_queue: ["help_queue_1"],
  title_desk: ["help_desk_1", "help_desk_2", "help_desk_3"],
  title_service_desk: ["help_service_1", "help_service_2"],
};
const KEYS = [["Tab", "key_tab"], ["Enter", "key_enter"], ["F1", "key_f1"], ["Esc", "key_esc"]];

// What acts have a key on the page as it is now: each shows its own.
function keysOfActs() {
  return [...document.querySelectorAll("[data-key]")].map((act) => {
    const key = act.querySelector("kbd")?.textContent ?? act.dataset.key.replace("Key", "");
    return [key, act.textContent.replace(key, "").trim()];
  });
}

export function showHelp(page) {
  if (document.querySelector("dialog[open]")) return;
  // Keys of the page behind it do nothing while it is open.
  const still = (event) => event.stopPropagation();
  const dialog = el("dialog", { class: "card help", "aria-labelledby": "help-title", onclose: () => dialog.remove(), onkeydown: still },
    el("h2", { id: "help-title" }, t("help_of")),
    el("ul", {}, LINES[page].map((line) => el("li", {}, t(line)))),
    el("h3", {}, t("help_keys")),
    el("dl", {}, [...keysOfActs(), ...KEYS.map(([key, what]) => [key, t(what)])].map(([key, what]) =>
      el("div", {}, el("dt", {}, el("kbd", {}, key)), el("dd", {}, what)))),
    el("button", { type: "button", class: "main", onclick: () => dialog.close() }, t("help_close")));
  document.body.append(dialog);
  dialog.showModal();
}
