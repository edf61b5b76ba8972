import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";

/** What is measured: one call, with all that it needs made ready before. */
export type Call = () => Promise<unknown>;

/** A flow, as one contender does it. */
export interface Flow {
  readonly name: string;
  /** Makes the next call ready. What this takes is not measured. */
  prepare(): Promise<Call>;
  /** Whether a call has done what it is measured for: a quick failure is no result. */
  succeeded(result: unknown): boolean | Promise<boolean>;
}

/** One way to store the same data. */
export interface Contender {
  readonly name: string;
  /** What it sends its requests by: undefined where it sends none. */
  readonly client?: DynamoDBClient;
  readonly flows: readonly Flow[];
}

/** Contenders that are measured in turns. */
export interface Comparison {
  readonly title: string;
  /** Whose CPU time is 1. */
  readonly reference: string;
  /** How many times the usual number of turns are taken: more where a ratio has to be told from its noise. */
  readonly effort: number;
  readonly contenders: readonly Contender[];
}

/** More than the most calls at once, so that none of them write the same record. */
const POOL_SIZE = 100;

/** Hands out the same few, again and again: a process that has met its users before. */
export function poolOf<T>(make: () => Promise<T>): () => Promise<T> {
  const made: Promise<T>[] = [];
  let handedOut = 0;
  return () => (made[handedOut++ % POOL_SIZE] ??= make());
}
