import type { Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/**
 * Leaves the hash out of the build, for whoever resolves `#sha256` later by the "imports" of package.json: Node gets
 * its
 * own, and bundles for places without Node's modules the portable one.
 */
export const sha256Plugin: Plugin = {
  name: "sha256",
  setup(build) {
    build.onResolve({ filter: /\/sha256\.ts$/ }, ({ kind }) =>
      kind === "entry-point" ? undefined : { path: "#sha256", external: true },
    );
  },
};
