/* global document, performance, FormData */
// @ts-check
/**
 * @typedef {{ operation: string, tables: string[], items: number, readUnits?: number, writeUnits?: number, ms: number,
 * error?: string }} Request
 * @typedef {{ title: string, requests: Request[], ms: number, followUp: boolean }} Call
 */

const $ = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));
const form = /** @type {HTMLFormElement} */ ($("credentials"));

let mode = "sign-up";
/**
 * What "Sign in elsewhere" signs in with: kept by this page only.
 *
 * @type {{ email: string, password: string } | undefined}
 */
let credentials;
/** The calls of the click under way. @type {Call[]} */
let calls = [];
/** Whether the click's own work is done, and the page reads what there is to show. */
let followUp = false;
/** @type {Request[]} */
const all = [];

/** Calls an endpoint of Better Auth, and notes the requests that the answer's header names. */
async function call(
  /** @type {string} */ path,
  /** @type {object | undefined} */ body = undefined,
  /** @type {RequestInit} */ init = {},
) {
  const started = performance.now();
  const response = await fetch(`/api/auth${path}`, {
    method: body ? "POST" : "GET",
    ...(body ? { headers: { "content-type": "application/json" }, body: JSON.stringify(body) } : {}),
    ...init,
  });
  const answer = await response.json().catch(() => null);
  /** @type {Request[]} */
  const requests = JSON.parse(response.headers.get("dynamodb-requests") ?? "[]");
  calls.push({ title: `${body ? "POST" : "GET"} ${path}`, requests, ms: performance.now() - started, followUp });
  all.push(...requests);
  if (!response.ok) throw new Error(answer?.message ?? `${response.status} ${response.statusText}`);
  return answer;
}

/** Runs what a click does, then shows the state it led to and the requests of both. */
async function click(/** @type {string} */ title, /** @type {() => Promise<unknown>} */ action) {
  calls = [];
  followUp = false;
  setBusy(true);
  showMessage("");
  try {
    await action();
  } catch (error) {
    showMessage(error instanceof Error ? error.message : String(error));
  }
  followUp = true;
  try {
    await showState();
  } catch (error) {
    showMessage(error instanceof Error ? error.message : String(error));
  }
  setBusy(false);
  showClick(title);
}

function setBusy(/** @type {boolean} */ busy) {
  document.body.setAttribute("aria-busy", String(busy));
  for (const button of document.querySelectorAll("button")) button.disabled = busy;
}

function showMessage(/** @type {string} */ text) {
  $("message").textContent = text;
  $("message").hidden = text === "";
}

async function showState() {
  const state = await call("/get-session");
  $("signed-out").hidden = Boolean(state);
  $("signed-in").hidden = !state;
  if (!state) return;
  $("user-name").textContent = state.user.name;
  $("user-email").textContent = state.user.email;
  $("avatar").textContent = [...state.user.name][0] ?? "";
  const sessions = await call("/list-sessions");
  sessions.sort((/** @type {any} */ a, /** @type {any} */ b) => a.createdAt.localeCompare(b.createdAt));
  $("sessions").replaceChildren(
    ...sessions.map((/** @type {any} */ session) => sessionItem(session, session.token === state.session.token)),
  );
}

function sessionItem(/** @type {any} */ session, /** @type {boolean} */ current) {
  const item = element("li");
  const text = element("div");
  const token = `${session.token.slice(0, 6)}…`;
  text.append(
    element("span", `Session ${token}`),
    element("small", `since ${new Date(session.createdAt).toLocaleTimeString()} · ${browserOf(session.userAgent)}`),
  );
  item.append(text);
  if (current) {
    item.append(element("span", "this browser", "badge"));
    return item;
  }
  const button = element("button", "Revoke");
  button.setAttribute("aria-label", `Revoke session ${token}`);
  button.addEventListener("click", () =>
    click("Revoke a session", () => call("/revoke-session", { token: session.token })),
  );
  item.append(button);
  return item;
}

function browserOf(/** @type {string | null} */ agent) {
  return (
    agent
      ?.match(/(Firefox|Edg|OPR|Chrome|Safari|curl)/)?.[0]
      .replace("Edg", "Edge")
      .replace("OPR", "Opera") ?? "unknown client"
  );
}

function showClick(/** @type {string} */ title) {
  const item = /** @type {HTMLElement} */ (fromTemplate("click-template"));
  const requests = calls.flatMap((one) => one.requests);
  const [name, sum] = [item.querySelector("strong"), item.querySelector(".sum")];
  if (name) name.textContent = title;
  if (sum) sum.textContent = sumOf(requests);
  item.querySelector(".calls")?.append(...calls.map(callTable));
  $("clicks").prepend(item);
  $("totals").textContent = `since this page was opened: ${sumOf(all)}`;
}

function callTable(/** @type {Call} */ { title, requests, ms, followUp }) {
  const table = /** @type {HTMLElement} */ (fromTemplate("call-template"));
  table.classList.toggle("follow-up", followUp);
  const caption = table.querySelector("caption");
  const parts = [
    title,
    `${Math.round(ms)} ms`,
    ...(requests.length === 0 ? ["no request"] : []),
    ...(followUp ? ["to show what there is now"] : []),
  ];
  if (caption) caption.textContent = parts.join(" · ");
  if (requests.length === 0) table.querySelector("thead")?.remove();
  table.querySelector("tbody")?.append(
    ...requests.map((request) => {
      const row = element("tr", "", request.readUnits === undefined ? "write" : "read");
      row.append(
        element("td", request.operation),
        element("td", request.tables.join(", ")),
        element("td", request.error ?? itemsOf(request), request.error ? "number error" : "number"),
        element("td", units(request.readUnits), "number"),
        element("td", units(request.writeUnits), "number"),
        element("td", request.ms.toFixed(1), "number"),
      );
      return row;
    }),
  );
  return table;
}

/** A read that finds nothing says 0; a delete has no item to count. */
function itemsOf(/** @type {Request} */ { items, readUnits }) {
  return items === 0 && readUnits === undefined ? "" : String(items);
}

function sumOf(/** @type {Request[]} */ requests) {
  if (requests.length === 0) return "no request";
  const total = (/** @type {(request: Request) => number | undefined} */ of) =>
    requests.reduce((sum, one) => sum + (of(one) ?? 0), 0);
  const parts = [
    `${requests.length} ${requests.length === 1 ? "request" : "requests"}`,
    `${units(total((one) => one.readUnits)) || 0} read units`,
    `${units(total((one) => one.writeUnits)) || 0} write units`,
    `${total((one) => one.ms).toFixed(1)} ms`,
  ];
  return parts.join(" · ");
}

/** What the demo has measured when it started: of each flow, without and with what a process remembers. */
async function showProcesses() {
  const response = await fetch("/processes");
  if (!response.ok) return;
  /** @typedef {{ requests: number, roundTrips: number }} Cost */
  /** @type {{ flow: string, cold: Cost, known: Cost }[]} */
  const comparisons = await response.json();
  const text = (/** @type {Cost} */ { requests, roundTrips }) => `${requests} / ${roundTrips}`;
  const rows = comparisons.map(({ flow, cold, known }) => {
    const row = element("tr");
    row.append(element("td", flow), element("td", text(cold), "number"), element("td", text(known), "number"));
    return row;
  });
  $("processes")
    .querySelector("tbody")
    ?.append(...rows);
  $("processes").hidden = false;
}

function units(/** @type {number | undefined} */ value) {
  return value === undefined ? "" : String(Math.round(value * 10) / 10);
}

function element(/** @type {string} */ name, text = "", className = "") {
  const made = document.createElement(name);
  made.textContent = text;
  made.className = className;
  return made;
}

function fromTemplate(/** @type {string} */ id) {
  const { content } = /** @type {HTMLTemplateElement} */ ($(id));
  return /** @type {Element} */ (content.firstElementChild).cloneNode(true);
}

function show(/** @type {string} */ wanted) {
  mode = wanted;
  const signingUp = mode === "sign-up";
  for (const tab of document.querySelectorAll("[data-mode]")) {
    tab.setAttribute("aria-selected", String(tab.getAttribute("data-mode") === mode));
  }
  for (const label of document.querySelectorAll("label.only-sign-up")) {
    /** @type {HTMLElement} */ (label).hidden = !signingUp;
    for (const input of label.querySelectorAll("input")) input.disabled = !signingUp;
  }
  const submit = form.querySelector("[type=submit]");
  if (submit) submit.textContent = signingUp ? "Sign up" : "Sign in";
}

for (const tab of document.querySelectorAll("[data-mode]")) {
  tab.addEventListener("click", () => show(tab.getAttribute("data-mode") ?? "sign-up"));
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const fields = Object.fromEntries(new FormData(form));
  const given = { email: String(fields["email"]), password: String(fields["password"]) };
  const signingUp = mode === "sign-up";
  void click(signingUp ? "Sign up" : "Sign in", async () => {
    if (signingUp) await call("/sign-up/email", { ...given, name: String(fields["name"]) });
    else await call("/sign-in/email", given);
    credentials = given;
    show("sign-in");
  });
});

$("sign-out").addEventListener("click", () => click("Sign out", () => call("/sign-out", {})));
$("refresh").addEventListener("click", () => click("Refresh", async () => {}));
$("revoke-others").addEventListener("click", () =>
  click("Revoke all others", () => call("/revoke-other-sessions", {})),
);
$("another").addEventListener("click", () =>
  click("Sign in elsewhere", async () => {
    if (!credentials) throw new Error("This page forgot the password when it was loaded again: sign out and in first.");
    // Without this browser's cookies, which stay as they are: another device.
    await call("/sign-in/email", credentials, { credentials: "omit" });
  }),
);

void click("Open the page", async () => {});
void showProcesses();
