import { useRef, useState } from "react";
import type { Plate as PlateParts } from "../core/plates";
import { PLATE_LETTERS, parsePlate, plateClass, plateLetter, storedPlate } from "../core/plates";
import { latinDigits } from "../core/text";
import { FORMATS } from "../i18n/formats";
import { useT } from "../i18n/hooks";
import { Button } from "./Button";
import { messages } from "./messages";

// A plate is a thing in the street: its digits are Persian in either language, and it is read from left to right.
const { digits: persian } = FORMATS.fa;

/** A number plate as it looks on the car. What is not a national plate is shown as it was written. */
export function Plate({ value, size = "row" }: { readonly value: string; readonly size?: "row" | "large" }) {
  const t = useT(messages);
  const plate = parsePlate(value);
  if (!plate)
    return (
      <bdi dir="ltr" className="plate" data-class="other" data-size={size}>
        {value}
      </bdi>
    );
  const { first, letter, digits, region } = plate;
  const kind = plateClass(letter);
  const said = `${persian(first)} ${letter} ${persian(digits)} ${t("plate.region", { region: persian(region) })}`;
  return (
    <bdi
      dir="ltr"
      className="plate"
      data-class={kind}
      data-size={size}
      role="img"
      aria-label={`${t("plate.said", { text: said })}, ${t(`plate.class.${kind}`)}`}
    >
      <span className="plate-strip" aria-hidden="true" />
      <span className="plate-number">
        {/* Beside a Persian letter digits would change places with it: each part stands alone. */}
        <span>{persian(first)}</span> <b lang="fa">{letter}</b> <span>{persian(digits)}</span>
      </span>
      <span className="plate-region">
        <i>{t("plate.iran")}</i>
        {persian(region)}
      </span>
    </bdi>
  );
}

interface FieldProps {
  readonly label: string;
  /** As stored: `24ب357-14`, or whatever stands on another plate. */
  readonly value: string;
  readonly onChange: (stored: string) => void;
  /** Other plates are of no use here. */
  readonly nationalOnly?: boolean;
}

const EMPTY: PlateParts = { first: "", letter: "", digits: "", region: "" };
const BOXES = [
  ["first", 2],
  ["letter", 3],
  ["digits", 3],
  ["region", 2],
] as const;

/** Four boxes with a pad of letters; a full box goes on to the next. Other plates are typed as they are. */
export function PlateField({ label, value, onChange, nationalOnly }: FieldProps) {
  const t = useT(messages);
  const [parts, setParts] = useState<PlateParts>(() => parsePlate(value) ?? EMPTY);
  const [free, setFree] = useState(() => value !== "" && parsePlate(value) === null);
  const boxes = useRef<Record<string, HTMLInputElement | null>>({});
  const change = (name: keyof PlateParts, text: string, full: boolean) => {
    // A whole plate pasted into any box fills all of them.
    const whole = parsePlate(text);
    const next = whole ?? { ...parts, [name]: text };
    setParts(next);
    onChange(parsePlate(storedPlate(next)) ? storedPlate(next) : "");
    const after = BOXES[BOXES.findIndex(([each]) => each === name) + 1];
    if (full && !whole && after) boxes.current[after[0]]?.focus();
  };
  const typed = (name: keyof PlateParts, most: number, text: string) => {
    if (parsePlate(text)) return change(name, text, true);
    if (name !== "letter") {
      const digits = latinDigits(text).replace(/\D/g, "").slice(0, most);
      return change(name, digits, digits.length === most);
    }
    const letter = plateLetter(text);
    if (letter !== null || text === "") change(name, letter ?? "", letter !== null);
  };
  const names = {
    first: t("plate.first"),
    letter: t("plate.letter"),
    digits: t("plate.digits"),
    region: t("plate.code"),
  };
  return (
    <fieldset className="plate-field">
      <legend className="field-label">{label}</legend>
      {free ? (
        <input
          className="input"
          dir="auto"
          maxLength={40}
          aria-label={t("plate.otherText")}
          value={value}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      ) : (
        <>
          <div className="plate-boxes" dir="ltr">
            {BOXES.map(([name, most]) => (
              <input
                key={name}
                ref={(box) => {
                  boxes.current[name] = box;
                }}
                className="input"
                data-box={name}
                inputMode={name === "letter" ? "text" : "numeric"}
                autoComplete="off"
                aria-label={names[name]}
                value={name === "letter" ? parts.letter : persian(parts[name])}
                onChange={(event) => typed(name, most, event.currentTarget.value)}
                onFocus={(event) => event.currentTarget.select()}
              />
            ))}
          </div>
          <div className="plate-pad" role="group" aria-label={t("plate.letters")}>
            {PLATE_LETTERS.map((letter) => (
              <button
                lang="fa"
                key={letter}
                type="button"
                data-class={plateClass(letter)}
                aria-pressed={letter === parts.letter}
                onClick={() => change("letter", letter, true)}
              >
                {letter}
              </button>
            ))}
          </div>
        </>
      )}
      {!nationalOnly && (
        <Button
          look="quiet"
          onClick={() => {
            setFree(!free);
            setParts(EMPTY);
            onChange("");
          }}
        >
          {t(free ? "plate.national" : "plate.other")}
        </Button>
      )}
    </fieldset>
  );
}
