import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import type { Plugin } from "vite";
import { defineConfig } from "vitest/config";
import { ariaStrings } from "./scripts/aria_strings.ts";

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The faces of the site: path on the server → its own page and bundle. */
const FACES = {
  "/": "index",
  "/console": "console",
  "/field": "field",
  "/board": "board",
  "/admin": "admin",
  "/sos": "sos",
} as const;
/** Every shared piece in every state: for those who make the site, so it is built apart and not packed with it. */
const GALLERY = { "/gallery": "gallery" } as const;
const PAGES: Readonly<Record<string, string>> = { ...FACES, ...GALLERY };
// Made by scripts/subset_font.py.
const FONT = "fonts/Vazirmatn.woff2";
const FONT_URL = "/fonts/Vazirmatn.woff2";

// Small things that nearly every face starts with. In a file each they weigh twice as much packed, and each file costs a start its own
// turn of the page; in one with React, which every face but the citizen's has, they cost neither.
const COMMON = new RegExp(
  [
    "lucide-react.dist.esm.icons.(?:check|chevron-left|circle-question-mark|globe|minus|plus|users|x)\\.",
    "node_modules[\\\\/](?:react|zustand)[\\\\/]",
    "src[\\\\/]api[\\\\/](?:uuid7|problem)",
    "src[\\\\/]app[\\\\/](?:hooks|practice)",
    "src[\\\\/]core[\\\\/](?:reasons|text)",
    "src[\\\\/]i18n[\\\\/](?:hooks|prefs|refusals|services)",
  ].join("|"),
);
// What the citizen's page has, too.
const BASE =
  /src[\\/](?:core[\\/](?:selectors|units)|i18n[\\/](?:catalogue|formats|icu|messages|once)|ui[\\/](?:base|tokens)\.css)/;

/** One stable address for the font, because the map style names it too. */
function font(): Plugin {
  return {
    name: "nazdik-font",
    configureServer(server) {
      server.middlewares.use(FONT_URL, (_request, response) => {
        response.setHeader("content-type", "font/woff2");
        response.end(readFileSync(at(FONT)));
      });
    },
    generateBundle() {
      this.emitFile({ type: "asset", fileName: FONT_URL.slice(1), source: readFileSync(at(FONT)) });
    },
  };
}

/** In development, serve the faces under the addresses that the server gives them. */
function faces(): Plugin {
  return {
    name: "nazdik-faces",
    configureServer(server) {
      server.middlewares.use((request, _response, next) => {
        const [path = "/", query] = (request.url ?? "/").split("?");
        const page = PAGES[path];
        if (page) request.url = `/${page}.html${query ? `?${query}` : ""}`;
        next();
      });
    },
  };
}

type Bundle = Parameters<Extract<NonNullable<Plugin["generateBundle"]>, (...args: never) => unknown>>[1];

/** Everything that a face may load, what it starts with and what it asks for later. */
function filesOf(bundle: Bundle, ...faces: readonly string[]): readonly string[] {
  const wanted = new Set<string>();
  const visit = (name: string): void => {
    if (wanted.has(name)) return;
    wanted.add(name);
    const item = bundle[name];
    if (item?.type !== "chunk") return;
    const css = (item as { viteMetadata?: { importedCss?: Set<string>; importedAssets?: Set<string> } }).viteMetadata;
    for (const other of [...item.imports, ...item.dynamicImports]) visit(other);
    for (const other of [...(css?.importedCss ?? []), ...(css?.importedAssets ?? [])]) wanted.add(other);
  };
  for (const item of Object.values(bundle))
    if (item.type === "chunk" && item.isEntry && faces.includes(item.name)) visit(item.fileName);
  return [...wanted].sort();
}

// What the desks' pages run before anything else, in one file whose name says what is in it: the browser keeps it, and no page waits
// for the server to say that it is still the same.
const FIRST_TAGS = '<script src="/boot.js"></script>\n    <script src="/ahead.js"></script>';
const FIRST = ["boot", "ahead"].map((name) => readFileSync(at(`public/${name}.js`), "utf8")).join("");
const FIRST_FILE = `assets/first-${createHash("sha256").update(FIRST).digest("hex").slice(0, 8)}.js`;

function first(): Plugin {
  return {
    name: "nazdik-first",
    apply: "build",
    transformIndexHtml: (html) => html.replace(FIRST_TAGS, `<script src="/${FIRST_FILE}"></script>`),
    generateBundle() {
      this.emitFile({ type: "asset", fileName: FIRST_FILE, source: FIRST });
    },
  };
}

/** Give the service workers their lists: the handheld's starts with the server gone, the desks' keeps their files compiled. */
function offline(): Plugin {
  return {
    name: "nazdik-offline",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const emit = (fileName: string, files: readonly string[], besides: readonly string[]): void => {
        const digest = createHash("sha256");
        for (const name of files) {
          const item = bundle[name];
          if (item) digest.update(name).update(item.type === "chunk" ? item.code : item.source);
        }
        const source = readFileSync(at(`src/pwa/${fileName}`), "utf8")
          .replace("__PRECACHE__", JSON.stringify([...files.map((name) => `/${name}`), ...besides]))
          .replace("__VERSION__", digest.digest("hex").slice(0, 16));
        this.emitFile({ type: "asset", fileName, source });
      };
      const page = ["/field", FONT_URL, "/boot.js", "/field.webmanifest", "/icon.svg"];
      emit("field-sw.js", filesOf(bundle, "field"), page);
      emit("desk-sw.js", [FIRST_FILE, ...filesOf(bundle, "console", "board")], []);
    },
  };
}

const server = process.env.NAZDIK_SERVER ?? "http://127.0.0.1:8110";
const proxied = { target: server, changeOrigin: false, ws: true };

export default defineConfig(({ mode }) => ({
  plugins: [ariaStrings(), react(), font(), faces(), ...(mode === "gallery" ? [] : [first(), offline()])],
  build: {
    outDir: at(mode === "gallery" ? "dist/gallery" : "../src/nazdik/web"),
    emptyOutDir: true,
    target: "es2022",
    // Inlined assets would be data: or inline scripts; the content security policy allows neither for code.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rollupOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: "base", test: BASE, priority: 1 },
            { name: "common", test: COMMON },
          ],
        },
      },
      input: Object.fromEntries(
        Object.values(mode === "gallery" ? GALLERY : FACES).map((page) => [page, at(`${page}.html`)]),
      ),
    },
  },
  worker: { format: "es" },
  server: { port: 5110, proxy: { "/v1": proxied, "/maps": proxied, "/healthz": proxied } },
  test: { include: ["src/**/*.test.ts", "src/**/*.test.tsx"], environment: "node" },
}));
