/** What the page and its server say to each other, as JSON. */

/** A value as the page shows it. */
export interface ShownValue {
  readonly field: string;
  readonly kind: string;
  /** Null where there is none; empty where it is hidden. */
  readonly text: string | null;
  /** A secret, which was not sent. */
  readonly hidden?: true;
  /** How long what was not sent is, in characters. */
  readonly length?: number;
  /** The record that it refers to. */
  readonly refersTo?: { readonly model: string; readonly field: string };
}

/** A record as the page shows it. */
export interface ShownRecord {
  readonly model: string;
  readonly id: string;
  /** What people know it by: an e-mail, a name, or the id. */
  readonly title: string;
  readonly values: readonly ShownValue[];
  /** Its time is over, and DynamoDB has not removed it yet. */
  readonly expired: boolean;
}

/** A way to go through a model's records. */
export interface ShownList {
  /** `unique:email`, `home:userId`, `index:>createdAt`, `scan`. */
  readonly name: string;
  readonly kind: "unique" | "home" | "index" | "scan";
  /** Fields whose values are asked for. */
  readonly on: readonly string[];
  readonly orderBy: string | undefined;
}

export interface ShownField {
  readonly name: string;
  readonly kind: string;
  readonly nullable: boolean;
  readonly values: readonly string[] | undefined;
  /** Whether the page may offer to change it. */
  readonly changeable: boolean;
}

export interface ShownModel {
  readonly name: string;
  readonly table: string;
  readonly fields: readonly ShownField[];
  readonly lists: readonly ShownList[];
}

/** What the page is about: told once, without a request to DynamoDB. */
export interface Overview {
  readonly connection: string;
  readonly source: string;
  readonly readOnly: boolean;
  readonly models: readonly ShownModel[];
}

/** One page of a list. */
export interface RecordPage {
  readonly records: readonly ShownRecord[];
  /** Where the next page goes on; undefined at the end. */
  readonly after: string | undefined;
  /** Items that were looked at, where those are more than the records: in a scan. */
  readonly scanned?: number;
}

/** Records that refer to another one. */
export interface RelatedRecords {
  readonly model: string;
  readonly field: string;
  /** The value that they hold. */
  readonly value: string;
  /** What becomes of them when the other one is deleted; undefined where nothing does. */
  readonly onDelete: string | undefined;
  /** The list that has them; undefined where only a scan would find them. */
  readonly list: string | undefined;
  readonly records: readonly ShownRecord[];
  readonly total: number;
}

export interface RecordView {
  readonly record: ShownRecord;
  readonly related: readonly RelatedRecords[];
}

/** One item of a record, where it should be. */
export interface ShownPlace {
  readonly kind: "record" | "unique" | "index";
  readonly fields: readonly string[];
  readonly partition: string;
  readonly sort: string;
  readonly state: "there" | "missing" | "of another record";
  readonly bytes: number;
  readonly expires: string | undefined;
  readonly attributes: readonly { readonly name: string; readonly text: string; readonly hidden?: true }[];
}

export interface Places {
  readonly table: string;
  readonly bytes: number;
  readonly places: readonly ShownPlace[];
}

export interface ModelCount {
  readonly model: string;
  readonly count: number;
}

/** What a removal takes with it. */
export interface Removal {
  /** Records that go, those that depend on them among them. */
  readonly removed: readonly ModelCount[];
  readonly records: number;
  /** Items of those records, entries counted. */
  readonly items: number;
  /** Records that stay and lose their reference. */
  readonly released: readonly ModelCount[];
  /** Records whose reference forbids the removal. */
  readonly forbidding: readonly ModelCount[];
  /** More depends on it than was counted. */
  readonly more: boolean;
}

export interface ModelSizes {
  readonly model: string;
  readonly records: number;
  readonly uniqueEntries: number;
  readonly indexEntries: number;
  readonly bytes: number;
  /** Items whose time is over and that DynamoDB has not removed yet. */
  readonly expired: number;
}

export interface Counts {
  readonly models: readonly ModelSizes[];
  /** Sessions by day: `field` says of which of its days. */
  readonly sessions: {
    readonly field: string;
    readonly days: readonly { readonly day: string; readonly count: number }[];
  };
}

export interface ShownFinding {
  readonly kind: string;
  readonly severity: string;
  readonly table: string;
  readonly partition: string;
  readonly sort: string;
  readonly detail: string;
  readonly repaired: boolean | undefined;
}

export interface AuditResult {
  readonly kinds: readonly { readonly kind: string; readonly found: number; readonly repaired: number }[];
  /** The first of them. */
  readonly findings: readonly ShownFinding[];
}

/** One request to DynamoDB. */
export interface ShownRequest {
  readonly operation: string;
  readonly model: string;
  readonly tables: readonly string[];
  readonly path: string | undefined;
  readonly fields: readonly string[];
  readonly items: number;
  readonly units: number | undefined;
  readonly ms: number;
  readonly error: string | undefined;
}

/** What a click took. */
export interface Cost {
  readonly requests: number;
  /** Capacity units; undefined where the engine tells none. */
  readonly readUnits: number | undefined;
  readonly writeUnits: number | undefined;
  readonly ms: number;
  /** The first of them. */
  readonly list: readonly ShownRequest[];
}

/** Why something was not done. */
export interface Refusal {
  readonly code: string;
  readonly message: string;
  /** Of a removal that would take more than was confirmed. */
  readonly removal?: Removal;
}

/** The answer to one call. */
export type Answer<Result> = { readonly cost: Cost } & ({ readonly result: Result } | { readonly refusal: Refusal });

/** A line of the answer of a long job. */
export type JobLine<Result> =
  | { readonly done: number; readonly total: number | undefined; readonly result: Result; readonly cost: Cost }
  | { readonly refusal: Refusal; readonly cost: Cost };
