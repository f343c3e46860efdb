/** The emergency page: plain elements, small enough for a bad connection, and every step said to a screen reader. */

import type { Translate } from "../../i18n/catalogue";
import { translator } from "../../i18n/catalogue";
import type { Lang } from "../../i18n/prefs";
import { Line } from "./line";
import type { SosKey } from "./messages";
import { CARDS, messages } from "./messages";

const HOLD_MS = 3_000;
const CANCEL_S = 5;
const EMERGENCY = "tel:110";

type Step = "start" | "countdown" | "sure" | "live" | "link";
type Child = Node | string | null | false;

interface Settings {
  readonly careful: boolean;
  readonly sms_number: string;
  readonly demo: boolean;
}

function make<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  set: Readonly<Record<string, string | boolean | ((event: never) => void)>> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(set)) {
    if (typeof value === "function") element.addEventListener(name, value as EventListener);
    else if (typeof value === "boolean") element.toggleAttribute(name, value);
    else element.setAttribute(name, value);
  }
  element.append(...children.filter((child): child is Node | string => child !== null && child !== false));
  return element;
}

export function open(root: HTMLElement): void {
  new Page(root).open();
}

class Page {
  readonly #root: HTMLElement;
  readonly #line = new Line(() => this.#update());
  #lang: Lang = navigator.languages.some((each) => each.startsWith("fa")) || !navigator.language ? "fa" : "en";
  #night = matchMedia("(prefers-color-scheme: dark)").matches;
  #step: Step = "start";
  #silent = false;
  #noVoice = false;
  #test = false;
  #tap = false;
  #left = CANCEL_S;
  #timer = 0;
  #code = "";
  #draft = "";
  #settings: Settings = { careful: false, sms_number: "", demo: false };

  constructor(root: HTMLElement) {
    this.#root = root;
  }

  open(): void {
    const code = location.hash.slice(1);
    if (/^[0-9]{8}$/.test(code)) {
      this.#code = code;
      this.#step = "link";
      // The code must not stay in the address or in the history.
      history.replaceState(null, "", location.pathname);
    }
    this.#silent = this.#line.wasSilent;
    if (this.#line.resumes) this.#goLive(() => this.#line.resume());
    else this.#draw();
    void fetch("/v1/sos", { credentials: "omit" })
      .then((answer) => (answer.ok ? (answer.json() as Promise<Settings>) : this.#settings))
      .then((settings) => {
        this.#settings = settings;
        this.#draw();
      })
      .catch(() => undefined);
  }

  get #t(): Translate<SosKey> {
    return translator(this.#lang, messages) as Translate<SosKey>;
  }

  /** Draw the step anew; what has the focus keeps it by its name. */
  #draw(): void {
    const focused = document.activeElement?.getAttribute("data-key");
    const t = this.#t;
    const html = document.documentElement;
    html.lang = this.#lang;
    html.dir = this.#lang === "fa" ? "rtl" : "ltr";
    html.dataset.theme = this.#night ? "night" : "day";
    document.title = this.#silent && this.#step === "live" ? t("sos.titleQuiet") : t("sos.title");
    const steps: Record<Step, () => Child[]> = {
      start: () => this.#start(),
      countdown: () => this.#countdown(),
      sure: () => this.#sure(),
      live: () => this.#live(),
      link: () => this.#link(),
    };
    this.#root.replaceChildren(
      this.#bar(),
      make("main", { class: "sos", "data-step": this.#step }, ...(steps[this.#step]() as Node[]).filter(Boolean)),
    );
    this.#update();
    if (focused) this.#root.querySelector<HTMLElement>(`[data-key="${focused}"]`)?.focus();
  }

  #go(step: Step): void {
    this.#step = step;
    this.#draw();
    this.#root.querySelector<HTMLElement>("[data-first]")?.focus();
  }

  #bar(): HTMLElement {
    const t = this.#t;
    const language = make(
      "button",
      {
        type: "button",
        class: "quiet",
        "data-key": "lang",
        lang: this.#lang === "fa" ? "en" : "fa",
        click: () => {
          this.#lang = this.#lang === "fa" ? "en" : "fa";
          this.#draw();
        },
      },
      t("sos.language"),
    );
    const theme = make(
      "button",
      {
        type: "button",
        class: "quiet",
        "data-key": "theme",
        click: () => {
          this.#night = !this.#night;
          this.#draw();
        },
      },
      t(this.#night ? "sos.light" : "sos.dark"),
    );
    const title = make("h1", {}, this.#silent && this.#step === "live" ? t("sos.titleQuiet") : t("sos.title"));
    return make("header", { class: "sos-bar" }, title, language, theme);
  }

  #callButton(look: string): HTMLElement {
    return make("a", { class: `big ${look}`, href: EMERGENCY }, this.#t("sos.call"));
  }

  #box(key: SosKey, is: boolean, set: (to: boolean) => void): HTMLElement {
    const box = make("input", {
      type: "checkbox",
      checked: is,
      "data-key": key,
      change: (event: Event) => {
        set((event.target as HTMLInputElement).checked);
        this.#draw();
      },
    });
    return make("label", { class: "choice" }, box, make("span", {}, this.#t(key)));
  }

  #start(): Child[] {
    const t = this.#t;
    return [
      this.#settings.demo && make("p", { class: "mark" }, t("sos.demo")),
      this.#callButton("plain"),
      make("p", { class: "muted" }, t("sos.callFirst")),
      this.#tap ? this.#tapButton() : this.#holdButton(),
      make("p", { class: "muted", id: "sos-hint" }, t("sos.holdHint")),
      make(
        "div",
        { class: "choices" },
        this.#box("sos.noVoice", this.#noVoice, (to) => {
          this.#noVoice = to;
        }),
        this.#box("sos.silent", this.#silent, (to) => {
          this.#silent = to;
        }),
        this.#box("sos.tapInstead", this.#tap, (to) => {
          this.#tap = to;
        }),
        this.#box("sos.test", this.#test, (to) => {
          this.#test = to;
        }),
      ),
      make("p", { class: "muted" }, t("sos.privacy")),
      this.#codeForm(),
    ];
  }

  #tapButton(): HTMLElement {
    return make(
      "button",
      { type: "button", class: "big help", "data-key": "help", click: () => this.#pressed() },
      this.#t("sos.tap"),
    );
  }

  #holdButton(): HTMLElement {
    const t = this.#t;
    let timer = 0;
    const word = make("span", {}, t("sos.hold"));
    const button = make("button", {
      type: "button",
      class: "big help hold",
      "data-key": "help",
      "aria-describedby": "sos-hint",
    });
    const begin = () => {
      if (timer) return;
      this.#line.look();
      button.dataset.held = "";
      word.textContent = t("sos.holding");
      timer = window.setTimeout(() => this.#pressed(), HOLD_MS);
    };
    const end = () => {
      clearTimeout(timer);
      timer = 0;
      delete button.dataset.held;
      word.textContent = t("sos.hold");
    };
    button.append(word);
    button.addEventListener("pointerdown", (event) => event.button === 0 && begin());
    for (const name of ["pointerup", "pointerleave", "pointercancel", "blur", "keyup"])
      button.addEventListener(name, end);
    button.addEventListener("contextmenu", (event) => event.preventDefault());
    button.addEventListener("keydown", (event) => {
      if (event.code !== "Space" && event.code !== "Enter") return;
      event.preventDefault();
      begin();
    });
    return button;
  }

  /** Held long enough, or tapped: five seconds to think better of it. */
  #pressed(): void {
    this.#line.look();
    this.#left = CANCEL_S;
    this.#go("countdown");
    this.#timer = window.setInterval(() => {
      this.#left--;
      if (this.#left > 0) this.#update();
      else this.#counted();
    }, 1_000);
  }

  #stopCounting(): void {
    clearInterval(this.#timer);
  }

  #counted(): void {
    this.#stopCounting();
    if (this.#settings.careful && !this.#test) this.#go("sure");
    else this.#send();
  }

  #backToStart(): void {
    this.#stopCounting();
    this.#line.stopLooking();
    this.#go("start");
  }

  #countdown(): Child[] {
    return [
      make("p", { class: "count", "aria-hidden": "true", "data-say": "count" }),
      make("p", { class: "lead", role: "timer", "aria-live": "assertive", "data-say": "countdown" }),
      this.#button("sos.cancel", "plain", () => this.#backToStart(), true),
      this.#button("sos.sendNow", "help", () => this.#counted()),
    ];
  }

  #sure(): Child[] {
    return [
      make("p", { class: "lead", role: "alert" }, this.#t("sos.sure")),
      this.#button("sos.sureYes", "help", () => this.#send(), true),
      this.#button("sos.sureNo", "plain", () => this.#backToStart()),
      this.#callButton("plain"),
    ];
  }

  #send(): void {
    const begin = { silent: this.#silent, no_voice: this.#noVoice || this.#silent, test: this.#test };
    this.#goLive(() => this.#line.begin(begin).then(() => true));
  }

  /** Show the call, and keep it in step when `first` has said that there is one. */
  #goLive(first: () => Promise<boolean>): void {
    if (this.#silent) this.#night = true;
    this.#line.look();
    this.#go("live");
    void first().then((stands) => {
      if (stands) return this.#line.run();
      this.#silent = false;
      this.#backToStart();
    });
  }

  #live(): Child[] {
    const t = this.#t;
    const write = make("textarea", {
      id: "sos-write",
      rows: "2",
      maxlength: "1000",
      "data-key": "write",
      input: (event: Event) => {
        this.#draft = (event.target as HTMLTextAreaElement).value;
      },
    });
    write.value = this.#draft;
    const say = (text: string) => {
      if (text.trim()) this.#line.say(text.trim());
    };
    const form = make(
      "form",
      {
        class: "write",
        submit: (event: Event) => {
          event.preventDefault();
          say(this.#draft);
          this.#draft = "";
          write.value = "";
          write.focus();
        },
      },
      make("label", { for: "sos-write" }, t("sos.write")),
      write,
      make("button", { type: "submit", class: "accent", "data-key": "send" }, t("sos.send")),
    );
    const cards = make(
      "div",
      { class: "cards", role: "group", "aria-label": t("sos.cards") },
      ...CARDS.map((card) => make("button", { type: "button", "data-key": card, click: () => say(t(card)) }, t(card))),
    );
    const ended = this.#line.view.state === "ended";
    return [
      make("p", { class: "lead", role: "status", tabindex: "-1", "data-first": true, "data-say": "state" }),
      make("p", { class: "mark", "data-say": "test" }),
      make("p", { class: "trouble", role: "alert", "data-say": "trouble" }),
      make("p", { class: "sms", "data-say": "sms" }),
      make("p", { class: "muted", "data-say": "place" }),
      make("section", { role: "log", "aria-label": t("sos.talk") }, make("ul", { class: "talk", "data-say": "talk" })),
      !ended && cards,
      !ended && form,
      make(
        "div",
        { class: "ends" },
        !ended && this.#button("sos.done", "plain small", () => this.#line.say(t("sos.doneWords"))),
        this.#button("sos.leave", "plain small", () => location.replace("about:blank")),
        this.#silent ? null : this.#callButton("plain small"),
      ),
    ];
  }

  #link(): Child[] {
    const t = this.#t;
    return [
      make("h2", {}, t("sos.linkTitle")),
      make("p", {}, t("sos.linkHint")),
      this.#button("sos.linkShow", "accent", () => void this.#openLink(), true),
      make("p", { class: "trouble", role: "alert", "data-say": "trouble" }),
      make("p", { class: "muted" }, t("sos.privacy")),
    ];
  }

  async #openLink(): Promise<void> {
    this.#line.look();
    if (await this.#line.openLink(this.#code)) this.#goLive(async () => true);
  }

  #codeForm(): HTMLElement {
    const t = this.#t;
    const field = make("input", {
      id: "sos-code",
      inputmode: "numeric",
      autocomplete: "one-time-code",
      dir: "ltr",
      maxlength: "12",
      "data-key": "code",
      input: (event: Event) => {
        this.#code = (event.target as HTMLInputElement).value;
      },
    });
    field.value = this.#code;
    return make(
      "form",
      {
        class: "code",
        submit: (event: Event) => {
          event.preventDefault();
          // Persian and Arabic digits are digits too.
          const digits = this.#code.replace(/[۰-۹٠-٩]/g, (digit) => String((digit.charCodeAt(0) & 0xf) % 10));
          this.#code = digits.replace(/[^0-9]/g, "");
          void this.#openLink();
        },
      },
      make("h2", {}, t("sos.code")),
      make("label", { for: "sos-code" }, t("sos.codeLabel")),
      field,
      make("button", { type: "submit", class: "plain", "data-key": "code-open" }, t("sos.codeOpen")),
      make("p", { class: "trouble", role: "alert", "data-say": "trouble" }),
    );
  }

  #button(key: SosKey, look: string, run: () => void, first = false): HTMLElement {
    return make(
      "button",
      { type: "button", class: `big ${look}`, "data-key": key, "data-first": first, click: run },
      this.#t(key),
    );
  }

  /** Write what changed into the places made for it; nothing else moves, so focus and reading stay where they are. */
  #update(): void {
    const t = this.#t;
    const { view, trouble, unsent, fix, placeSent, placeRefused } = this.#line;
    const put = (where: string, text: string) => {
      for (const place of this.#root.querySelectorAll<HTMLElement>(`[data-say="${where}"]`)) {
        if (place.textContent !== text) place.textContent = text;
        place.hidden = text === "";
      }
    };
    put("count", t.lang === "fa" ? this.#left.toLocaleString("fa") : String(this.#left));
    put("countdown", t("sos.countdown", { n: this.#left }));
    put("state", t(`sos.state.${view.state}` as SosKey));
    put("test", this.#test || view.is_test ? t("sos.testMark") : "");
    const failed = view.state === "sending" ? "sos.failed" : "sos.lost";
    const troubles = { failed, refused: "sos.refused", code: "sos.codeWrong" } as const;
    put("trouble", trouble ? t(troubles[trouble]) : "");
    const place = placeSent
      ? t("sos.place.sent", { n: Math.round(placeSent.accuracy) })
      : placeRefused && !fix
        ? t("sos.place.none")
        : t("sos.place.asking");
    put("place", view.state === "ended" ? "" : place);
    this.#showSms(trouble === "failed" || trouble === "refused");
    this.#showTalk(view.texts, unsent);
    if (this.#step === "live" && view.state === "ended" && this.#root.querySelector("form.write")) this.#draw();
  }

  #showSms(failed: boolean): void {
    const place = this.#root.querySelector<HTMLElement>('[data-say="sms"]');
    const { sms_number: number } = this.#settings;
    if (!place) return;
    place.hidden = !failed || number === "" || this.#test || this.#line.view.is_test;
    if (place.hidden) return;
    const words = this.#line.unsent[0]?.text ?? "";
    void this.#line.smsText(words, this.#silent).then((text) => {
      const href = `sms:${number}?body=${encodeURIComponent(text)}`;
      const link =
        place.querySelector("a") ?? place.appendChild(make("a", { class: "big accent" }, this.#t("sos.sms")));
      if (link.getAttribute("href") !== href) link.setAttribute("href", href);
    });
  }

  #showTalk(
    texts: readonly { readonly mine: boolean; readonly text: string }[],
    unsent: readonly { readonly text: string }[],
  ): void {
    const list = this.#root.querySelector<HTMLElement>('[data-say="talk"]');
    if (!list) return;
    const t = this.#t;
    const rows = [
      ...texts.map((each) => ({ mine: each.mine, text: each.text, note: t(each.mine ? "sos.me" : "sos.police") })),
      ...unsent.map((each) => ({ mine: true, text: each.text, note: t("sos.unsent") })),
    ];
    // Only what is new is added, so that a reader hears each message once.
    rows.forEach((row, n) => {
      const said = `${row.note}\n${row.text}`;
      const known = list.children[n] as HTMLElement | undefined;
      if (known?.dataset.said === said) return;
      const item = make(
        "li",
        { "data-mine": row.mine, "data-said": said },
        make("span", { class: "who" }, row.note),
        make("bdi", {}, row.text),
      );
      if (known) known.replaceWith(item);
      else list.append(item);
    });
    while (list.children.length > rows.length) list.lastElementChild?.remove();
  }
}
