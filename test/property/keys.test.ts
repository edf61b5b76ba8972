import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { indexText, partitionOf } from "../../orm/dynamodb/layout/keys.ts";
import type { FieldManifest, ModelManifest } from "../../orm/schema/manifest.ts";
import { valuesEqual } from "../../orm/values/compare.ts";
import { normalizeValue } from "../../orm/values/normalize.ts";
import { manifest } from "./schema.ts";
import { settings } from "./settings.ts";
import { domainOf, valueFor } from "./values.ts";

/** The fields that can be part of a key. */
function keyFields(model: ModelManifest): FieldManifest[] {
  return [...model.fields.values()].filter(({ kind }) => kind !== "json");
}

const MODELS = [...manifest.models.values()];

describe("the partitions of keys", () => {
  const values = (model: ModelManifest, fields: readonly FieldManifest[]) =>
    domainOf(manifest, [[model.name]]).chain((domain) =>
      fc.record(
        Object.fromEntries(
          fields.map((field) => [
            field.name,
            valueFor(domain, field).map((value) => normalizeValue(model.name, field, value)),
          ]),
        ),
      ),
    );
  const pairs = fc
    .constantFrom(...MODELS)
    .chain((model) =>
      fc
        .subarray(keyFields(model), { minLength: 1, maxLength: 3 })
        .chain((fields) =>
          fc.tuple(fc.constant(model), fc.constant(fields), values(model, fields), values(model, fields)),
        ),
    );

  test("are the same for the same values, and others for others", () => {
    fc.assert(
      fc.property(pairs, ([model, fields, left, right]) => {
        const names = fields.map(({ name }) => name);
        const same = fields.every(({ name, kind }) => valuesEqual(kind, left[name], right[name]));
        expect(partitionOf(model, names, left) === partitionOf(model, names, right)).toBe(same);
        expect(Buffer.byteLength(partitionOf(model, names, left)!)).toBeLessThan(1024);
      }),
      settings(500),
    );
  });

  test("are others for other models, fields and orders", () => {
    const seen = new Map<string, string>();
    const at = new Date(0);
    for (const model of MODELS) {
      for (const first of keyFields(model)) {
        for (const second of [undefined, ...keyFields(model)]) {
          for (const orderBy of [undefined, "id", "name"]) {
            if (first === second) continue;
            const names = second ? [first.name, second.name] : [first.name];
            const one = Object.fromEntries(
              [first, second ?? first].map(({ name, kind }) => [name, kind === "datetime" ? at : "1"]),
            );
            for (const carries of [false, true]) {
              const text = indexText({ on: names, orderBy, carries });
              const partition = partitionOf(model, names, one, text)!;
              expect(seen.get(partition)).toBeUndefined();
              seen.set(partition, `${text} of ${model.name}`);
            }
          }
        }
      }
    }
  });
});
