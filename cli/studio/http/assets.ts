import { readFile } from "node:fs/promises";

/** A file of the page. */
export interface Asset {
  readonly type: string;
  readonly content: string;
}

export type Assets = ReadonlyMap<string, Asset>;

const HTML = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>auth-dynamodb studio</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/page.css">
<script type="module" src="/page.js"></script>
</head>
<body><noscript>The studio needs JavaScript.</noscript></body>
</html>
`;

/** The page, as the build has put it into a folder. */
export async function readAssets(folder: URL): Promise<Assets> {
  const [script, style] = await Promise.all(
    ["page.js", "page.css"].map((file) => readFile(new URL(file, folder), "utf8")),
  );
  return assetsOf(script ?? "", style ?? "");
}

/** The page of a script and a style. */
export function assetsOf(script: string, style: string): Assets {
  return new Map([
    ["/", { type: "text/html; charset=utf-8", content: HTML }],
    ["/page.js", { type: "text/javascript; charset=utf-8", content: script }],
    ["/page.css", { type: "text/css; charset=utf-8", content: style }],
  ]);
}
