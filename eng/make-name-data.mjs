// Makes src/Grains.Interfaces/Naming/*.txt out of published data. Run it again for newer data:
//
//   node eng/make-name-data.mjs
//
// It needs apt-get (Debian) and npm, downloads three packages into a temporary folder and installs none of them.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const unicode = "unicode-data=15.0.0-1";
const suffixes = "publicsuffix=20230209.2326-1";
const homoglyphs = "unhomoglyph@1.0.6";
const target = join(import.meta.dirname ?? new URL(".", import.meta.url).pathname, "../src/Grains.Interfaces/Naming");
const folder = mkdtempSync(join(tmpdir(), "name-data-"));

try {
  for (const each of [unicode, suffixes]) execFileSync("apt-get", ["download", each], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
  for (const file of readdirSync(folder).filter(each => each.endsWith(".deb"))) execFileSync("dpkg", ["-x", file, "."], { cwd: folder });
  execFileSync("npm", ["pack", homoglyphs, "--silent"], { cwd: folder });
  execFileSync("tar", ["xzf", readdirSync(folder).find(each => each.endsWith(".tgz"))], { cwd: folder });

  write("unseen.txt", unseen(), `Characters that show nothing: Default_Ignorable_Code_Point of Unicode 15.0 (DerivedCoreProperties.txt),
and characters that are blank by their names (UnicodeData.txt). From the Debian package ${unicode}.`);
  write("confusables.txt", confusables(), `The skeleton mapping of Unicode Technical Standard 39 (confusables.txt): a character; what it can be taken for.
From the npm package ${homoglyphs}, which holds that table.`);
  write("top-level-domains.txt", domains(), `Top-level domains: the first section of the Public Suffix List, from the Debian package ${suffixes}.
That list is subject to the Mozilla Public License, v. 2.0 (https://mozilla.org/MPL/2.0/).`);
} finally {
  rmSync(folder, { recursive: true });
}

function unseen() {
  const ignorable = lines("usr/share/unicode/DerivedCoreProperties.txt")
    .map(line => /^([0-9A-F]+)(?:\.\.([0-9A-F]+))?\s*;\s*Default_Ignorable_Code_Point\b/.exec(line))
    .filter(Boolean).map(([, from, upto]) => [parseInt(from, 16), parseInt(upto ?? from, 16)]);
  const blank = lines("usr/share/unicode/UnicodeData.txt").map(line => line.split(";"))
    .filter(([, name]) => /(PATTERN BLANK|FULL BLANK|HALF BLANK|SCRIPT FILLER|NULL NOTEHEAD)$/.test(name))
    .map(([code]) => [parseInt(code, 16), parseInt(code, 16)]);
  const ranges = [];
  for (const [from, upto] of [...ignorable, ...blank].sort((a, b) => a[0] - b[0])) {
    const last = ranges.at(-1);
    if (last && from <= last[1] + 1) last[1] = Math.max(last[1], upto);
    else ranges.push([from, upto]);
  }
  return ranges.map(([from, upto]) => `${hex(from)} ${hex(upto)}`);
}

function confusables() {
  const table = JSON.parse(readFileSync(join(folder, "package/data.json"), "utf8"));
  return Object.entries(table)
    .map(([from, upto]) => [[...from].map(point).join(" "), [...upto].map(point).join(" ")])
    .filter(([from]) => !from.includes(" "))
    .sort(([a], [b]) => parseInt(a, 16) - parseInt(b, 16))
    .map(([from, upto]) => `${from};${upto}`);
}

function domains() {
  const list = readFileSync(join(folder, "usr/share/publicsuffix/public_suffix_list.dat"), "utf8");
  const icann = list.slice(0, list.indexOf("===END ICANN DOMAINS==="));
  return [...new Set(icann.split("\n").filter(line => line && !line.startsWith("//")).map(line => line.split(".").at(-1)))].sort();
}

function lines(name) { return readFileSync(join(folder, name), "utf8").split("\n"); }

function point(letter) { return hex(letter.codePointAt(0)); }

function hex(number) { return number.toString(16).toUpperCase().padStart(4, "0"); }

function write(name, content, about) {
  const licence = name.startsWith("top-level") ? "" : "# Copyright © Unicode, Inc. Terms of use: https://www.unicode.org/copyright.html (see LICENCE.txt).\n";
  const head = about.split("\n").map(line => `# ${line}`).join("\n");
  writeFileSync(join(target, name), `${head}\n${licence}# Made by eng/make-name-data.mjs; do not edit.\n${content.join("\n")}\n`);
}
