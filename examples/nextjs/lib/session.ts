import "server-only";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { cache } from "react";
import { auth } from "@/auth";

/** Who sends the request. Read once for all the components that ask while a page is rendered. */
export const getSession = cache(async () => auth.api.getSession({ headers: await headers() }));

/** For pages that are for those who have signed in. */
export async function requireSession() {
  return (await getSession()) ?? redirect("/sign-in");
}
