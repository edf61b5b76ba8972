import { setOwn } from "../../../values/json.ts";

/** An item in JavaScript's values. */
export type PlainItem = Record<string, unknown>;

/** Every type that an item of another writer may hold: sets and binary values too, which this package never writes. */
type ForeignValue =
  | { S: string }
  | { N: string }
  | { BOOL: boolean }
  | { NULL: true }
  | { M: Record<string, ForeignValue> }
  | { L: ForeignValue[] }
  | { SS: string[] }
  | { NS: string[] }
  | { BS: Uint8Array[] }
  | { B: Uint8Array };

/** An item of any table in JavaScript's values: sets are lists, binary values base64. */
export function plainItem(item: object): PlainItem {
  const result: PlainItem = {};
  for (const [name, value] of Object.entries(item) as [string, ForeignValue][]) setOwn(result, name, plainValue(value));
  return result;
}

function plainValue(value: ForeignValue): unknown {
  if ("S" in value) return value.S;
  if ("N" in value) return Number(value.N);
  if ("BOOL" in value) return value.BOOL;
  if ("M" in value) return plainItem(value.M);
  if ("L" in value) return value.L.map(plainValue);
  if ("SS" in value) return value.SS;
  if ("NS" in value) return value.NS.map(Number);
  if ("BS" in value) return value.BS.map(base64);
  if ("B" in value) return base64(value.B);
  return null;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64");
}
