// The first thing that runs, on whatever Node the machine has and before anything is installed. Until the version is
// known to be good enough, only syntax and imports that Node 12 understands.
// biome-ignore lint/style/useNodejsImportProtocol: Node 12 does not know "node:"
import process from "process";

var oldest = 20;
var here = process.versions.node;

if (Number(here.split(".")[0]) < oldest) {
  process.stderr.write(
    "PSQM Graph needs Node " +
      oldest +
      " or newer to start, and this is Node " +
      here +
      ".\n" +
      "Install a newer one (https://nodejs.org, or for example: nvm install 24), then run the same command again.\n",
  );
  process.exit(1);
} else {
  void import("./bootstrap/run.mjs").then((bootstrap) => bootstrap.run(process.argv.slice(2)));
}
