import type { Metadata } from "next";
import { headers } from "next/headers";
import { redirect } from "next/navigation";
import { auth } from "@/auth";
import { ActionForm } from "@/components/action-form";
import { acceptInvitation } from "@/app/organizations/actions";
import { attempt } from "@/lib/form";
import { getSession } from "@/lib/session";

export const metadata: Metadata = { title: "Invitation" };

export default async function Invitation({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params;
  if (!(await getSession())) redirect(`/sign-up?next=${encodeURIComponent(`/invitations/${id}`)}`);
  const found = await attempt(async () => auth.api.getInvitation({ query: { id }, headers: await headers() }));
  return (
    <section className="card narrow">
      <h1>Invitation</h1>
      {"error" in found ? (
        <p role="alert" className="error">
          {found.error}
        </p>
      ) : (
        <>
          <p>
            {found.result.inviterEmail} invites you to <strong>{found.result.organizationName}</strong>.
          </p>
          <ActionForm action={acceptInvitation.bind(null, id)} submit="Accept" />
        </>
      )}
    </section>
  );
}
