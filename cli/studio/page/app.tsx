import { useEffect, useRef, useState } from "preact/hooks";
import { AuditPage } from "./audit.tsx";
import { call, onCost } from "./call.ts";
import { CostBar, type ToldCost } from "./cost.tsx";
import { FindPage } from "./find.tsx";
import { HomePage } from "./home.tsx";
import { Show, useLoaded } from "./load.tsx";
import { ModelPage } from "./model.tsx";
import { RecordPage } from "./record.tsx";
import { go, hrefOf, keep, kept, useRoute } from "./route.ts";
import type { Overview } from "./wire.ts";

export function App() {
  const loaded = useLoaded(() => call<Overview>("overview", {}, "overview"), []);
  return <Show loaded={loaded}>{(overview) => <Studio overview={overview} />}</Show>;
}

function Studio({ overview }: { readonly overview: Overview }) {
  const route = useRoute();
  const [told, setTold] = useState<ToldCost>();
  const [notice, setNotice] = useState("");
  useEffect(() => onCost((label, cost) => setTold({ label, cost })), []);
  const path = route.join("/");
  useEffect(() => {
    document.title = path === "" ? "auth-dynamodb studio" : `${path} – auth-dynamodb studio`;
  }, [path]);
  return (
    <>
      <a class="skip" href="#main" onClick={toMain}>
        To the content
      </a>
      <Bar overview={overview} route={route} />
      <p class="notice" role="status">
        {notice}
      </p>
      <main id="main" tabIndex={-1}>
        <Page key={path} overview={overview} route={route} tell={setNotice} />
      </main>
      <CostBar told={told} />
    </>
  );
}

/** The address is the studio's place: a jump inside the page must not change it. */
function toMain(event: Event): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}

function Page({
  overview,
  route,
  tell,
}: {
  readonly overview: Overview;
  readonly route: readonly string[];
  readonly tell: (text: string) => void;
}) {
  const [place, name = "", rest, ...values] = route;
  const model = overview.models.find((one) => one.name === name);
  if (place === "audit") return <AuditPage overview={overview} />;
  if (place === "model" && model) return <ModelPage model={model} list={rest} values={values.map(kept)} />;
  if (place === "find" && model) return <FindPage model={name} text={kept(rest ?? "")} />;
  if (place === "record" && model) return <RecordPage overview={overview} model={name} id={rest ?? ""} tell={tell} />;
  return <HomePage overview={overview} />;
}

function Bar({ overview, route }: { readonly overview: Overview; readonly route: readonly string[] }) {
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.matches("input, select, textarea");
      if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      search.current?.focus();
    };
    addEventListener("keydown", focus);
    return () => removeEventListener("keydown", focus);
  }, []);
  const here = route[0] === undefined ? "" : route[0];
  const models = overview.models.map(({ name }) => name);
  const [model, setModel] = useState(models.includes("user") ? "user" : (models[0] ?? ""));
  return (
    <header class="bar">
      <nav aria-label="Studio">
        <a href="#/" aria-current={here === "" ? "page" : undefined}>
          Overview
        </a>
        <a href={hrefOf("audit")} aria-current={here === "audit" ? "page" : undefined}>
          Audit
        </a>
        {overview.readOnly && <span class="badge">read only</span>}
      </nav>
      <form
        role="search"
        onSubmit={(event) => {
          event.preventDefault();
          const text = search.current?.value.trim() ?? "";
          if (text !== "") go("find", model, keep(text));
        }}
      >
        <select aria-label="What to find" value={model} onChange={(event) => setModel(event.currentTarget.value)}>
          {models.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <input
          ref={search}
          type="search"
          aria-label="E-mail, id or any other unique key"
          placeholder="E-mail, id or key ( / )"
        />
        <button type="submit" class="primary">
          Find
        </button>
      </form>
    </header>
  );
}
