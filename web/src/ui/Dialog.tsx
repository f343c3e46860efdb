import type { ReactNode } from "react";
import { useEffect, useId, useRef } from "react";
import { useT } from "../i18n/hooks";
import { Button } from "./Button";

interface Props {
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

/** A modal over the page: the browser keeps the focus inside and gives it back. Not for confirmations on the hot path. */
export function Dialog({ title, onClose, children }: Props) {
  const t = useT();
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current;
    if (!dialog) return;
    if (!dialog.open) dialog.showModal();
    return () => dialog.close();
  }, []);
  return (
    <dialog
      ref={element}
      className="dialog"
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
      onKeyDown={(event) => event.stopPropagation()}
    >
      <div className="dialog-head">
        <h2 id={id}>{title}</h2>
        <Button look="quiet" keyHint="Esc" onClick={onClose}>
          {t("do.close")}
        </Button>
      </div>
      <div className="dialog-body">{children}</div>
    </dialog>
  );
}
