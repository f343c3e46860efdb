/** Addresses that the search could not confirm, and the names that people here added; both can be put right from here. */

import { useState } from "react";
import { useApp, useLoad } from "../../app/hooks";
import type { IncidentId, LonLat, Time } from "../../core/units";
import { msOf } from "../../core/units";
import { useFormats } from "../../i18n/hooks";
import { Button, Dialog, Empty, Field, Loading } from "../../ui";
import { useConsole, useWords } from "./context";
import { useDesk } from "./store";

interface Flag {
  readonly incident: IncidentId;
  readonly number: number | null;
  readonly text: string;
  readonly point: LonLat;
  readonly doubt: "not_found" | "elsewhere" | "unplaced";
}

interface Alias {
  readonly id: string;
  readonly text: string;
  readonly point: LonLat;
  readonly label_fa: string;
  readonly label_en: string;
  readonly added_at: Time;
  readonly added_by: string;
}

export function Addresses({ onClose }: { readonly onClose: () => void }) {
  const { api } = useApp();
  const { t } = useWords();
  const [turn, setTurn] = useState(0);
  const again = () => setTurn(turn + 1);
  const flags = useLoad(() => api.get<{ addresses: readonly Flag[] }>("/v1/addresses"), [api, turn]);
  const aliases = useLoad(() => api.get<{ aliases: readonly Alias[] }>("/v1/aliases"), [api, turn]);
  return (
    <Dialog title={t("title.addresses")} onClose={onClose}>
      <h3>{t("address.waiting")}</h3>
      {!flags.value ? (
        <Loading rows={2} />
      ) : flags.value.addresses.length === 0 ? (
        <Empty>{t("address.none")}</Empty>
      ) : (
        <ul className="addresses">
          {flags.value.addresses.map((flag) => (
            <Waiting key={flag.incident} flag={flag} onDone={again} onClose={onClose} />
          ))}
        </ul>
      )}
      <h3>{t("alias.list")}</h3>
      {!aliases.value ? (
        <Loading rows={2} />
      ) : aliases.value.aliases.length === 0 ? (
        <Empty>{t("alias.none")}</Empty>
      ) : (
        <ul className="addresses">
          {aliases.value.aliases.map((alias) => (
            <Added key={alias.id} alias={alias} onDone={again} />
          ))}
        </ul>
      )}
    </Dialog>
  );
}

function Waiting({
  flag,
  onDone,
  onClose,
}: {
  readonly flag: Flag;
  readonly onDone: () => void;
  readonly onClose: () => void;
}) {
  const { acts, fly } = useConsole();
  const { t } = useWords();
  const [name, setName] = useState(flag.text);
  const settle = (alias: string | null) =>
    void acts.places.repairAddress(flag.incident, alias).then((done) => {
      if (done) onDone();
    });
  return (
    <li>
      <button
        type="button"
        className="link-button"
        onClick={() => {
          onClose();
          useDesk.getState().select(flag.incident);
          fly(flag.point, 16);
        }}
      >
        {t("address.open", { n: flag.number ?? 0 })}
      </button>{" "}
      <b>{flag.text}</b> <span className="muted">{t(`address.doubt.${flag.doubt}`)}</span>
      <div className="act-line">
        <Field
          label={t("address.words")}
          hideLabel
          dir="auto"
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <Button onClick={() => settle(name)}>{t("address.alias")}</Button>
        <Button look="quiet" onClick={() => settle(null)}>
          {t("address.right")}
        </Button>
      </div>
    </li>
  );
}

function Added({ alias, onDone }: { readonly alias: Alias; readonly onDone: () => void }) {
  const { acts } = useConsole();
  const { t } = useWords();
  const { date, time } = useFormats();
  const at = msOf(alias.added_at);
  const label = t.lang === "fa" ? alias.label_fa : alias.label_en || alias.label_fa;
  return (
    <li className="act-line">
      <span>
        <b>{alias.text}</b> <span className="muted">{label}</span>
        <br />
        <small className="muted">{t("alias.by", { who: alias.added_by, time: `${date(at)} ${time(at)}` })}</small>
      </span>
      <Button
        look="quiet"
        onClick={() =>
          void acts.places.removeAlias(alias.id, alias.text).then((done) => {
            if (done) onDone();
          })
        }
      >
        {t("alias.remove")}
      </Button>
    </li>
  );
}
