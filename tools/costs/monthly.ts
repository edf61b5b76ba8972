/** What DynamoDB counts of a flow. */
export interface Units {
  readonly readUnits: number;
  readonly writeUnits: number;
}

/** The flows that a month is made of. */
export interface Flows {
  readonly signUp: Units;
  readonly signIn: Units;
  readonly getSession: Units;
  readonly refresh: Units;
}

/** What an application stores. Bytes are DynamoDB's, with its own 100 for each item. */
export interface Stored {
  /** A user with what belongs to it, but for sessions. */
  readonly userBytes: number;
  readonly sessionBytes: number;
  readonly sessionDays: number;
}

/** On demand, in us-east-1, in dollars. */
const PRICES = { millionReads: 0.125, millionWrites: 0.625, gigabyteMonth: 0.25, freeGigabytes: 25 };

/** What comes with one sign-in. */
const PER_SIGN_IN = { getSession: 20, refresh: 1, signUp: 0.1 };

/** How many months have brought users. */
const YEAR = 12;
const MONTH_DAYS = 30;

/** DynamoDB removes what has expired within two days. */
const REMOVAL_DAYS = 2;

const SIGN_INS = [1_000, 100_000, 10_000_000];

const NAMES: Readonly<Record<keyof Flows, string>> = {
  signUp: "sign up",
  signIn: "sign in",
  getSession: "read a session",
  refresh: "read a session, and prolong it",
};

/** What an application costs a month: what is assumed, and what it comes to. */
export function monthlyCosts(flows: Flows, stored: Stored): string {
  const months = SIGN_INS.map((signIns) => month(signIns, flows, stored));
  const header = ["sign-ins a month", "read units", "write units", "GB stored", "dollars a month"];
  return `${ASSUMPTIONS}\n\n${table(header, "---:", months)}`;
}

/** What the flows take that a month is made of. */
export function unitsOfFlows(flows: Flows): string {
  const rows = Object.entries(NAMES).map(([key, name]) => {
    const { readUnits, writeUnits } = flows[key as keyof Flows];
    return [name, readUnits, writeUnits];
  });
  return table(["flow", "read units", "write units"], "---", rows);
}

const ASSUMPTIONS = [
  `With each sign-in come ${PER_SIGN_IN.getSession} reads of its session, ${PER_SIGN_IN.refresh} that prolongs it,`,
  `and ${PER_SIGN_IN.signUp} of a sign-up, all in processes that remember nothing.`,
  `Stored are the users of ${YEAR} such months, and the sessions that TTL has not removed yet.`,
  `On demand, in us-east-1: $${PRICES.millionWrites} for a million write units, $${PRICES.millionReads} for a million`,
  `read units, and $${PRICES.gigabyteMonth} for a GB and month beyond ${PRICES.freeGigabytes} GB.`,
].join("\n");

function month(signIns: number, flows: Flows, stored: Stored): string[] {
  const units = (of: keyof Units) =>
    signIns *
    (flows.signIn[of] +
      PER_SIGN_IN.getSession * flows.getSession[of] +
      PER_SIGN_IN.refresh * flows.refresh[of] +
      PER_SIGN_IN.signUp * flows.signUp[of]);
  const [reads, writes] = [units("readUnits"), units("writeUnits")];
  const gigabytes = storedBytes(signIns, stored) / 1e9;
  const dollars =
    (reads * PRICES.millionReads + writes * PRICES.millionWrites) / 1e6 +
    Math.max(0, gigabytes - PRICES.freeGigabytes) * PRICES.gigabyteMonth;
  return [count(signIns), count(reads), count(writes), gigabytes.toFixed(2), dollars.toFixed(2)];
}

function storedBytes(signIns: number, { userBytes, sessionBytes, sessionDays }: Stored): number {
  const users = signIns * PER_SIGN_IN.signUp * YEAR;
  // Prolonged on its last day, and a sign-up opens one, too.
  const days = sessionDays * (1 + PER_SIGN_IN.refresh) + REMOVAL_DAYS;
  const sessions = (signIns * (1 + PER_SIGN_IN.signUp) * days) / MONTH_DAYS;
  return users * userBytes + sessions * sessionBytes;
}

const count = (value: number) => Math.round(value).toLocaleString("en-US");

/** All columns but the first are numbers. */
function table(header: readonly string[], first: string, rows: readonly (readonly (string | number)[])[]): string {
  const rule = header.map((_, i) => (i === 0 ? first : "---:"));
  return [header, rule, ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
