import type { Item } from "../layout/attribute-value.ts";

/** How a write under a condition ended. */
export type WriteAnswer<Output> =
  | { readonly output: Output; readonly repeated: boolean }
  /** Its condition did not hold. */
  | {
      readonly refused: true;
      /** What was there. Undefined where nothing was, or where the engine does not tell it. */
      readonly item: Item | undefined;
      /** Whether it was sent more than once, and the answer that was lost may have been a success. */
      readonly repeated: boolean;
    };
