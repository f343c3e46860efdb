import type { Problem } from "../../api/problem";
import { useT } from "../../i18n/hooks";
import { messages } from "./messages";
import { Person } from "./Person";
import { When } from "./When";

/** Beside a refusal because somebody else was faster: who it was, and when. */
export function ByWhom({ problem }: { readonly problem: Problem }) {
  const t = useT(messages);
  const { by, changed_at: at } = problem.details;
  if (typeof by !== "string" || typeof at !== "string") return null;
  return (
    <span className="muted">
      {" "}
      {t("admin.changedBy")} <Person id={by} /> · <When at={at} />
    </span>
  );
}
