import { useT } from "../../../i18n/hooks";
import { HelpContent } from "../../../ui/help/HelpSheet";
import { Sheet } from "../parts";
import "./hand-help.css";

/** What the handheld is for and what its words mean; the only keys there are open and close this. */
export default function HandHelp({ onClose }: { readonly onClose: () => void }) {
  const t = useT();
  const keys = [
    { keys: "F1  ?", what: t("help.title") },
    { keys: "Esc", what: t("do.back") },
  ];
  return (
    <Sheet title={t("help.title")} onClose={onClose}>
      <HelpContent screen="field" keys={keys} heading="h2" />
    </Sheet>
  );
}
