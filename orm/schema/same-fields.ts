/** Whether two field lists name the same fields, in whatever order. */
export function sameFields(left: readonly string[], right: readonly string[]): boolean {
  return left.length === right.length && left.every((field) => right.includes(field));
}
