import Link from "next/link";
import { signOut } from "@/app/actions";
import { getSession } from "@/lib/session";

export async function Header() {
  const session = await getSession();
  return (
    <header className="header">
      <Link href="/" className="brand">
        Next.js on DynamoDB
      </Link>
      {session ? (
        <nav>
          <Link href="/account">Account</Link>
          {session.user.role === "admin" && <Link href="/users">Users</Link>}
          <form action={signOut}>
            <button type="submit">Sign out</button>
          </form>
        </nav>
      ) : (
        <nav>
          <Link href="/sign-in">Sign in</Link>
          <Link href="/sign-up">Sign up</Link>
        </nav>
      )}
    </header>
  );
}
