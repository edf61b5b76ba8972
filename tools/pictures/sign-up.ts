import { createAuthSchema } from "../../adapters/better-auth/auth-schema.ts";
import { keysOf, type PlaceKey } from "../../orm/dynamodb/layout/places.ts";
import { layoutsOf } from "../../orm/dynamodb/layout/model-layout.ts";
import { compileManifest } from "../../orm/schema/compile-manifest.ts";
import { arrow, box, COLOURS, picture, text } from "./svg.ts";

/** What a sign-up stores, with ids of a readable length. */
const RECORDS = {
  user: { id: "u-1f9a", email: "ada@example.com" },
  session: { id: "s-77c2", userId: "u-1f9a", token: "a random token" },
  account: {
    ...{ id: "a-03be", userId: "u-1f9a", providerId: "credential", accountId: "u-1f9a" },
    createdAt: new Date("2026-01-31T12:00:00Z"),
  },
};
const KINDS = {
  record: "the record, at its home",
  unique: "unique entry: makes the value taken",
  index: "index entry: one in a list",
};

const WIDTH = 880;
const LEFT = 120;
const ROW = 30;
const KEY = 310;
const SORT = 255;
/** How much of a hash is shown. */
const HASH = 8;

/** Where the records of a sign-up are in a table: computed from the layout, as the driver does it. */
export function signUpPicture(): string {
  const layouts = layoutsOf(compileManifest(createAuthSchema({})), { table: "auth" });
  const parts = [
    text(LEFT, 36, "_pk", { mono: true, bold: true }),
    text(LEFT + KEY, 36, "_sk", { mono: true, bold: true }),
    text(LEFT + KEY + SORT, 36, "item", { bold: true }),
  ];
  let y = 50;
  for (const [model, values] of Object.entries(RECORDS)) {
    const places = keysOf(layouts.get(model)!, values);
    parts.push(text(20, y + 20, model, { bold: true, size: 15 }), ...rows(places, y));
    y += places.length * ROW + 18;
  }
  const legend = Object.entries(KINDS).map(([kind, means], i) => {
    const x = 20 + i * 285;
    return (
      box({ x, y: y + 2, width: 16, height: 16 }, COLOURS[kind as keyof typeof KINDS]) +
      text(x + 24, y + 15, means, { fill: COLOURS.faint })
    );
  });
  const title = "The places of a sign-up in a table: user, session and account with their entries, in one transaction";
  return picture(WIDTH, y + 34, title, [...parts, ...legend]);
}

function rows(places: readonly PlaceKey[], top: number): string[] {
  return places.flatMap(({ kind, key }, i) => {
    const y = top + i * ROW;
    const row = [
      box({ x: LEFT - 10, y, width: WIDTH - LEFT - 10, height: ROW - 4 }, COLOURS[kind]),
      text(LEFT, y + 18, shortened(key._pk), { mono: true }),
      text(LEFT + KEY, y + 18, key._sk, { mono: true }),
      text(LEFT + KEY + SORT, y + 18, { record: "record", unique: "unique entry", index: "index entry" }[kind]),
    ];
    // An entry leads to its record.
    if (kind === "record") return row;
    const [right, home] = [WIDTH - 44 - i * 22, top + ROW - 4];
    return [
      ...row,
      arrow([
        [right, y + 13],
        [right + 8, y + 13],
        [right + 8, home + 2],
      ]),
    ];
  });
}

/** A partition key with the beginning of its hash. */
function shortened(key: string): string {
  const at = key.lastIndexOf("|") + 1;
  return key.length - at > HASH ? `${key.slice(0, at + HASH)}…` : key;
}
