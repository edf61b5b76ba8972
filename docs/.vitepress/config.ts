import { defineConfig } from "vitepress";
import llms from "vitepress-plugin-llms";
import { sidebar } from "./sidebar.ts";

const GITHUB = "https://github.com/auth-dynamodb/auth-dynamodb";
const description = "DynamoDB storage for Better Auth and Auth.js, on a small typed ORM";

/** The site of these pages: `npm run docs:build`. A link that leads nowhere fails the build. */
export default defineConfig({
  title: "auth-dynamodb",
  description,
  lang: "en",
  base: process.env["DOCS_BASE"] ?? "/",
  cleanUrls: true,
  lastUpdated: false,
  vite: {
    // Typed for another version of Vite than the one that VitePress brings.
    plugins: [llms({ title: "auth-dynamodb", description, ignoreFiles: ["index.md"] }) as never],
    build: { chunkSizeWarningLimit: 2000 },
  },
  themeConfig: {
    search: { provider: "local" },
    nav: [
      { text: "Guide", link: "/getting-started" },
      { text: "API", link: "/api/" },
      { text: "Changes", link: `${GITHUB}/blob/main/CHANGELOG.md` },
    ],
    sidebar,
    outline: [2, 3],
    socialLinks: [{ icon: "github", link: GITHUB }],
    editLink: { pattern: `${GITHUB}/edit/main/docs/:path` },
  },
});
