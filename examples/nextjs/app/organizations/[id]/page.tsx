import { headers } from "next/headers";
import { notFound } from "next/navigation";
import { auth } from "@/auth";
import { ActionForm } from "@/components/action-form";
import { Field } from "@/components/field";
import { attempt } from "@/lib/form";
import { requireSession } from "@/lib/session";
import { invite } from "@/app/organizations/actions";

export default async function Organization({ params }: { params: Promise<{ id: string }> }) {
  await requireSession();
  const { id } = await params;
  const request = { query: { organizationId: id }, headers: await headers() };
  const found = await attempt(() => auth.api.getFullOrganization(request));
  // Neither does it exist for those who are no members.
  if ("error" in found || !found.result) notFound();
  const { name, members, invitations } = found.result;
  const pending = invitations.filter(({ status }) => status === "pending");
  return (
    <>
      <h1>{name}</h1>
      <section className="card" aria-labelledby="members">
        <h2 id="members">Members</h2>
        <ul className="list">
          {members.map(({ id, user, role }) => (
            <li key={id}>
              <span>
                {user.name} <small>{user.email}</small>
              </span>
              <span className="badge">{role}</span>
            </li>
          ))}
        </ul>
      </section>
      {pending.length > 0 && (
        <section className="card" aria-labelledby="invited">
          <h2 id="invited">Invited</h2>
          <ul className="list">
            {pending.map(({ id, email }) => (
              <li key={id}>{email}</li>
            ))}
          </ul>
        </section>
      )}
      <section className="card" aria-labelledby="invite">
        <h2 id="invite">Invite a member</h2>
        <ActionForm action={invite.bind(null, id)} submit="Invite">
          <Field label="E-mail" name="email" type="email" />
        </ActionForm>
      </section>
    </>
  );
}
