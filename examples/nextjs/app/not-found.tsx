import Link from "next/link";

export default function NotFound() {
  return (
    <section className="card narrow">
      <h1>Not here</h1>
      <p>
        There is no such page, or it is not for you. <Link href="/">Go home</Link>
      </p>
    </section>
  );
}
