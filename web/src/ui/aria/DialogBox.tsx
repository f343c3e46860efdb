/** The part of `Dialog` that needs React Aria. */

import { useId } from "react";
import { Dialog as AriaDialog, Modal, ModalOverlay } from "react-aria-components";
import { useT } from "../../i18n/hooks";
import { Button } from "../Button";
import type { DialogProps } from "../Dialog";

export function DialogBox({ title, onClose, children }: DialogProps) {
  const t = useT();
  const id = useId();
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the page below wait until it is closed; F1 helps here too.
    <div className="as-is" onKeyDown={(event) => event.code !== "F1" && event.stopPropagation()}>
      <ModalOverlay isOpen onOpenChange={(open) => !open && onClose()} className="dialog-shade">
        <Modal className="dialog">
          <AriaDialog aria-labelledby={id} className="dialog-box">
            <div className="dialog-head">
              <h2 id={id}>{title}</h2>
              <Button look="quiet" keyHint="Esc" onClick={onClose}>
                {t("do.close")}
              </Button>
            </div>
            <div className="dialog-body">{children}</div>
          </AriaDialog>
        </Modal>
      </ModalOverlay>
    </div>
  );
}
