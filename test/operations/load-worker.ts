import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { createDynamodbDriver, createOrm } from "auth-dynamodb";
import { schemas } from "./load-schema.ts";

// One process of an application under load: creates users, changes those that were there, deletes a few.
const [endpoint, table, version, worker, count] = process.argv.slice(2) as [
  string,
  string,
  "old" | "new",
  string,
  string,
];
const client = new DynamoDBClient({
  endpoint,
  region: "us-east-1",
  credentials: { accessKeyId: "local", secretAccessKey: "local" },
});
// The old schema has the same fields.
const orm = createOrm({
  schema: schemas[version] as typeof schemas.new,
  driver: createDynamodbDriver({ client, table }),
});

async function step(i: number): Promise<void> {
  const mine = `${worker}-${i}`;
  await orm.user.create({
    data: {
      id: `new-${mine}`,
      email: `new-${mine}@example.com`,
      name: "new",
      username: `new-${mine}`,
      company: `c${i % 7}`,
    },
  });
  await orm.user.update({
    where: { id: `old-${mine}` },
    data: { name: "changed", username: `changed-${mine}`, company: `d${i % 7}` },
  });
  await orm.user.update({ where: { id: `new-${mine}` }, data: { company: `e${i % 7}` } });
  if (i % 10 === 0) await orm.user.delete({ where: { id: `old-${mine}` } });
}

process.send?.("ready");
const steps = Array.from({ length: Number(count) }, (_, i) => i);
await Promise.all(
  Array.from({ length: 4 }, async () => {
    for (let i = steps.shift(); i !== undefined; i = steps.shift()) await step(i);
  }),
);
process.exit(0);
