import { useApp, usePending } from "../../../app/hooks";
import { useT } from "../../../i18n/hooks";
import { Button, Dialog } from "../../../ui";
import { useDesk } from "../store";
import { formsAtWork, onTheirWay } from "./leaving";
import { messages } from "./messages";

/** Somebody wants to sign out while work is on its way: what that is, before it is left behind. */
export default function LeaveDialog({ onClose }: { readonly onClose: () => void }) {
  const app = useApp();
  const t = useT(messages);
  const commands = onTheirWay(usePending());
  const forms = formsAtWork(useDesk((desk) => desk.forms));
  return (
    <Dialog title={t("leave.title")} onClose={onClose}>
      {commands > 0 && <p role="status">{t("leave.commands", { n: commands })}</p>}
      {forms > 0 && <p>{t("leave.forms", { n: forms })}</p>}
      {commands + forms === 0 && <p role="status">{t("leave.nothing")}</p>}
      <div className="act-line">
        <Button look="primary" autoFocus onClick={onClose}>
          {t("leave.stay")}
        </Button>
        <Button look={commands > 0 ? "danger" : "plain"} onClick={() => void app.signOut()}>
          {t("leave.out")}
        </Button>
      </div>
    </Dialog>
  );
}
