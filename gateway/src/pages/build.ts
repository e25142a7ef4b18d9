import { copyFile, mkdir, rm } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { type BuildOptions, build } from "esbuild";
import { EXPLORER_FOLDER } from "./explorer.ts";

/** Bundles the explorer, with everything it needs to work without any other network, into dist/pages/explorer. */
const source = path.join(import.meta.dirname, "../../src/pages/explorer");

const shared = {
  bundle: true,
  minify: true,
  target: "es2022",
  outdir: EXPLORER_FOLDER,
  define: { "process.env.NODE_ENV": '"production"' },
  loader: { ".ttf": "file", ".woff": "file", ".woff2": "file" },
  assetNames: "assets/[name]-[hash]",
  chunkNames: "chunks/[name]-[hash]",
  logLevel: "warning",
} satisfies BuildOptions;

await rm(EXPLORER_FOLDER, { recursive: true, force: true });
await mkdir(EXPLORER_FOLDER, { recursive: true });
await Promise.all([
  build({
    ...shared,
    entryPoints: [path.join(source, "explorer.tsx"), path.join(source, "page.css")],
    format: "esm",
    splitting: true,
    jsx: "automatic",
  }),
  build({
    ...shared,
    entryPoints: {
      "editor.worker": fileURLToPath(import.meta.resolve("monaco-editor/esm/vs/editor/editor.worker.js")),
      "json.worker": fileURLToPath(import.meta.resolve("monaco-editor/esm/vs/language/json/json.worker.js")),
      "graphql.worker": fileURLToPath(import.meta.resolve("monaco-graphql/esm/graphql.worker.js")),
    },
    format: "iife",
  }),
  ...["index.html", "icon.svg"].map((file) => copyFile(path.join(source, file), path.join(EXPLORER_FOLDER, file))),
]);
