// What an application does first: tables, a user by each library, and the same user once more.
exports.flow = async function flow({ betterAuth, DynamoDBClient, better, authjs, setup, orm }) {
  const client = new DynamoDBClient({
    endpoint: process.env.SMOKE_ENDPOINT,
    region: "us-east-1",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  const table = process.env.SMOKE_TABLE;
  const auth = betterAuth({
    secret: "a secret for tests that is long enough",
    baseURL: "http://localhost:3000",
    logger: { disabled: true },
    emailAndPassword: { enabled: true },
    database: better.dynamodbAdapter({ client, table }),
  });
  await setup.pushSchema({ schema: better.createAuthSchema(auth.options), client, table });
  const body = { email: "ada@example.com", password: "correct horse battery", name: "Ada" };
  await auth.api.signUpEmail({ body });
  const { adapter } = await auth.$context;
  const found = await adapter.findOne({ model: "user", where: [{ field: "email", value: body.email }] });
  const again = await auth.api.signUpEmail({ body }).then(
    () => "accepted",
    ({ status }) => status,
  );

  const tablePrefix = `${table}-authjs-`;
  await setup.pushSchema({ schema: authjs.createAuthJsSchema(), client, tablePrefix });
  const store = authjs.DynamoDBAdapter({ client, tablePrefix });
  const user = { id: "1", email: "grace@example.com", emailVerified: null };
  await store.createUser(user);
  const { email } = await store.getUserByEmail(user.email);
  const twice = await store.createUser(user).then(
    () => "accepted",
    (error) => (orm.isOrmError(error) ? error.code : error),
  );
  console.log([found.name, again, email, twice].join(" "));
  process.exit(0);
};
