import type { Metadata } from "next";
import { headers } from "next/headers";
import Link from "next/link";
import { notFound } from "next/navigation";
import { auth } from "@/auth";
import { requireSession } from "@/lib/session";

export const metadata: Metadata = { title: "Users" };

const PAGE = 20;

export default async function Users({ searchParams }: { searchParams: Promise<{ offset?: string }> }) {
  const { user } = await requireSession();
  if (user.role !== "admin") notFound();
  const offset = Math.max(0, Number((await searchParams).offset) || 0);
  const { users, total } = await auth.api.listUsers({ query: { limit: PAGE, offset }, headers: await headers() });
  return (
    <>
      <h1>Users</h1>
      <section className="card">
        <p>{total} in all</p>
        <ul className="list">
          {users.map(({ id, name, email, role }) => (
            <li key={id}>
              <span>
                {name} <small>{email}</small>
              </span>
              <span className="badge">{role}</span>
            </li>
          ))}
        </ul>
        <p className="pages">
          {offset > 0 && <Link href={`/users?offset=${Math.max(0, offset - PAGE)}`}>Previous</Link>}
          {offset + PAGE < total && <Link href={`/users?offset=${offset + PAGE}`}>Next</Link>}
        </p>
      </section>
    </>
  );
}
