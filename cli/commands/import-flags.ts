/** What `import` takes. */
export interface ImportFlags {
  /** A file with the old Better Auth instance. */
  readonly fromBetterAuth?: string;
  /** A folder of newline-delimited JSON. */
  readonly fromJson?: string;
  /** The table of @auth/dynamodb-adapter. */
  readonly fromAuthjs?: string;
  readonly fromTable?: string;
  readonly fromPrefix?: string;
  readonly resume?: string;
  readonly dryRun?: boolean;
  readonly since?: Date;
  readonly deleteMissing?: boolean;
  readonly verify?: boolean;
  readonly yes?: boolean;
}
