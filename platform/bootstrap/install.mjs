import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runChild } from "./child.mjs";
import { Mistake, root } from "./commands.mjs";
import { showProgress } from "./progress.mjs";

/** Installs what the lock file asks for, unless that is what is there. */
export async function install() {
  const wanted = packagesOf("package-lock.json");
  if (!wanted) throw new Mistake(`There is no package-lock.json in ${root}: this is not a whole checkout.`);
  const stamp = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  if (isStamped(stamp) || isInstalled(wanted, packagesOf("node_modules/.package-lock.json"))) return;

  const paths = Object.keys(wanted).filter((path) => path.includes("node_modules/") && !wanted[path].optional);
  const progress = showProgress("Installing packages (once; takes a minute or two)", () => {
    const done = paths.filter((path) => existsSync(join(root, path, "package.json"))).length;
    return `${done} of ${paths.length}`;
  });
  const { code, output } = await runChild(...npm(["ci", "--no-audit", "--no-fund"]), { quiet: true });
  progress.end(code === 0 ? "done" : "failed");
  if (code !== 0) {
    throw new Mistake(
      `"npm ci" ended with ${code}. It said:\n\n${output.trim()}\n\n` +
        "If it could not reach the registry, check the network or npm's proxy settings, then run the same command again.",
    );
  }
  writeFileSync(join(root, STAMP), stamp);
}

/** Holds the hash of the lock file that was installed from: a lock file may name packages that npm then leaves out. */
const STAMP = "node_modules/.installed-from";

function isStamped(stamp) {
  try {
    return readFileSync(join(root, STAMP), "utf8") === stamp;
  } catch {
    return false;
  }
}

/** The npm that started us, else the one on the path. */
function npm(args) {
  const { npm_execpath: own } = process.env;
  if (own && /npm-cli\.js$/.test(own)) return [process.execPath, [own, ...args]];
  return [process.platform === "win32" ? "npm.cmd" : "npm", args];
}

/**
 * By content, not by date: a checkout gives the lock file a new date without changing it. npm leaves out packages for
 * other machines, which the lock file calls optional.
 */
function isInstalled(wanted, found) {
  if (!found) return false;
  const same = (path) =>
    found[path]
      ? found[path].version === wanted[path].version && found[path].integrity === wanted[path].integrity
      : wanted[path].optional === true || wanted[path].devOptional === true;
  return Object.keys(wanted).every((path) => !path.startsWith("node_modules/") || same(path));
}

function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), "utf8")).packages;
  } catch {
    return undefined;
  }
}
