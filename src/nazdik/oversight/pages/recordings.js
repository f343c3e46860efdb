// Sound and film: chosen or recorded on the citizen's page, heard and written down at the desk.
import { el, field, lang, moment, note, put, Refused, t } from "./base.js";
import { changedVoice } from "./voice.js";

const SOUND_MS_MAX = 5 * 60_000;

async function upload(blob, token) {
  const headers = { "Accept-Language": lang, "Content-Type": "application/octet-stream" };
  if (token) headers.Authorization = `Bearer ${token}`;
  const answer = await fetch("/v1/recordings", { method: "POST", headers, body: blob, credentials: "omit", cache: "no-store", referrerPolicy: "no-referrer" })
    .catch(() => { throw new Refused({ title: t("offline"), code: "offline" }); });
  const said = await answer.json().catch(() => ({ title: t("offline"), code: "offline" }));
  if (!answer.ok) throw new Refused(said);
  return said.name;
}

const player = (blob) => {
  const made = el(blob.type.startsWith("video/") ? "video" : "audio", { controls: true, preload: "metadata", class: "player" });
  made.src = URL.createObjectURL(blob);
  return made;
};

// A recorder of the page's own, where there is a microphone; it stops by itself.
function recorder(done, say) {
  let running = null;
  const button = el("button", { type: "button" }, t("rec_start"));
  button.addEventListener("click", async () => {
    if (running) { running.stop(); return; }
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ audio: true });
      const parts = [];
      running = new MediaRecorder(stream);
      running.ondataavailable = ({ data }) => parts.push(data);
      running.onstop = () => {
        stream.getTracks().forEach((track) => track.stop());
        const type = running.mimeType;
        running = null;
        put(button, t("rec_start"));
        done(new Blob(parts, { type }));
      };
      running.start();
      setTimeout(() => running?.stop(), SOUND_MS_MAX);
      put(button, t("rec_stop"));
      say(t("rec_running"));
    } catch { running = null; say(t("rec_no_mic")); }
  });
  return button;
}

// One recording with a message. `sent()` uploads it and returns what a contact's body says of it; `changed` hears whether there is one.
export function recordingField({ staff = false, token = () => null, changed = () => {} } = {}) {
  let original = null, ready = null, name = null;
  const file = el("input", { type: "file", accept: "audio/*,video/*" });
  const voice = el("select", {});
  const choice = field(t("rec_voice"), voice), shown = el("div", { "aria-live": "polite" }), remove = el("button", { type: "button" }, t("rec_remove"));
  const isFilm = () => original?.type.startsWith("video/");

  async function prepare() {
    name = null;
    ready = original;
    if (original && voice.value === "changed") {
      shown.replaceChildren(note(t("rec_changing")));
      try { ready = await changedVoice(original); } catch {
        ready = null;
        shown.replaceChildren(note(t("rec_cannot"), "bad"));
        return;
      }
    }
    shown.replaceChildren(...(ready ? [el("p", { class: "quiet" }, t("rec_preview")), player(ready)] : []));
  }
  function take(blob) {
    original = blob;
    const ways = !blob ? [] : isFilm() || staff ? ["as_is", "type_out"] : ["changed", "type_out", "as_is"];
    voice.replaceChildren(...ways.map((way) => el("option", { value: way }, t(`v_${way}`))));
    choice.hidden = remove.hidden = !blob;
    changed(Boolean(blob));
    return prepare();
  }
  file.addEventListener("change", () => take(file.files[0] ?? null));
  voice.addEventListener("change", prepare);
  remove.addEventListener("click", () => { file.value = ""; take(null); });
  choice.hidden = remove.hidden = true;
  const records = !staff && navigator.mediaDevices && globalThis.MediaRecorder;
  const element = el("fieldset", {}, el("legend", {}, t("rec")), el("p", { class: "quiet" }, t("rec_hint")), el("p", { class: "note" }, t("rec_warn")),
    records ? el("div", { class: "row" }, recorder(take, (words) => shown.replaceChildren(note(words)))) : "",
    field(t("rec_file"), file), choice, shown, remove);
  return {
    element,
    async sent() {
      if (!original) return [];
      if (!ready) throw new Refused({ title: t("rec_cannot"), code: "recording" });
      name ??= await upload(ready, token());
      return [{ name, voice: voice.value }];
    },
  };
}

const stands = (one) => one.destroyed_at ? t("rec_gone", { at: moment(one.destroyed_at) }) : one.voice === "type_out" ? t("rec_later") : t("rec_kept");

// What the citizen reads of what they sent.
export const recordingLines = (all) => all.map((one) => el("div", { class: "msg mine" },
  el("span", { class: "quiet" }, t(one.is_film ? "rec_film" : "rec_sound"), " · ", stands(one)), one.text ? [el("br"), one.text] : ""));

// What the desk does with it. `act(name, body)` and `button` are the desk's; `reload` shows the case anew.
export function recordingDesk(view, { token, act, call, reload, say }) {
  if (!view.recordings.length) return "";
  const one = (recording) => {
    const heard = el("textarea", { required: true, maxlength: 20000, value: recording.text }), place = el("div", {});
    const play = async () => {
      const answer = await fetch(`/v1/cases/${view.id}/recordings/${recording.name}`, { headers: { Authorization: `Bearer ${token()}`, "Accept-Language": lang }, credentials: "omit", cache: "no-store" });
      if (!answer.ok) { say((await answer.json()).title); return; }
      place.replaceChildren(player(await answer.blob()));
      place.firstChild.play().catch(() => {});
    };
    const destroy = async () => {
      try { await call(`/v1/cases/${view.id}/destroy-recording`, { name: recording.name }); reload(); } catch (problem) { say(problem.message); }
    };
    const gone = Boolean(recording.destroyed_at);
    return el("div", { class: "card" },
      el("p", {}, el("strong", {}, t(recording.is_film ? "rec_film" : "rec_sound")), " · ", t(`v_${recording.voice}`), gone ? el("span", { class: "late" }, " · ", stands(recording)) : ""),
      gone ? el("p", { class: "msg" }, recording.text) : [
        el("div", { class: "row" }, el("button", { type: "button", onclick: play }, t("rec_play")),
          recording.voice === "type_out" && recording.text ? el("button", { type: "button", onclick: destroy }, t("rec_destroy")) : ""), place,
        el("form", { onsubmit: act("type-out", () => ({ name: recording.name, text: heard.value })) }, field(t("rec_text"), heard), el("div", { class: "row" }, el("button", {}, t("set"))))]);
  };
  return el("section", {}, el("h3", {}, t("recordings")), ...view.recordings.map(one));
}
