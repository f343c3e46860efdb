/** Where: search as one types, in any spelling; and the words that nobody knew yet, kept as a name of the place. */

import { useEffect, useRef, useState } from "react";
import { useApp, useReference } from "../../app/hooks";
import type { LonLat, OfficeId } from "../../core/units";
import { provinceOf } from "../../core/units";
import { distanceText } from "../../i18n/hooks";
import { Button, Combo, type ComboOption, Ltr } from "../../ui";
import { useConsole, useWords } from "./context";
import type { CallForm } from "./store";

interface Place {
  readonly label_fa: string;
  readonly label_en: string;
  readonly kind: string;
  readonly point: LonLat;
  readonly why: string;
  readonly distance_m: number | null;
  readonly accuracy_m: number;
  readonly placed: boolean;
  readonly county: OfficeId | null;
}

// A county fits on the map.
const COUNTY_ZOOM = 9;
/** Found though it is written otherwise. What only sounds alike is a guess, a misspelling mostly is none. */
const SOUND = "sound";
const ALIKE: readonly string[] = [SOUND, "spelling"];

/** Fields are named, so that taking a suggestion goes on to the next one. */
export function focusField(name: "place" | "kind" | "hazards"): void {
  document.querySelector<HTMLElement>(`.call-form [data-field=${name}] .input`)?.focus();
}

export function focusQuestions(): void {
  const line = document.querySelector<HTMLElement>(".call-form .questions button[tabindex='0']");
  if (line) line.focus();
  else focusField("hazards");
}

/** From the kind on: to its questions once they are drawn, else to the next field. */
export const focusAfterKind = (): number => requestAnimationFrame(focusQuestions);

type Change = (to: Partial<CallForm>) => void;

export interface FieldProps {
  readonly form: CallForm;
  readonly change: Change;
}

/** Search as one types, near what is known; a click on the map and the caller's own location set the same point. */
export function PlaceField({ form, change }: FieldProps) {
  const { api, world } = useApp();
  const words = useWords();
  const { t } = words;
  const { session } = useReference();
  const { centre, fly } = useConsole();
  const [places, setPlaces] = useState<readonly Place[]>([]);
  const [searching, setSearching] = useState(false);
  const [asked, setAsked] = useState("");
  const [failed, setFailed] = useState(false);
  const [turn, setTurn] = useState(0);
  const box = useRef<HTMLInputElement>(null);
  const label = (place: Place): string => (t.lang === "fa" ? place.label_fa : place.label_en || place.label_fa);
  const query = form.placeText.trim();
  const picked = form.place === query && form.named === query;
  const settled = form.point !== null && form.place === query;

  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the form opens.
  useEffect(() => {
    // Words typed outside a field would be keys: the hand is put into the first one.
    box.current?.focus();
    const known = form.point ?? world.call.get(form.call)?.locations.at(-1)?.point;
    if (known) fly(known, 15);
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a moved map is no reason to search again.
  useEffect(() => {
    if (query.length < 2 || settled) {
      setPlaces([]);
      setFailed(false);
      return;
    }
    const stop = new AbortController();
    const timer = setTimeout(() => {
      setSearching(true);
      setFailed(false);
      const near = form.point ?? centre();
      const province = session.office ? provinceOf(session.office) : null;
      api
        .get<{ places: readonly Place[] }>(
          "/v1/places",
          {
            q: query,
            near: near ? `${near[0]},${near[1]}` : null,
            province: province && province !== "iran" ? province : null,
            limit: 8,
          },
          stop.signal,
        )
        .then((found) => {
          if (stop.signal.aborted) return;
          setPlaces(found.places);
          setAsked(query);
          setSearching(false);
        })
        .catch(() => {
          if (stop.signal.aborted) return;
          setSearching(false);
          setFailed(true);
        });
    }, 140);
    return () => {
      clearTimeout(timer);
      stop.abort();
    };
  }, [query, settled, api, turn]);

  // Another word that sounds alike is a guess: nobody is sent there by a habit of the hand.
  const onlySound = places.length > 0 && places[0]?.why === SOUND;
  const hintOf = (place: Place): string => {
    const parts = [t.maybe(`placeKind.${place.kind}`)];
    if (place.county) parts.push(words.office(place.county));
    if (place.distance_m !== null && place.placed) parts.push(distanceText(t, place.distance_m));
    parts.push(t.maybe(`placeWhy.${place.why}`));
    if (!place.placed) parts.push(t("form.placeUnplaced"));
    else if (place.accuracy_m > 0) parts.push(t("form.placeWithin", { distance: distanceText(t, place.accuracy_m) }));
    return parts.filter(Boolean).join(" · ");
  };
  const options: ComboOption[] = places.map((place, n) => ({
    id: String(n),
    label: label(place),
    hint: hintOf(place),
  }));
  return (
    <Combo
      name="place"
      inputRef={box}
      label={t("form.place")}
      text={form.placeText}
      placeholder={t("form.placeHint")}
      required
      options={options}
      unsure={onlySound}
      status={searching ? t("form.searching") : t("form.placeCount", { n: options.length })}
      onText={(placeText) => change({ placeText, ...(form.point ? { place: placeText.trim() } : {}) })}
      onPick={(id) => {
        const place = places[Number(id)];
        if (!place) return;
        const name = label(place);
        change({
          placeText: name,
          place: name,
          point: place.point,
          accuracy: place.accuracy_m || null,
          named: name,
          unplaced: place.placed ? "" : name,
          alike: ALIKE.includes(place.why) ? query : "",
        });
        fly(place.point, place.placed ? 16 : COUNTY_ZOOM);
        focusField("kind");
      }}
      below={
        <span className="field-hint" data-missing={!form.point || undefined}>
          {form.point ? (
            <>
              {t("form.placeChosen", { label: form.place || t("form.placeFromMap") })}{" "}
              <Ltr className="num">
                {form.point[1].toFixed(5)}, {form.point[0].toFixed(5)}
              </Ltr>
              {form.accuracy !== null && ` ±${distanceText(t, form.accuracy)}`}
            </>
          ) : failed ? (
            <span role="alert">
              {t("form.placeFailed")}{" "}
              <Button look="quiet" onClick={() => setTurn(turn + 1)}>
                {t("do.retry")}
              </Button>
            </span>
          ) : query.length >= 2 && asked === query && places.length === 0 && !searching ? (
            t("form.noPlaces")
          ) : (
            t("form.placeMissing")
          )}
          {picked && form.alike && (
            <strong role="alert" className="place-unplaced">
              {t("form.placeAlikeChosen", { typed: form.alike, name: query })}
            </strong>
          )}
          {onlySound && <span> {t("form.placeSound")}</span>}
          {form.accuracy !== null && form.unplaced && form.place === form.unplaced && (
            <strong role="alert" className="place-unplaced">
              {t("form.placeUnplacedChosen")}
            </strong>
          )}
          {form.point && !picked && query.length >= 2 && session.acts.has("keep_addresses") && (
            <KeepName text={query} point={form.point} />
          )}
        </span>
      }
    />
  );
}

/** The words typed for a point become its name, for every console at once. */
function KeepName({ text, point }: { readonly text: string; readonly point: LonLat }) {
  const { acts } = useConsole();
  const { t } = useWords();
  const [kept, setKept] = useState("");
  if (kept === text) return <> {t("alias.kept", { text })}</>;
  return (
    <>
      {" "}
      <Button look="quiet" onClick={() => void acts.places.addAlias(text, point).then((done) => done && setKept(text))}>
        {t("alias.keep", { text })}
      </Button>
    </>
  );
}
