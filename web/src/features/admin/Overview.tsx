import { lazy, Suspense, useEffect } from "react";
import { useApp, useLoad, useReference } from "../../app/hooks";
import type { OfficeId } from "../../core/units";
import { useFormats, useNamed, useT } from "../../i18n/hooks";
import { Button, Empty, ErrorState, Loading } from "../../ui";
import type { Book } from "./books/books";
import { messages } from "./messages";
import { Person } from "./Person";
import type { Touched } from "./settings";

interface Props {
  readonly root: OfficeId;
  readonly onOpen: (section: string, subject: string) => void;
}

const AGAIN_MS = 15_000;
// Of use to a new installation only.
const FirstSteps = lazy(() => import("./first/FirstSteps"));

/** What waits to be read and published, and what changed last. */
export function Overview({ root, onOpen }: Props) {
  const app = useApp();
  const t = useT(messages);
  const { session, server } = useReference();
  const { value, problem, again, at } = useLoad(
    async (signal) => {
      const [settings, guide] = await Promise.all([
        app.api.get<{ settings: Touched[] }>("/v1/settings", { office: root }, signal),
        app.api.get<{ books: Book[] }>(`/v1/provinces/${root}/guide`, {}, signal),
      ]);
      return {
        settings: [...settings.settings, ...guide.books.flatMap((book) => touched(book, root, session.person))],
      };
    },
    [app, root, session.person],
  );
  useEffect(() => {
    const timer = setInterval(again, AGAIN_MS);
    return () => clearInterval(timer);
  }, [again]);
  if (!value) return problem ? <ErrorState problem={problem} onRetry={again} /> : <Loading onRetry={again} />;
  const drafts = value.settings.filter((each) => each.drafted_by !== null);
  const changed = value.settings.filter((each) => each.changed_at !== null);
  return (
    <div className="admin-page">
      {problem && <ErrorState problem={problem} onRetry={again} />}
      {!server.demo && session.acts.has("manage_people") && (
        <Suspense>
          <FirstSteps root={root} />
        </Suspense>
      )}
      <section className="admin-card" aria-labelledby="admin-waiting">
        <h2 id="admin-waiting">{t("admin.waiting")}</h2>
        {drafts.length === 0 ? (
          <Empty at={at}>{t("admin.noneWaiting")}</Empty>
        ) : (
          <ul className="admin-list">
            {drafts.map((each) => (
              <Entry key={`${each.kind}:${each.subject}`} one={each} draft onOpen={onOpen} />
            ))}
          </ul>
        )}
      </section>
      <section className="admin-card" aria-labelledby="admin-recent">
        <h2 id="admin-recent">{t("admin.recent")}</h2>
        {changed.length === 0 ? (
          <Empty at={at}>{t("admin.noneRecent")}</Empty>
        ) : (
          <ul className="admin-list">
            {changed.map((each) => (
              <Entry key={`${each.kind}:${each.subject}`} one={each} onOpen={onOpen} />
            ))}
          </ul>
        )}
      </section>
    </div>
  );
}

/** A book as a setting that somebody touched; nothing when nobody did. */
function touched(book: Book, root: string, person: string): readonly Touched[] {
  const newest = book.versions[0];
  if (!book.draft && !newest) return [];
  return [
    {
      kind: book.book,
      subject: root,
      drafted_by: book.draft?.by ?? null,
      drafted_at: book.draft?.at ?? null,
      why: null,
      mine: book.draft?.by === person,
      changed_by: newest?.by ?? null,
      changed_at: book.since,
    },
  ];
}

const sectionOf = (kind: string): string =>
  kind === "person" ? "people" : kind.startsWith("import_") ? "imports" : kind;

function Entry({
  one,
  draft = false,
  onOpen,
}: {
  readonly one: Touched;
  readonly draft?: boolean;
  readonly onOpen: Props["onOpen"];
}) {
  const app = useApp();
  const t = useT(messages);
  const named = useNamed();
  const { moment } = useFormats();
  const { offices } = useReference();
  const office = offices.find(one.subject as OfficeId);
  const by = draft ? one.drafted_by : one.changed_by;
  const at = draft ? one.drafted_at : one.changed_at;
  return (
    <li>
      <b>
        {t.maybe(`admin.kindOf.${one.kind}`) ?? t.maybe(`admin.section.${one.kind}`) ?? one.kind}
        {office
          ? ` · ${named(office.name)}`
          : one.kind === "person" && ` · ${one.subject.slice(one.subject.indexOf(".p.") + 3)}`}
      </b>
      <span>
        {by && <Person id={by} />} {at && <bdi dir="ltr">{moment(Date.parse(at), app.clock.now())}</bdi>}
        {draft && one.why && ` · «${one.why}»`}
      </span>
      <Button onClick={() => onOpen(sectionOf(one.kind), one.subject)}>{t(draft ? "admin.read" : "do.open")}</Button>
    </li>
  );
}
