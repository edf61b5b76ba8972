import { newEmail, ORIGIN } from "./app-options.ts";
import { poolOf, type Flow } from "./flow.ts";

type Handler = (request: Request) => Promise<Response>;

/** What a server does for one request, from the request's text to the answer's. */
export function httpFlows(handler: Handler): Flow[] {
  const headers = { "content-type": "application/json", origin: ORIGIN };
  const signUp = (email: string) =>
    handler(
      new Request(`${ORIGIN}/api/auth/sign-up/email`, {
        method: "POST",
        headers,
        body: JSON.stringify({ email, password: "correct horse battery", name: "Ada" }),
      }),
    );
  const cookieOf = poolOf(async () => {
    const cookies = (await signUp(newEmail())).headers.getSetCookie();
    return cookies.map((cookie) => cookie.split(";")[0]).join("; ");
  });
  const succeeded = (result: unknown) => typeof result === "string" && result.includes("@example.com");
  return [
    {
      name: "POST /sign-up/email",
      prepare: async () => {
        const email = newEmail();
        return async () => (await signUp(email)).text();
      },
      succeeded,
    },
    {
      name: "GET /get-session, known",
      prepare: async () => {
        const cookie = await cookieOf();
        return async () =>
          (await handler(new Request(`${ORIGIN}/api/auth/get-session`, { headers: { ...headers, cookie } }))).text();
      },
      succeeded,
    },
  ];
}
