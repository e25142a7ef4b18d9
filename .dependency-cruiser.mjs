const tests = "[.]test[.]ts$|/src/testing/";

/**
 * Architecture as rules; `npm run check:imports` reads them. A test in packages/house plants each forbidden import and
 * expects its rule to bite.
 */
export default {
  forbidden: [
    {
      name: "services-are-strangers",
      severity: "error",
      comment: "Services meet in the supergraph and by events, never in an import.",
      from: { path: "^services/([^/]+)/" },
      to: { path: "^services/", pathNot: "^services/$1/" },
    },
    {
      name: "services-know-no-door",
      severity: "error",
      comment: "A service does not know who calls it or who started it.",
      from: { path: "^services/" },
      to: { path: "^(gateway|platform|bench|e2e)/" },
    },
    {
      name: "packages-know-no-service",
      severity: "error",
      comment: "A package is of use to every service because it knows none.",
      from: { path: "^packages/" },
      to: { path: "^(services|gateway|platform|bench|e2e)/" },
    },
    {
      name: "gateway-knows-no-school",
      severity: "error",
      comment: "The gateway is a product in itself: it starts on any supergraph.",
      from: { path: "^gateway/" },
      to: { path: "^(services|platform|bench|e2e)/" },
    },
    {
      name: "rules-are-pure",
      severity: "error",
      comment:
        "*.rules.ts may import other rules, refusals and the calendar: what they decide, they decide from values.",
      from: { path: "[.]rules[.]ts$" },
      to: { pathNot: "[.]rules[.]ts$|^packages/(refusal|clock)/" },
    },
    {
      name: "product-imports-no-test",
      severity: "error",
      comment: "What runs in production does not need what only tests need.",
      from: { path: "^(packages|services|gateway|platform)/[^/]+/", pathNot: `${tests}|^packages/(testing|house)/` },
      to: { path: `${tests}|^packages/(testing|house)/` },
    },
    {
      name: "no-circular",
      severity: "error",
      comment: "Two files that need each other are one file, or the arrow between them is the wrong way round.",
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ["type-only"] } },
    },
    {
      name: "no-circular-types",
      severity: "error",
      comment:
        "As above, though a type leaves no trace at run time. Only a policy may know the type of what it guards.",
      from: {},
      to: { circular: true, viaOnly: { pathNot: "[.]policy[.]ts$" } },
    },
    {
      name: "everything-resolves",
      severity: "error",
      comment: "An import that cannot be followed cannot be judged by the rules above.",
      // The rivals of the gateway's bench are installed by that bench alone.
      from: { pathNot: "^bench/rivals/" },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: "swc",
    tsPreCompilationDeps: true,
    doNotFollow: { path: "node_modules" },
    exclude: { path: "/dist/" },
    combinedDependencies: true,
  },
};
