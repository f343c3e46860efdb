/** Where one is signed in, and ending it there. */

import { MonitorSmartphone } from "lucide-react";
import { useApp, useLoad } from "../../app/hooks";
import { useT } from "../../i18n/hooks";
import { Button, ErrorState, Loading, Ltr } from "../../ui";
import { When } from "../admin/When";
import { browserOf } from "./browsers";
import { messages } from "./messages";

interface Place {
  readonly id: string;
  readonly by: string;
  readonly since: string | null;
  readonly address: string;
  readonly agent: string;
  readonly here: boolean;
}

export function Places({ act }: { readonly act: (run: () => Promise<unknown>) => Promise<boolean> }) {
  const app = useApp();
  const t = useT(messages);
  const { value, problem, again } = useLoad(
    () => app.api.get<{ readonly sessions: readonly Place[] }>("/v1/session/places"),
    [app],
  );
  const end = async (path: string) => {
    if (await act(() => app.api.delete(`/v1/session/places${path}`))) again();
  };
  if (!value) return problem ? <ErrorState problem={problem} onRetry={again} /> : <Loading rows={3} />;
  const places = value.sessions;
  return (
    <section className="identity-card" aria-label={t("places.title")}>
      <h3>
        <MonitorSmartphone size={18} aria-hidden="true" /> {t("places.title")}
      </h3>
      <ul className="identity-list">
        {places.map((place) => (
          <li key={place.id} className="identity-key">
            <span>
              <b>{place.here ? t("places.here") : browserOf(place.agent, t("places.unknown"))}</b> ·{" "}
              {t.maybe(`places.by.${place.by}`) ?? place.by} · <Ltr>{place.address}</Ltr>
              {place.since && (
                <>
                  {" "}
                  · {t("identity.since")} <When at={place.since} />
                </>
              )}
            </span>
            {!place.here && (
              <Button look="danger" onClick={() => void end(`/${encodeURIComponent(place.id)}`)}>
                {t("places.end")}
              </Button>
            )}
          </li>
        ))}
      </ul>
      {places.length > 2 && (
        <div className="identity-acts">
          <Button look="danger" onClick={() => void end("")}>
            {t("places.endOthers")}
          </Button>
        </div>
      )}
    </section>
  );
}
