import { useT } from "../../../i18n/hooks";
import { Button, Dialog } from "../../../ui";
import { messages } from "./messages";

const WHY = ["mistake", "other_incident", "person"] as const;

/** Why a picture or a voice note is taken back. The reason is the act; ten seconds to undo, as everywhere. */
export function Withdraw({
  title,
  onWhy,
  onClose,
}: {
  readonly title: string;
  readonly onWhy: (why: string) => void;
  readonly onClose: () => void;
}) {
  const t = useT(messages);
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{t("scene.backWhy")}</p>
      <div className="scene-why">
        {WHY.map((why) => (
          <Button
            key={why}
            onClick={() => {
              onWhy(why);
              onClose();
            }}
          >
            {t(`scene.reason.${why}`)}
          </Button>
        ))}
      </div>
    </Dialog>
  );
}
