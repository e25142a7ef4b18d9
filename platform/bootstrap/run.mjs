import { existsSync } from "node:fs";
import { join } from "node:path";
import { passOnSignals, runChild } from "./child.mjs";
import { checkCommand, Mistake, root } from "./commands.mjs";
import { install } from "./install.mjs";
import { showProgress } from "./progress.mjs";

/** Checks what was typed, installs and builds what is missing, and runs it under Node 24. Ends the process. */
export async function run([name, ...given]) {
  passOnSignals();
  try {
    const { workspace, file, args } = await checkCommand(name, given);
    await install();
    await build(workspace, file);
    const { code } = await runChild(node(), ["--enable-source-maps", join(root, file), ...args], {
      guarded: true,
    });
    process.exit(code);
  } catch (error) {
    if (!(error instanceof Mistake)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
}

async function build(workspace, file) {
  const finished = existsSync(join(root, file));
  const progress = finished ? undefined : showProgress("Building (once)");
  const turbo = join(root, "node_modules", "turbo", "bin", "turbo");
  const args = ["run", "build", `--filter=@psqm/${workspace}...`, "--output-logs=errors-only", "--log-order=grouped"];
  const { code, output } = await runChild(node(), [turbo, ...args], { quiet: true });
  progress?.end(code === 0 ? "done" : "failed");
  if (code !== 0) throw new Mistake(`The build failed:\n\n${output.trim()}`);
}

function node() {
  const [own] = process.versions.node.split(".");
  const brought = join(root, "node_modules", ".bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(brought)) return brought;
  if (Number(own) >= 24) return process.execPath;
  throw new Mistake(
    `npm brought no Node 24 for ${process.platform} ${process.arch}, and this is Node ${process.versions.node}. ` +
      'Install Node 24 or newer, or run "npm ci" without --omit=optional.',
  );
}
