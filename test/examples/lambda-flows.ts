import { expect } from "vitest";
import type { Lambda } from "./lambda.ts";

const ADA = { name: "Ada", email: "ada@example.com", password: "correct horse" };

/** Signs ada up, asks who is signed in, and signs her out. */
export async function expectSignUpToSignOut(lambda: Lambda): Promise<void> {
  expect((await lambda.call("GET", "/me")).statusCode).toBe(401);
  const signedUp = await lambda.call("POST", "/api/auth/sign-up/email", ADA);
  expect(signedUp).toMatchObject({ statusCode: 200 });
  expect(signedUp.cookies?.join()).toMatch(/__Secure-better-auth\.session_token=.*HttpOnly/);
  const session = await lambda.call("GET", "/api/auth/get-session");
  expect(JSON.parse(session.body)).toMatchObject({
    user: { email: ADA.email },
    // Who asks is whom API Gateway has seen.
    session: { ipAddress: "192.0.2.1" },
  });
  expect(JSON.parse((await lambda.call("GET", "/me")).body)).toEqual({ name: ADA.name, email: ADA.email });
  expect((await lambda.call("POST", "/api/auth/sign-out", {})).statusCode).toBe(200);
  expect((await lambda.call("GET", "/me")).statusCode).toBe(401);
}

/** Somebody tries passwords: he is refused by his address, whatever he says of it, and others are not. */
export async function expectLimits(lambda: Lambda): Promise<void> {
  const attempt = (from: string) =>
    lambda.call("POST", "/api/auth/sign-in/email", { email: ADA.email, password: "wrong" }, from);
  // Better Auth's own rule is three in ten seconds. They are counted as they come in, whatever an answer takes.
  const answers = await Promise.all(Array.from({ length: 12 }, () => attempt("192.0.2.2")));
  expect(answers.map(({ statusCode }) => statusCode)).toContain(429);
  expect((await attempt("192.0.2.3")).statusCode).toBe(401);
}
