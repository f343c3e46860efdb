import { anAssignment } from "../../core/samples";
import { LOOKS_BY_URGENCY } from "../../core/selectors";
import type { Priority } from "../../core/views";
import { useFormats, useT } from "../../i18n/hooks";
import { Ladder, Ltr, Plate, PriorityGlyph, Timer, UnitGlyph, WallClock } from "../../ui";
import { Piece, State } from "./frame";
import { messages } from "./messages";
import { NOW } from "./still";

const PRIORITIES: readonly (Priority | null)[] = [1, 2, 3, 4, 5, null];
const SIZES = ["48", "36", "28", "22", "18", "16", "14", "13", "12"] as const;
const COLOURS = [
  "bg",
  "surface",
  "raised",
  "selected",
  "line",
  "edge",
  "text",
  "text-2",
  "accent",
  "p1",
  "p2",
  "p3",
  "p4",
  "warn",
  "ok",
  "unit-available",
  "unit-moving",
  "unit-scene",
  "unit-busy",
  "unit-emergency",
  "map-ground",
] as const;

export function Type() {
  const t = useT(messages);
  return (
    <>
      <Piece name="colours">
        {COLOURS.map((name) => (
          <div key={name} className="swatch">
            <i className={`swatch-${name}`} />
            <Ltr>{name}</Ltr>
          </div>
        ))}
      </Piece>
      <Piece name="type">
        <div className="sizes">
          {SIZES.map((size) => (
            <p key={size} className={`size-${size}`}>
              {t("sample.injury")} A12 <span className="num">۰۱۲۳۴ 56789</span>
            </p>
          ))}
        </div>
      </Piece>
    </>
  );
}

export function Signs() {
  const minute = 60_000;
  return (
    <>
      <Piece name="priority">
        {PRIORITIES.map((priority) => (
          <PriorityGlyph key={priority} priority={priority} size={32} />
        ))}
        {PRIORITIES.map((priority) => (
          <PriorityGlyph key={priority} priority={priority} size={16} />
        ))}
      </Piece>
      <Piece name="unit">
        {LOOKS_BY_URGENCY.map((look) => (
          <UnitGlyph key={look} look={look} size={32} heading={look === "en_route" ? 60 : null} />
        ))}
        <UnitGlyph look="busy" divertible size={32} />
      </Piece>
      <Piece name="timer">
        <State name="rest">
          <Timer from={NOW - 72_000} />
        </State>
        <State name="warn">
          <Timer from={NOW - 4 * minute} warnAt={NOW - minute} />
        </State>
        <State name="breach">
          <Timer from={NOW - 64 * minute} warnAt={NOW - 3 * minute} breachAt={NOW - minute} />
        </State>
        <State name="none">
          <Timer />
        </State>
        <State name="rest">
          <WallClock withDate />
        </State>
      </Piece>
      <Piece name="ladder">
        {[
          {},
          { delivered_at: AT },
          { delivered_at: AT, sounded_at: AT },
          { delivered_at: AT, sounded_at: AT, accepted_at: AT },
        ].map((change) => (
          <Ladder key={Object.keys(change).length} assignment={anAssignment(change)} />
        ))}
      </Piece>
      <Piece name="plate">
        {PLATES.map((plate) => (
          <Plate key={plate} value={plate} />
        ))}
        <Plate value="24ب357-14" size="large" />
      </Piece>
      <Words />
    </>
  );
}

const AT = new Date(NOW).toISOString();
const PLATES = [
  "24ب357-14",
  "11ت222-33",
  "12ع345-24",
  "61ک718-14",
  "11ا111-11",
  "19پ911-99",
  "33ش444-55",
  "21D432-10",
  "44ژ555-66",
  "AB 12345",
];

/** Words, codes and numbers in one line, each in its own direction. */
function Words() {
  const t = useT(messages);
  const { date, dateLong, time, timeSeconds, timer, num, digits } = useFormats();
  return (
    <Piece name="words">
      <dl className="words-list">
        <dt>{t("sample.sign")}</dt>
        <dd data-kind="sign">
          <Ltr>A12</Ltr>
        </dd>
        <dt>{t("sample.code")}</dt>
        <dd data-kind="code">
          <Ltr>K7M-42P</Ltr>
        </dd>
        <dt>{t("sample.phone")}</dt>
        <dd data-kind="phone">
          <Ltr>{digits("0611 555 0110")}</Ltr>
        </dd>
        <dt>{t("sample.point")}</dt>
        <dd data-kind="point">
          <Ltr>31.3210, 48.6840</Ltr>
        </dd>
        <dt>{t("sample.day")}</dt>
        <dd>
          <span data-kind="date">
            <Ltr>{date(NOW)}</Ltr>
          </span>{" "}
          — <span data-kind="dateLong">{dateLong(NOW)}</span>
        </dd>
        <dt>{t("sample.moment")}</dt>
        <dd>
          <span data-kind="time">
            <Ltr>{time(NOW)}</Ltr>
          </span>{" "}
          <span data-kind="seconds">
            <Ltr>{timeSeconds(NOW)}</Ltr>
          </span>{" "}
          <span data-kind="timer">
            <Ltr>{timer(3_852_000)}</Ltr>
          </span>{" "}
          <span data-kind="number">{num(12_345)}</span>
        </dd>
      </dl>
      <p data-kind="sentence">{t("sample.since", { time: time(NOW), n: 3, place: "A12" })}</p>
    </Piece>
  );
}
