// The one form of 197: citizens fill it in themselves, a desk fills it in while somebody speaks.
import { ask, byName, date, dueDay, el, field, isolated, key, lang, listed, note, place, t } from "./base.js";
import { recordingField } from "./recordings.js";

export const KINDS = ["complaint", "criticism", "suggestion", "commendation", "guidance"];
export const CATEGORIES = ["conduct", "delay", "neglect", "traffic", "force", "search", "discrimination", "privacy", "death", "serious_injury", "sexual", "corruption", "custody", "other"];
const PICTURES_MAX = 3, EDGE = 1600;

const DAYS_BACK = 120;

const option = (value, text) => el("option", { value }, text);
const DAY_MS = 86_400_000;
// Days by name, in the reader's own calendar: a browser's date field knows only the Gregorian one.
const days = () => Array.from({ length: DAYS_BACK }, (_, n) => new Date(Date.now() - n * DAY_MS)).map((at) => option(at.toISOString(), date(at.toISOString())));

// Drawn anew before it leaves the telephone; the server does it again and trusts nobody.
async function bare(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, EDGE / Math.max(picture.width, picture.height));
  const canvas = el("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  return canvas.toDataURL("image/jpeg", 0.8).split(",")[1];
}

export function contactForm(kind, offices, { staff = false, send, back, submit, token = () => null, media = true, text: begun = "", source: usual = "phone", here = "" }) {
  const about = kind === "complaint" || kind === "criticism" || kind === "commendation";
  const named = offices.map((o) => ({ ...o, name: place(o) }));
  const where = named.filter((o) => ["county", "province"].includes(o.tier));
  const county = byName(el("select", { required: true }, ...where.map((o) => option(o.id, o.name))));
  county.selectedIndex = 0;
  if (where.some((o) => o.id === here)) county.value = here;
  const unit = el("select", {});
  const units = () => {
    unit.replaceChildren(option("", t("unit_none")), ...[...named.filter((o) => o.id === county.value), ...named.filter((o) => o.parent === county.value)].map((o) => option(o.id, o.name)));
    byName(unit, 2);
  };
  units();
  const category = el("select", {}, ...CATEGORIES.map((c) => option(c, t(c))));
  const text = el("textarea", { required: true, maxlength: 20000, value: begun });
  const when = el("select", {}, option("", t("when_unknown")), ...days());
  const photos = el("input", { type: "file", accept: "image/jpeg,image/png,image/webp", multiple: true });
  // Whoever speaks need not write.
  const recording = recordingField({ staff, token, changed: (there) => { text.required = !there; } });
  const name = el("input", { autocomplete: "off", maxlength: 120 }), phone = el("input", { inputmode: "tel", autocomplete: "off", dir: "ltr", maxlength: 120 });
  const visibility = el("select", {}, ...["office_only", "handler", "none"].map((v) => option(v, t(v))));
  const source = el("select", {}, option("phone", t("by_phone")), ...["in_person", "mosque_desk", "letter"].map((s) => option(s, t(s))));
  source.value = usual;
  const person = el("input", { autocomplete: "off", dir: "ltr", maxlength: 120 });
  // Thanks from the thanked unit's own line are told apart: only who took the call sees the line.
  const own = byName(el("select", {}, option("", t("own_line_none")), ...named.map((o) => option(o.id, o.name))), 1);
  const seen = el("div", { class: "card", "aria-live": "polite" }), warned = el("div", { "aria-live": "polite" }), said = el("div", {});
  const go = el("button", { class: "main", type: "submit" }, t("send"));
  const once = key();

  async function show() {
    if (staff) return;
    const sees = await ask("/v1/who-sees", { kind, office: county.value, unit: unit.value || null, category: category.value }).catch(() => null);
    if (!sees) return;
    const list = (all) => listed(all.map(place));
    seen.replaceChildren(el("h3", {}, t("who_sees")), el("p", {}, t("sees_desk", { place: place(sees.office) })),
      sees.shut_out.length ? el("p", {}, t("shut_out", { places: list(sees.shut_out) })) : "", sees.referred ? note(t("referred")) : "");
  }
  let waiting;
  text.addEventListener("input", () => {
    if (staff) return;
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const told = text.value ? await ask("/v1/tells-who", { text: text.value }).catch(() => ({ tells: [] })) : { tells: [] };
      warned.replaceChildren(...told.tells.map((what) => note(t("tells", { what: t(`tells_${what}`) }))));
    }, 600);
  });
  county.addEventListener("change", () => { units(); show(); });
  for (const each of [unit, category]) each.addEventListener("change", show);
  show();

  const form = el("form", {},
    el("h2", {}, t(kind)),
    field(t("words"), text, t("words_hint")), warned,
    field(t("county"), county), about ? field(t("unit"), unit) : "",
    kind === "complaint" ? field(t("category"), category) : "",
    about ? field(t("when"), when) : "",
    staff && about ? field(t("about_person"), person) : "", staff ? field(t("source"), source) : "", staff && kind === "commendation" ? field(t("own_line"), own) : "",
    staff ? "" : field(t("photos"), photos, t("photos_hint")), media ? recording.element : "",
    el("fieldset", {}, el("legend", {}, t("who_am_i")), el("p", { class: "quiet" }, t("who_am_i_hint")),
      field(t("name"), name), field(t("phone"), phone), field(t("visibility"), visibility)),
    staff ? "" : seen, said,
    el("div", { class: "row" }, go, el("button", { type: "button", onclick: back }, t("back"))));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    go.disabled = true;
    said.replaceChildren(note(t("sending")));
    try {
      const pictures = await Promise.all([...photos.files].slice(0, PICTURES_MAX).map(bare));
      const body = {
        kind, text: text.value, office: county.value, unit: about && unit.value ? unit.value : null, category: kind === "complaint" ? category.value : "other",
        incident_at: when.value || null, lang, name: name.value, phone: phone.value, visibility: visibility.value, photos: pictures,
        recordings: await recording.sent(),
      };
      if (staff) Object.assign(body, { source: source.value, person: person.value || null, from_office: own.value || null });
      submit(await send(body, once), text.value);
    } catch (problem) {
      said.replaceChildren(note(problem.message, "bad"));
      go.disabled = false;
    }
  });
  return form;
}

export function receiptCard(answer) {
  const file = new Blob([JSON.stringify(answer.receipt)], { type: "application/json" });
  const qr = answer.qr ? el("img", { class: "qr", src: answer.qr, alt: t("qr") }) : "";
  return el("section", { class: "card", tabindex: -1 },
    el("h2", {}, t("received")), el("p", {}, isolated(answer.code, "code")), el("p", { class: "quiet" }, t("received_hint")), qr,
    answer.acknowledge_by ? el("p", {}, t("first_date", { date: dueDay(answer.acknowledge_by) })) : "",
    el("div", { class: "row no-print" },
      el("button", { type: "button", class: "main", onclick: () => print() }, t("print")),
      el("a", { class: "button", href: URL.createObjectURL(file), download: `197-${String(date(new Date().toISOString())).replace(/\s/g, "-")}.json` }, t("save"))),
    el("p", { class: "quiet" }, t("save_hint")));
}
