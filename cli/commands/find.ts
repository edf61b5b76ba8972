import { openOrm } from "../../adapters/open-orm.ts";
import { requireFormatOf } from "../../orm/dynamodb/maintenance/require-format.ts";
import { storedPlaces, type StoredPlace } from "../../orm/dynamodb/maintenance/places/stored-places.ts";
import { storableManifest } from "../../orm/dynamodb/layout/storable.ts";
import type { ModelManifest } from "../../orm/schema/manifest.ts";
import type { RecordValues } from "../../orm/values/normalize.ts";
import type { Target } from "../config/resolve-target.ts";
import { EXIT, UsageError, type ExitCode } from "../exit-codes.ts";
import { countRelations, type CountedRelation } from "../find/count-relations.ts";
import { nameOf, parseConditions, waysTo, type FieldNames } from "../find/find-conditions.ts";
import { masked } from "../find/mask.ts";
import type { Terminal } from "../output/terminal.ts";
import { counted } from "../output/words.ts";

/** What `find` takes. */
export interface FindFlags {
  /** The model, then conditions such as `email=ada@example.com`. */
  readonly operands: readonly string[];
  readonly places?: boolean;
  readonly showSecrets?: boolean;
  readonly allowScan?: boolean;
  readonly limit: number;
}

/** A record that was found, as it is shown. */
interface Shown {
  readonly model: string;
  readonly record: RecordValues;
  readonly relations: readonly CountedRelation[];
  readonly places?: readonly StoredPlace[];
}

/** Shows records by a unique key, an index or the id, with what is related to them. */
export async function find(target: Target, flags: FindFlags, terminal: Terminal): Promise<ExitCode> {
  const { schema, client, naming } = target;
  const [name = "", ...conditions] = flags.operands;
  const manifest = storableManifest(schema);
  const model = manifest.models.get(name);
  if (!model)
    throw new UsageError(`There is no model "${name}" in ${target.source}: ${[...manifest.models.keys()].join(", ")}.`);
  const names = (await target.fields?.())?.[name];
  const where = parseConditions(model, names, conditions);
  const scans = flags.allowScan ? "allow" : "refuse";
  const orm = openOrm(schema, { client, ...naming, scans }, "off");
  const records = orm[name];
  if (!records) return EXIT.findings;
  if (!flags.allowScan && records.explain({ where }).path === "scan")
    throw new UsageError(
      `No key or index of ${name} leads there: it would read the whole table, which --allow-scan allows. ` +
        `Without a scan: ${waysTo(model, names)}.`,
    );
  await requireFormatOf({ schema, client, ...naming });
  const found = await records.findMany({ where, take: flags.limit + 1 });
  const shown = await Promise.all(
    found.slice(0, flags.limit).map(async (record): Promise<Shown> => ({
      model: name,
      record: rowOf(model, names, record, flags.showSecrets ?? false),
      relations: await countRelations(orm, manifest, model, record),
      ...(flags.places ? { places: await storedPlaces({ schema, client, ...naming }, name, record) } : {}),
    })),
  );
  terminal.data({ records: shown, more: found.length > flags.limit });
  for (const one of shown) describe(one, terminal);
  if (found.length > flags.limit) terminal.line(`There are more than ${flags.limit}: see --limit.`);
  if (shown.length === 0) terminal.line(`No ${name} has these values.`);
  return shown.length === 0 ? EXIT.findings : EXIT.ok;
}

/** A record by the library's names, its secrets masked. */
function rowOf(model: ModelManifest, names: FieldNames, record: RecordValues, showsSecrets: boolean): RecordValues {
  return Object.fromEntries(
    Object.entries(record).map(([column, value]) => {
      const name = nameOf(names, column);
      return [name, showsSecrets ? value : masked(model.name, name, value)];
    }),
  );
}

function describe({ model, record, relations, places }: Shown, { line, style }: Terminal): void {
  line(style.bold(`${model} ${String(record["id"])}`));
  const width = Math.max(...Object.keys(record).map((name) => name.length));
  for (const [name, value] of Object.entries(record)) line(`  ${style.dim(name.padEnd(width))}  ${textOf(value)}`);
  for (const { model: other, by, count } of relations)
    line(`  ${other} by ${by}: ${count === undefined ? "not counted, it would read the whole table" : count}`);
  for (const { kind, table, key, fields, bytes, expires } of places ?? []) {
    const size = bytes === undefined ? style.red("MISSING") : counted(bytes, "byte");
    const until = expires === undefined ? "" : `, until ${new Date(expires * 1000).toISOString()}`;
    line(`  ${kind} by ${fields.join(" + ")}: ${table} ${printable(key._pk)} ${printable(key._sk)} (${size}${until})`);
  }
}

function textOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === "string") return printable(value);
  if (typeof value === "bigint") return String(value);
  return JSON.stringify(value) ?? "";
}

/** A stored text may hold what a terminal would obey; sort keys hold control characters. */
function printable(text: string): string {
  return text.replace(
    /[\u0000-\u001f\u007f-\u009f]/g,
    (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
