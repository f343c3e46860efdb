import { Send } from "lucide-react";
import { useState } from "react";
import { useT } from "../../i18n/hooks";
import {
  Button,
  Check,
  Choice,
  Combo,
  CommandLine,
  DateField,
  Dialog,
  Field,
  NumberField,
  PlateField,
  Segmented,
  TextArea,
} from "../../ui";
import { Piece, State } from "./frame";
import { messages } from "./messages";
import { NOW } from "./still";

const nothing = () => undefined;

export function Buttons() {
  const t = useT(messages);
  const send = t("sample.send");
  return (
    <>
      <Piece name="button">
        <State name="rest">
          <Button>{send}</Button>
        </State>
        <State name="hover" act="hover">
          <Button>{send}</Button>
        </State>
        <State name="focus" act="focus">
          <Button>{send}</Button>
        </State>
        <State name="disabled">
          <Button disabledReason={t("sample.why")} reasonBelow>
            {send}
          </Button>
        </State>
        <State name="busy">
          <Button pending>{send}</Button>
        </State>
        <State name="primary">
          <Button look="primary" keyHint="Ctrl+⏎">
            {send}
          </Button>
        </State>
        <State name="hover" act="hover">
          <Button look="primary">{send}</Button>
        </State>
        <State name="focus" act="focus">
          <Button look="primary">{send}</Button>
        </State>
        <State name="danger">
          <Button look="danger">{send}</Button>
        </State>
        <State name="ok">
          <Button look="ok">{send}</Button>
        </State>
        <State name="quiet">
          <Button look="quiet" keyHint="Esc">
            {t("do.close")}
          </Button>
        </State>
        <State name="key">
          <Button keyHint="F2">{send}</Button>
        </State>
        <State name="icon">
          <Button icon={<Send size={16} className="mirror" aria-hidden="true" />}>{send}</Button>
        </State>
        <State name="long" wide>
          <Button>{t("sample.long")}</Button>
        </State>
      </Piece>
      <Piece name="handButton">
        <State name="rest">
          <Button size="hand">{send}</Button>
        </State>
        <State name="primary">
          <Button size="main" look="ok">
            {t("do.acknowledge")}
          </Button>
        </State>
        <State name="disabled">
          <Button size="hand" disabledReason={t("sample.why")}>
            {send}
          </Button>
        </State>
        <State name="busy">
          <Button size="hand" look="primary" pending>
            {send}
          </Button>
        </State>
        <State name="long">
          <div className="hand-width">
            <Button size="hand" wide>
              {t("sample.long")}
            </Button>
          </div>
        </State>
      </Piece>
    </>
  );
}

export function Fields() {
  const t = useT(messages);
  const place = t("sample.place");
  const kinds = (["fire", "injury", "theft"] as const).map((each) => [each, t(`sample.${each}`)] as const);
  const shifts = (["morning", "evening", "night"] as const).map((each) => ({
    value: each,
    label: t(`sample.${each}`),
  }));
  return (
    <>
      <Piece name="field">
        <State name="none">
          <Field label={place} placeholder={t("sample.placeHint")} />
        </State>
        <State name="rest">
          <Field label={place} defaultValue={t("sample.placeText")} key={t.lang} />
        </State>
        <State name="hint">
          <Field label={place} hint={t("sample.placeHint")} />
        </State>
        <State name="focus" act="focus">
          <Field label={place} />
        </State>
        <State name="wrong">
          <Field label={place} defaultValue="Kian" error={t("sample.placeError")} />
        </State>
        <State name="disabled">
          <Field label={place} disabled defaultValue={t("sample.placeText")} key={t.lang} />
        </State>
        <State name="latin">
          <Field label={t("sample.sign")} dir="ltr" defaultValue="A12" />
        </State>
        <State name="long">
          <Field label={place} defaultValue={t("sample.placeLong")} key={t.lang} />
        </State>
        <State name="area">
          <TextArea label={place} defaultValue={t("sample.placeLong")} key={t.lang} />
        </State>
      </Piece>
      <Piece name="choice">
        <State name="rest">
          <Choice label={t("sample.kind")} value="fire" options={kinds} onChange={nothing} />
        </State>
        <State name="focus" act="focus">
          <Choice label={t("sample.kind")} value="injury" options={kinds} onChange={nothing} />
        </State>
        <State name="disabled">
          <Choice label={t("sample.kind")} value="theft" options={kinds} disabled onChange={nothing} />
        </State>
        <State name="rest">
          <NumberField label={t("sample.minutes")} value={12} min={0} max={120} onChange={nothing} />
        </State>
        <State name="rest">
          <Segmented label={t("sample.shift")} value="evening" options={shifts} onChange={nothing} />
        </State>
        <State name="focus" act="focus">
          <Segmented label={t("sample.shift")} value="morning" options={shifts} onChange={nothing} />
        </State>
        <State name="rest">
          <Check checked={false} onChange={nothing}>
            {t("sample.severe")}
          </Check>
        </State>
        <State name="chosen">
          <Check checked onChange={nothing}>
            {t("sample.severe")}
          </Check>
        </State>
        <State name="focus" act="focus">
          <Check checked onChange={nothing}>
            {t("sample.severe")}
          </Check>
        </State>
        <State name="disabled">
          <Check checked={false} disabled onChange={nothing}>
            {t("sample.severe")}
          </Check>
        </State>
      </Piece>
      <Piece name="command">
        <State name="none" wide>
          <CommandLine
            label={t("sample.command")}
            text=""
            placeholder={t("sample.commandHint")}
            preview={null}
            state="idle"
            onText={nothing}
          />
        </State>
        <State name="ok" wide>
          <CommandLine
            label={t("sample.command")}
            text="D 1234 A12"
            preview={t("sample.sendA12")}
            state="ready"
            onText={nothing}
          />
        </State>
        <State name="wrong" wide>
          <CommandLine
            label={t("sample.command")}
            text="D 1234 A99"
            preview={t("sample.noUnit")}
            state="not"
            bad
            wrong={[7, 10]}
            onText={nothing}
          />
        </State>
        <State name="focus" act="focus" wide>
          <CommandLine label={t("sample.command")} text="" preview={t("sample.done")} state="idle" onText={nothing} />
        </State>
      </Piece>
    </>
  );
}

export function Dates() {
  const t = useT(messages);
  const [plate, setPlate] = useState("24ب357-14");
  return (
    <Piece name="date">
      <State name="none">
        <DateField label={t("sample.day")} value={null} onChange={nothing} />
      </State>
      <State name="rest">
        <DateField label={t("sample.day")} value={NOW} onChange={nothing} />
      </State>
      <State name="rest">
        <DateField label={t("sample.moment")} value={NOW} withTime onChange={nothing} />
      </State>
      <State name="wrong">
        <DateField label={t("sample.day")} value={NOW} error={t("sample.placeError")} onChange={nothing} />
      </State>
      <State name="disabled">
        <DateField label={t("sample.moment")} value={NOW} withTime disabled onChange={nothing} />
      </State>
      <State name="open" act="press">
        <DateField label={t("sample.day")} value={NOW} max={NOW + 3 * 86_400_000} onChange={nothing} />
      </State>
      <State name="rest">
        <PlateField label={t("sample.plate")} value={plate} onChange={setPlate} />
      </State>
    </Piece>
  );
}

/** Last of all: it keeps the focus. */
export function Suggestions() {
  const t = useT(messages);
  const place = t("sample.place");
  const options = (["fire", "injury", "theft"] as const).map((id, n) => ({
    id,
    label: t(`sample.${id}`),
    hint: `K${n + 1}`,
  }));
  return (
    <Piece name="combo">
      <State name="rest">
        <Combo
          label={place}
          text=""
          placeholder={t("sample.placeHint")}
          options={[]}
          onText={nothing}
          onPick={nothing}
        />
      </State>
      <State name="open" act="arrow">
        <div className="room-below">
          <Combo label={t("sample.kind")} text="" options={options} onText={nothing} onPick={nothing} />
        </div>
      </State>
    </Piece>
  );
}

export function Dialogs() {
  const t = useT(messages);
  const [open, setOpen] = useState(false);
  return (
    <Piece name="dialog">
      <State name="rest">
        <Button onClick={() => setOpen(true)}>{t("sample.dialog")}</Button>
      </State>
      {open && (
        <Dialog title={t("sample.dialog")} onClose={() => setOpen(false)}>
          <p>{t("sample.dialogText")}</p>
        </Dialog>
      )}
    </Piece>
  );
}
