import { useEffect, useState } from "react";
import type { Problem } from "../../../api/problem";
import { asProblem } from "../../../api/problem";
import { token } from "../../../app/app";
import { useApp, useLoad } from "../../../app/hooks";
import { problemText, useNamed, useT } from "../../../i18n/hooks";
import { Button, Empty, ErrorState, Loading, Ltr, reasonText } from "../../../ui";
import { Password } from "../Password";
import { messages } from "./messages";
import { Opening } from "./Opening";
import type { Build, Offer, Offers } from "./run";
import { whyNotTake } from "./run";

const AGAIN_MS = 1_000;
const COMMAND = "nazdik region build --help";

/** Choose what to open; a sample that is not built yet is built first, and its progress shown. */
export function Region() {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { value, problem, again } = useLoad(
    (signal) => app.api.get<Offers>("/v1/first-run/regions", {}, signal),
    [app],
  );
  const [chosen, setChosen] = useState<string | null>(null);
  const [refused, setRefused] = useState<Problem | null>(null);
  const [opening, setOpening] = useState(false);
  const running = value?.build?.running === true;
  useEffect(() => {
    if (!running) return;
    const timer = setInterval(again, AGAIN_MS);
    return () => clearInterval(timer);
  }, [running, again]);
  if (opening) return <Opening />;
  if (!value) {
    if (problem?.status === 401)
      return (
        <>
          <p>{t("first.signIn")}</p>
          <Password
            onIn={(session) => {
              token.set(session.token);
              again();
            }}
          />
        </>
      );
    return problem ? <ErrorState problem={problem} onRetry={again} /> : <Loading onRetry={again} />;
  }
  const one = value.regions.find((each) => each.id === chosen);
  const take = async (offer: Offer) => {
    setRefused(null);
    try {
      if (!offer.built) {
        await app.api.post("/v1/first-run/builds", { region: offer.id });
        again();
      } else {
        const session = await app.api.post<{ token: string }>("/v1/first-run/region", { region: offer.id });
        token.set(session.token);
        setOpening(true);
      }
    } catch (error) {
      setRefused(asProblem(error));
    }
  };
  return (
    <div className="first-form">
      <p>{t("first.region.what")}</p>
      {value.regions.length === 0 ? (
        <Empty>{t("first.region.none")}</Empty>
      ) : (
        <fieldset className="first-regions">
          <legend className="visually-hidden">{t("first.region.list")}</legend>
          {value.regions.map((each) => (
            <label key={each.id} className="first-region">
              <input
                type="radio"
                name="region"
                value={each.id}
                checked={each.id === chosen}
                onChange={() => setChosen(each.id)}
              />
              <span>
                <b>{named(each.name)}</b>{" "}
                {each.sample && <span className="first-mark">{t("first.region.sample")}</span>}
                <Words offer={each} />
              </span>
            </label>
          ))}
        </fieldset>
      )}
      {value.build && <Progress build={value.build} offers={value.regions} />}
      {refused && (
        <p className="field-error" role="alert">
          {problemText(t, refused)}
        </p>
      )}
      <span className="first-acts">
        <Button
          look="primary"
          pending={running}
          reasonBelow
          disabledReason={reasonText(t, whyNotTake(one, value.build))}
          onClick={() => one && void take(one)}
        >
          {t(one && !one.built ? "first.region.build" : "first.region.open", { name: one ? named(one.name) : "" })}
        </Button>
        <Button onClick={again}>{t("first.region.refresh")}</Button>
      </span>
      <p className="muted">
        {t("first.region.own")} <Ltr className="first-command">{COMMAND}</Ltr>
      </p>
    </div>
  );
}

function Words({ offer }: { readonly offer: Offer }) {
  const t = useT(messages);
  const named = useNamed();
  if (offer.wrong)
    return (
      <span className="first-more field-error">
        {t("first.region.wrong")}: {named(offer.wrong)}
      </span>
    );
  return (
    <span className="first-more">
      {offer.built
        ? t("first.region.counts", { counties: offer.counties, stations: offer.stations, mb: offer.size_mb })
        : t("first.region.unbuilt")}
      {offer.notice && ` · ${named(offer.notice)}`}
    </span>
  );
}

function Progress({ build, offers }: { readonly build: Build; readonly offers: readonly Offer[] }) {
  const t = useT(messages);
  const named = useNamed();
  const of = offers.find((each) => each.id === build.region);
  const name = of ? named(of.name) : build.region;
  if (build.failed)
    return (
      <p className="field-error" role="alert">
        {t("first.buildFailed", { name, why: named(build.failed) })} {t("first.buildAgain")}
      </p>
    );
  if (!build.running) return null;
  return (
    <div className="first-progress">
      <span>
        {build.at === 0
          ? t("first.begins", { name })
          : t("first.building", { name, at: build.at, of: build.of, step: named(build.step) })}
      </span>
      <progress aria-label={t("first.share")} max={1} value={build.share} />
    </div>
  );
}
