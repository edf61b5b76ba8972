import { shardOf } from "../layout/keys.ts";
import type { ModelLayout } from "../layout/model-layout.ts";

/** What a table has to hold of a model, in words that can be stored and compared. */
export interface ModelPaths {
  /** Where records live. */
  readonly home: string;
  /** The entries each record has: `unique:email`, `index:companyId`, `index:>createdAt#4`. */
  readonly paths: readonly string[];
  /** The foreign keys that entries carry. */
  readonly carries: readonly string[];
  /** The field that records expire by, and how long after it: `expiresAt+0`. Empty where they do not. */
  readonly expiry: string;
}

/** The paths of a model as its layout has them now. */
export function modelPaths(layout: ModelLayout): ModelPaths {
  const { home, expires } = layout.model;
  return {
    home: `${home.kind}:${home.fields.join("+")}`,
    paths: [
      ...layout.uniqueEntries.map(({ fields }) => pathText("unique", fields)),
      ...layout.indexes.map(({ on, orderBy, shards }) => pathText("index", on, orderBy, on.length === 0 ? shards : undefined)),
    ].sort(),
    carries: [...layout.foreignKeys].sort(),
    expiry: expires ? `${expires.field}+${expires.after}` : "",
  };
}

function pathText(kind: "unique" | "index", on: readonly string[], orderBy?: string, shards?: number): string {
  return `${kind}:${on.join("+")}${orderBy === undefined ? "" : `>${orderBy}`}${shards === undefined ? "" : `#${shards}`}`;
}

/** The fields of a path, in its order. */
export function pathFields(path: string): string[] {
  return path
    .slice(path.indexOf(":") + 1)
    .replace(/#\d+$/, "")
    .split(/[+>]/)
    .filter((field) => field !== "");
}

/** The path that an entry was made for: read from its key, and for a model-wide order from its shard. */
export function entryPath(layout: ModelLayout, kind: "unique" | "index", partition: string, id: string): string {
  const [, path = "", shard = ""] = partition.split("|");
  if (!path.startsWith(">")) return `${kind}:${path}`;
  const index = layout.indexes.find(({ on, orderBy }) => on.length === 0 && path === `>${orderBy}`);
  // In another shard than the id's: a leftover of another number of shards.
  return index && String(shardOf(index, id)) === shard ? `${kind}:${path}#${index.shards}` : `${kind}:${path}#?`;
}
