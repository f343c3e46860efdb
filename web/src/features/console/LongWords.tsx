import { useState } from "react";
import { Button, Words } from "../../ui";
import { useCT } from "./context";

/** More letters or lines than these push what can be done out of sight. */
const LETTERS_SHOWN = 320;
const LINES_SHOWN = 5;

/** What somebody wrote, in a few lines until the rest is asked for. */
export function LongWords({ text }: { readonly text: string }) {
  const t = useCT();
  const [open, setOpen] = useState(false);
  const long = text.length > LETTERS_SHOWN || text.split("\n").length > LINES_SHOWN;
  return (
    <>
      <span className="words" data-cut={(long && !open) || undefined}>
        <Words text={text} />
      </span>
      {long && (
        <Button look="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          {t(open ? "words.less" : "words.more")}
        </Button>
      )}
    </>
  );
}
