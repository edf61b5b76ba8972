import type { Rule } from "eslint";

export declare const STOREYS: readonly {
  readonly name: string;
  readonly files: RegExp;
  readonly above?: readonly string[];
}[];
export declare const importDirections: Rule.RuleModule;
