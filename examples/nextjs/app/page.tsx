import { headers } from "next/headers";
import Link from "next/link";
import { auth } from "@/auth";
import { ActionForm } from "@/components/action-form";
import { Field } from "@/components/field";
import { requireSession } from "@/lib/session";
import { createOrganization } from "@/app/organizations/actions";

export default async function Home() {
  const { user } = await requireSession();
  const organizations = await auth.api.listOrganizations({ headers: await headers() });
  return (
    <>
      <h1>Hello, {user.name}</h1>
      <section className="card" aria-labelledby="organizations">
        <h2 id="organizations">Organizations</h2>
        {organizations.length === 0 && <p>You are in none yet.</p>}
        <ul className="list">
          {organizations.map(({ id, name, slug }) => (
            <li key={id}>
              <Link href={`/organizations/${id}`}>{name}</Link>
              <small>{slug}</small>
            </li>
          ))}
        </ul>
      </section>
      <section className="card" aria-labelledby="create">
        <h2 id="create">Create an organization</h2>
        <ActionForm action={createOrganization} submit="Create">
          <Field label="Name" name="name" />
          <Field label="Slug, for addresses" name="slug" pattern="[a-z0-9\-]+" />
        </ActionForm>
      </section>
    </>
  );
}
