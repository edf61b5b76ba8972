// What GitHub runs: everything that a change must pass, and releases that npm trusts without a token.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));
const WORKFLOWS = `${ROOT}.github/workflows/`;
const workflow = (name: string) => readFileSync(`${WORKFLOWS}${name}.yml`, "utf8");
const { scripts } = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8")) as { scripts: Record<string, string> };

describe("the workflows", () => {
  it.each(readdirSync(WORKFLOWS))("%s gives no more rights than it says, and runs scripts that exist", (file) => {
    const text = readFileSync(`${WORKFLOWS}${file}`, "utf8");
    expect(text).toMatch(/^permissions:( \{\}$|\n {2}contents: read$)/m);
    expect(text).not.toMatch(/NPM_TOKEN|NODE_AUTH_TOKEN/);
    for (const [, name = ""] of text.matchAll(/npm run ([a-z:-]+)/g)) expect(Object.keys(scripts)).toContain(name);
  });

  it("run what a change must pass, on the oldest Node.js that the package allows", () => {
    expect(workflow("ci")).toMatch(/pull_request:/);
    expect(workflow("ci")).toMatch(/node-version: 20\n/);
    for (const name of ["ci", "release"]) expect(workflow(name)).toContain("- run: bash .ci/run\n");
  });

  it("publish with provenance, by the workflow's own identity, what changesets name", () => {
    const text = workflow("release");
    expect(text).toMatch(/id-token: write/);
    expect(text).toMatch(/NPM_CONFIG_PROVENANCE: "true"/);
    expect(text).toMatch(/publish: npx changeset publish/);
    // Nothing is published that was not built and measured.
    expect(scripts["prepublishOnly"]).toBe("npm run build && npm run check:package");
    expect(scripts["check:package"]).toContain("tools/size/check.ts");
  });
});
