// What on this page is said in another language than the page's, and what is read in the wrong direction. `data`: words that came from people.
(data) => {
  const root = document.documentElement;
  const found = [];
  const D = "[0-9\u06F0-\u06F9]";
  // Read from left to right wherever they stand: times, dates, telephones, coordinates, call signs, plates.
  const LEFT_TO_RIGHT = new RegExp(
    [
      `${D}{4}/${D}{2}/${D}{2}`,
      `${D}{1,2}:${D}{2}(?::${D}{2})?`,
      `-?${D}{1,3}[.]${D}{3,}, ?-?${D}{1,3}[.]${D}{3,}`,
      `${D}{3,4} ${D}{3} ${D}{4}`,
      "[A-Z]{1,4}-?[0-9]{1,4}(?:-[0-9A-Z]+)?",
    ].join("|"),
    "g",
  );
  // Letters; and Persian commas and question marks, which slip in where a list is put together.
  const PERSIAN = /[\u0621-\u063A\u0641-\u064A\u067E\u0686\u0698\u06A9\u06AF\u06CC]{2,}|[\u060C\u061B\u061F]/;
  const LATIN = /[A-Za-z]{3,}/g;
  // Names and abbreviations that are written so in Persian too, and keys of the keyboard.
  const SAME = /^(?:OpenStreetMap|PDF|CSV|JSON|GPS|SMS|Ctrl|Alt|Shift|Esc|Tab|Enter|Space|Home|End|PgUp|PgDn)$/;

  const languageOf = (element) => element.closest("[lang]")?.getAttribute("lang") ?? root.lang;
  const isCode = (element) => element.closest("kbd, code, [dir=ltr]") !== null;
  const where = (element) =>
    `${element.tagName.toLowerCase()}${typeof element.className === "string" && element.className ? `.${element.className.split(/\s+/)[0]}` : ""}`;
  // Ids of people, and names of settings and of what is filled in, as they have to be typed.
  const TYPED = /seat:[a-z_]+:[a-z.-]+(?::[0-9]+)?|\{[a-z_]+\}|[a-z]+(?:_[a-z]+)+/g;
  const said = (text, element, how) => {
    let words = text;
    for (const each of [...data].sort((a, b) => b.length - a.length)) words = words.replaceAll(each, " ");
    words = words.replaceAll(TYPED, " ");
    const language = languageOf(element);
    if (language === "en" && PERSIAN.test(words) && !element.matches(".plate")) found.push(`${where(element)} ${how}: ${text.trim()}`);
    if (language === "fa" && !isCode(element) && (words.match(LATIN) ?? []).some((word) => !SAME.test(word)))
      found.push(`${where(element)} ${how}: ${text.trim()}`);
  };
  const checkDirection = (node) => {
    for (const match of node.data.matchAll(LEFT_TO_RIGHT)) {
      const places = [...match[0]].map((_, n) => {
        const range = document.createRange();
        range.setStart(node, match.index + n);
        range.setEnd(node, match.index + n + 1);
        return range.getBoundingClientRect();
      });
      if (places.some((place) => place.width === 0 || place.top !== places[0].top)) continue;
      if (places.some((place, n) => n > 0 && place.left < places[n - 1].left))
        found.push(`${where(node.parentElement)} reads otherwise than from left to right: ${match[0]} in ${node.data.trim()}`);
    }
  };

  said(document.title, root, "title of the page");
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const element = node.parentElement;
    if (!element || element.closest("script, style, noscript, template, textarea, [data-live-announcer]") || !node.data.trim()) continue;
    if (!element.checkVisibility() && !element.closest("option")) continue;
    said(node.data, element, "text");
    if (!element.closest("option")) checkDirection(node);
  }
  const SPOKEN = ["aria-label", "title", "data-tip", "placeholder", "alt", "aria-description", "aria-roledescription", "aria-valuetext", "aria-placeholder"];
  for (const element of document.body.querySelectorAll(SPOKEN.map((name) => `[${name}]`).join()))
    if (element.checkVisibility())
      for (const name of SPOKEN)
        // A title that repeats the words it stands on is judged by them, with the language each part is marked as.
        if (element.hasAttribute(name) && !((name === "title" || name === "data-tip") && element.getAttribute(name).trim() === element.textContent.trim())) said(element.getAttribute(name), element, name);
  return [...new Set(found)];
}
