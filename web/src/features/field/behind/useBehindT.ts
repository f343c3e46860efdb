import { useT } from "../../../i18n/hooks";
import { messages } from "./messages";

/** The words of the mission and of the pages behind the screen, with those of the first paint. */
export const useBehindT = () => useT(messages);
