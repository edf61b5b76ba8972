/** A request, as faults and recordings see it. */
interface SentRequest {
  readonly operation: string;
  readonly input: Readonly<Record<string, unknown>>;
}

/** Whether a request is the one that decides about a journaled transaction: from pending to committed. */
export function isDecision({ operation, input }: SentRequest): boolean {
  const [first] =
    (input["TransactItems"] as { readonly Update?: Readonly<Record<string, unknown>> }[] | undefined) ?? [];
  const update = operation === "UpdateItem" ? input : first?.Update;
  const { Key, ExpressionAttributeValues = {} } = (update ?? {}) as {
    Key?: { _pk?: { S?: string } };
    ExpressionAttributeValues?: Record<string, { S?: string }>;
  };
  const states = Object.values(ExpressionAttributeValues).map(({ S }) => S);
  return (Key?._pk?.S?.startsWith("|tx|") ?? false) && states.includes("C") && states.includes("P");
}
