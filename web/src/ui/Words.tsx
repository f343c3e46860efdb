import { platesIn } from "../core/plates";
import { Plate } from "./Plate";

/** What somebody wrote, number plates in it shown as they look on the car. */
export function Words({ text }: { readonly text: string }) {
  let at = 0;
  return platesIn(text).map((part) => {
    const key = at;
    at += typeof part === "string" ? part.length : part.plate.length;
    return typeof part === "string" ? part : <Plate key={key} value={part.plate} />;
  });
}
