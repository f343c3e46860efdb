import { useT } from "../i18n/hooks";

// A run of Persian words, with the spaces and half-spaces between them.
const PERSIAN_RUN = /([\u0600-\u06FF](?:[\u0600-\u06FF\u200C ]*[\u0600-\u06FF])?)/;

/** A name from the map: what it knows in Persian only is marked as Persian on an English page, so that it is read aloud as such. */
export function MapName({ text }: { readonly text: string }) {
  const { lang } = useT();
  if (lang === "fa") return <bdi>{text}</bdi>;
  return (
    <bdi>
      {text.split(PERSIAN_RUN).map((part, n) =>
        n % 2 === 0 ? (
          part
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text have no other name.
          <bdi key={n} lang="fa">
            {part}
          </bdi>
        ),
      )}
    </bdi>
  );
}
