// Builds what the pages load from service/static/ and the npm packages into service/static/build/.
import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as esbuild from "esbuild";
import * as sass from "sass";

const root = path.dirname(fileURLToPath(import.meta.url));
const source = path.join(root, "service", "static");
const target = path.join(source, "build");
const packages = path.join(root, "node_modules");

const FONTS = [
  ["source-serif-4", "600-normal"],
  ["source-sans-3", "400-normal"],
  ["source-sans-3", "600-normal"],
];
// Name on our pages: file in the package.
const ICONS = {
  add: "plus-lg", back: "arrow-left", calendar: "calendar3", check: "check2", close: "x-lg", data: "upload",
  download: "download", down: "chevron-down", forbid: "slash-circle", home: "house", info: "info-circle",
  leave: "box-arrow-right", list: "list-check", lock: "lock", match: "shuffle", network: "diagram-3", next: "arrow-right",
  people: "people", person: "person", place: "geo-alt", print: "printer", school: "building", search: "search",
  sheet: "file-earmark-spreadsheet", "sort-asc": "sort-up", "sort-desc": "sort-down", weights: "sliders",
};

async function styles(folder) {
  const result = sass.compile(path.join(source, "scss", "app.scss"), {
    style: "compressed",
    loadPaths: [packages],
    quietDeps: true,
    // Bootstrap 5.3 is still written with @import and the functions it brings.
    silenceDeprecations: ["import", "global-builtin", "color-functions", "if-function"],
  });
  await writeFile(path.join(folder, "app.css"), result.css);
}

async function scripts(folder) {
  await esbuild.build({
    // What few pages need stands apart, so that the others do not load it.
    entryPoints: ["app", "graph", "map"].map((name) => path.join(source, "js", `${name}.js`)),
    outdir: folder,
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2021",
    legalComments: "linked",
    logLevel: "warning",
  });
}

async function fonts(folder) {
  await mkdir(path.join(folder, "fonts"), { recursive: true });
  for (const [family, face] of FONTS) {
    for (const subset of ["latin", "latin-ext"]) {
      const name = `${family}-${subset}-${face}.woff2`;
      await copyFile(path.join(packages, "@fontsource", family, "files", name), path.join(folder, "fonts", name));
    }
    await copyFile(
      path.join(packages, "@fontsource", family, "LICENSE"),
      path.join(folder, "fonts", `${family}-LICENSE.txt`),
    );
  }
}

async function icons(folder) {
  const symbols = [];
  for (const [name, file] of Object.entries(ICONS)) {
    const svg = await readFile(path.join(packages, "bootstrap-icons", "icons", `${file}.svg`), "utf8");
    const drawing = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").trim();
    symbols.push(`<symbol id="${name}" viewBox="0 0 16 16">${drawing}</symbol>`);
  }
  await writeFile(
    path.join(folder, "icons.svg"),
    `<svg xmlns="http://www.w3.org/2000/svg" fill="currentColor">${symbols.join("")}</svg>\n`,
  );
}

async function images(folder) {
  await mkdir(path.join(folder, "img"), { recursive: true });
  for (const name of await readdir(path.join(source, "img"))) {
    await copyFile(path.join(source, "img", name), path.join(folder, "img", name));
  }
}

// Built beside the old one and swapped in at the end: a failed build leaves the working pages as they were.
const fresh = path.join(packages, ".minga-build");
await rm(fresh, { recursive: true, force: true });
await mkdir(fresh, { recursive: true });
await Promise.all([styles(fresh), scripts(fresh), fonts(fresh), icons(fresh), images(fresh)]);
await rm(target, { recursive: true, force: true });
await rename(fresh, target);
