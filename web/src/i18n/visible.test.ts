/// <reference types="vite/client" />
/** What people see or hear stands in a catalogue: read from the code itself, not guessed from its lines. */

import ts from "typescript";
import { expect, test } from "vitest";

const sources = import.meta.glob<string>(["../{api,app,core,entries,features,live,map,pwa,ui}/**/*.{ts,tsx,js}"], {
  eager: true,
  query: "?raw",
  import: "default",
});

/** Attributes and properties whose text reaches a person. */
const SAID = new Set(
  "aria-label aria-description aria-placeholder aria-roledescription aria-valuetext ariaLabel title data-tip placeholder alt label hint error children disabledReason summary textContent innerText".split(
    " ",
  ),
);
/** Functions that show or speak what they are given. */
const SAYS = new Set("fillText strokeText alert confirm prompt Notification showNotification announce".split(" "));
const WORD = /[\p{L}]{2,}/u;
/** Names that are the same in every language. */
const NAMES = new Set(["OpenStreetMap"]);
/** Keys of a keyboard, units of a code, class names: nobody reads them as words. */
const isKey = (text: string): boolean =>
  /^(?:(?:Ctrl|Alt|Shift)\+)*(?:F\d+|Esc|Tab|Enter|Space|[A-Z]|⏎|↑|↓)$/.test(text.trim());

function visible(path: string, text: string): string[] {
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, ts.ScriptKind.TSX);
  const found: string[] = [];
  const say = (node: ts.Node, words: string): void => {
    if (!WORD.test(words) || isKey(words) || NAMES.has(words.trim())) return;
    found.push(`${path}:${file.getLineAndCharacterOfPosition(node.getStart()).line + 1}: ${words.trim()}`);
  };
  /** The texts that an expression can come to: its literals, through ternaries, `??`, `&&`, `||` and templates. */
  const texts = (node: ts.Expression): void => {
    if (ts.isStringLiteralLike(node)) say(node, node.text);
    else if (ts.isTemplateExpression(node)) {
      say(node, node.head.text);
      for (const span of node.templateSpans) {
        texts(span.expression);
        say(span, span.literal.text);
      }
    } else if (ts.isConditionalExpression(node)) {
      texts(node.whenTrue);
      texts(node.whenFalse);
    } else if (ts.isParenthesizedExpression(node)) texts(node.expression);
    else if (ts.isBinaryExpression(node)) {
      const { kind } = node.operatorToken;
      if (
        kind === ts.SyntaxKind.PlusToken ||
        kind === ts.SyntaxKind.BarBarToken ||
        kind === ts.SyntaxKind.QuestionQuestionToken
      )
        texts(node.left);
      if (kind !== ts.SyntaxKind.EqualsEqualsEqualsToken && kind !== ts.SyntaxKind.ExclamationEqualsEqualsToken)
        texts(node.right);
    }
  };
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node)) say(node, node.text);
    else if (ts.isJsxAttribute(node) && SAID.has(node.name.getText())) {
      const value = node.initializer;
      if (value && ts.isStringLiteral(value)) say(value, value.text);
      else if (value && ts.isJsxExpression(value) && value.expression) texts(value.expression);
    } else if (
      ts.isJsxExpression(node) &&
      node.expression &&
      (ts.isJsxElement(node.parent) || ts.isJsxFragment(node.parent))
    )
      texts(node.expression);
    else if (ts.isPropertyAssignment(node) && SAID.has(node.name.getText().replaceAll(/["']/g, "")))
      texts(node.initializer);
    else if (
      ts.isBinaryExpression(node) &&
      node.operatorToken.kind === ts.SyntaxKind.EqualsToken &&
      ts.isPropertyAccessExpression(node.left) &&
      SAID.has(node.left.name.text)
    )
      texts(node.right);
    else if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && node.arguments) {
      const [first, second] = node.arguments;
      const called =
        node.expression
          .getText()
          .split(/[.!?]+/)
          .at(-1) ?? "";
      if (SAYS.has(called) && first) texts(first);
      else if (called === "setAttribute" && first && ts.isStringLiteral(first) && SAID.has(first.text) && second)
        texts(second);
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

test("no visible word stands outside a catalogue", { timeout: 30_000 }, () => {
  const found = Object.entries(sources)
    .filter(([path]) => !/\.test\.|\/messages|\/samples\./.test(path))
    .flatMap(([path, text]) => visible(path, text));
  expect(found).toEqual([]);
});

test("the reading itself finds what it should, and only that", () => {
  const bad = [
    "<p>Hello there</p>",
    '<input placeholder="Search" />',
    '<b aria-label={late ? "Late" : t("ok")} />',
    "<i title={`Unit $" + "{n}`} />",
    '<p>{done && "Done"}</p>',
    'node.textContent = "Ready"',
    '({ label: "Fire" })',
    'context.fillText("Ready", 0, 0)',
    'node.setAttribute("aria-label", "Ready")',
    'void registration.showNotification("Ready")',
    'document.title = done ? "Ready" : ""',
  ];
  for (const code of bad) expect(visible("a.tsx", code), code).toHaveLength(1);
  const good = [
    '<p className="row">{t("a.b")} · {n}</p>',
    '<Button keyHint="Esc">F2</Button>',
    '<p>{kind === "fire" && t("x")}</p>',
  ];
  for (const code of good) expect(visible("a.tsx", code), code).toEqual([]);
});
