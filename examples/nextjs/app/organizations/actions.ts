"use server";

import { headers } from "next/headers";
import { refresh } from "next/cache";
import { redirect } from "next/navigation";
import { auth } from "@/auth";
import { attempt, text, type FormState } from "@/lib/form";

export async function createOrganization(_: FormState, form: FormData): Promise<FormState> {
  const body = { name: text(form, "name"), slug: text(form, "slug") };
  const answer = await attempt(async () => auth.api.createOrganization({ body, headers: await headers() }));
  if ("error" in answer) return answer;
  redirect(`/organizations/${answer.result.id}`);
}

/** Whether the caller may invite, Better Auth checks by the session of the headers. */
export async function invite(organizationId: string, _: FormState, form: FormData): Promise<FormState> {
  const body = { organizationId, email: text(form, "email"), role: "member" as const };
  const answer = await attempt(async () => auth.api.createInvitation({ body, headers: await headers() }));
  if ("error" in answer) return answer;
  refresh();
  return { done: `${body.email} gets a mail with a link.` };
}

export async function acceptInvitation(invitationId: string): Promise<FormState> {
  const answer = await attempt(async () =>
    auth.api.acceptInvitation({ body: { invitationId }, headers: await headers() }),
  );
  if ("error" in answer) return answer;
  redirect(`/organizations/${answer.result.invitation.organizationId}`);
}
