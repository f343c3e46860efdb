import { Ambulance, Flame, Siren, Truck, Users } from "lucide-react";
import { useApp, useVersion } from "../../../app/hooks";
import { useFormats, useT } from "../../../i18n/hooks";
import { useEntries, useField } from "../hooks";
import type { Work } from "../mission";
import { HoldButton, Sheet } from "../parts";
import { isQueued } from "../queue";
import { useServiceLines } from "../services/AskedServices";
import { messages as talkMessages } from "../talk/page/messages";
import { threadOf } from "../talk/thread";
import "./backup.css";
import { messages } from "./messages";
import { backupOf } from "./state";

/** Long enough that a hand on the glass asks for nobody, short enough for somebody who needs help. */
const HOLD_MS = 800;

export function useBackup(work: Work) {
  const waits = useEntries().some(
    (entry) => entry.action === "backup" && entry.subject === work.assignment.id && isQueued(entry),
  );
  return backupOf(work, waits);
}

/** Where the request stands, in words; nothing when nothing was asked. */
export function BackupLine({ work }: { readonly work: Work }) {
  const t = useT(messages);
  const { state, urgent, who } = useBackup(work);
  if (state === "none") return null;
  const asked = t(urgent ? "backup.askedUrgent" : "backup.asked");
  const words =
    state === "waiting"
      ? t("backup.waiting")
      : state === "asked"
        ? asked
        : state === "nobody"
          ? `${asked} · ${t("backup.nobody")}`
          : t(`backup.${state}`, { who: who.join(" ") });
  return (
    <p className="mission-backup" role="status">
      {words}
    </p>
  );
}

/** Whom only the centre can call; asked for as a message to it, so that a person there rings them up. */
const SERVICES = [
  { name: "ambulance", icon: Ambulance, service: "ambulance-115" },
  { name: "fire", icon: Flame, service: "fire-125" },
  { name: "tow", icon: Truck, service: null },
] as const;

/** Two ways to ask for another unit, and three for what other services have; each is held. */
export function BackupSheet({ work, onClose }: { readonly work: Work; readonly onClose: () => void }) {
  const t = useT(messages);
  const tt = useT(talkMessages);
  const field = useField();
  const { id } = useFormats();
  const { world } = useApp();
  useVersion(world.message);
  const lines = threadOf(field.unit, world.message.values(), useEntries());
  const tell = (text: string) =>
    field.act({
      action: "message",
      path: `/v1/units/${field.unit}/messages`,
      body: { text },
      subject: field.unit,
      label: id(work.incident.number),
    });
  const services = useServiceLines(work.incident);
  const ask = (urgent: boolean) => {
    field.act({
      action: "backup",
      path: `/v1/assignments/${work.assignment.id}/backup`,
      body: { urgent },
      subject: work.assignment.id,
      label: id(work.incident.number),
    });
    onClose();
  };
  return (
    <Sheet title={t("backup.title")} onClose={onClose}>
      <p className="muted">{t("backup.why")}</p>
      {(["urgent", "routine"] as const).map((way) => (
        <HoldButton
          key={way}
          ms={HOLD_MS}
          className={`backup-hold backup-${way}`}
          held={<strong>{t("backup.keep")}</strong>}
          onHeld={() => ask(way === "urgent")}
        >
          {way === "urgent" ? <Siren size={40} aria-hidden="true" /> : <Users size={40} aria-hidden="true" />}
          <span>
            <strong>
              {t(`backup.${way}`)} — {t("backup.hold")}
            </strong>
            <small>{t(`backup.${way}Why`)}</small>
          </span>
        </HoldButton>
      ))}
      <h2 className="muted">{t("backup.others")}</h2>
      <div className="services">
        {SERVICES.map(({ name, icon: Icon, service }) => {
          const words = t("backup.needed", { n: work.incident.number, what: t(`backup.${name}`) });
          const said = lines.findLast((line) => line.own && line.text === words);
          const asked = services.find((line) => line.service === service);
          return (
            <HoldButton
              key={name}
              ms={HOLD_MS}
              className="service"
              held={<strong>{t("backup.keep")}</strong>}
              onHeld={() => tell(words)}
            >
              <span>
                <Icon size={36} aria-hidden="true" />
                <strong>{t(`backup.${name}`)}</strong>
                <small>{asked?.state ?? (said ? tt(`talk.mark.${said.mark}`) : t("backup.hold"))}</small>
              </span>
            </HoldButton>
          );
        })}
      </div>
    </Sheet>
  );
}
