import { render } from "preact";
import { App } from "./app.tsx";
import { openStudio } from "./call.ts";
import { asError, Problem } from "./load.tsx";
import "./page.css";

// An address that is pasted into an open tab changes its end only, and loads nothing.
addEventListener("hashchange", () => {
  if (location.hash.startsWith("#token=")) location.reload();
});

try {
  await openStudio();
  render(<App />, document.body);
} catch (error) {
  render(<Problem error={asError(error)} />, document.body);
}
