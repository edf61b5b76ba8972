import type { DefaultTheme } from "vitepress";

const page = (text: string, name: string): DefaultTheme.SidebarItem => ({ text, link: `/${name}` });

const ENTRIES = ["better-auth", "authjs", "storage", "setup", "runtime", "memory", "testing"];

/** The pages, in the order in which somebody needs them. */
export const sidebar: DefaultTheme.SidebarItem[] = [
  {
    text: "Begin",
    items: [
      page("Getting started", "getting-started"),
      page("Options", "options"),
      page("Permissions", "permissions"),
      page("Auth.js", "authjs"),
      page("Rate limits and secondary storage", "storage"),
      page("Adding plugins", "plugins"),
    ],
  },
  {
    text: "Understand",
    items: [
      page("How data is stored", "how-data-is-stored"),
      page("Costs and growth", "costs"),
      page("References and transactions", "references-and-transactions"),
      page("Limits", "limits"),
      page("Regions", "regions"),
    ],
  },
  {
    text: "Run",
    items: [
      page("Operations", "operations"),
      page("The studio", "studio"),
      page("Moving in", "moving-in"),
      page("Runtimes", "runtimes"),
      page("Testing your application", "testing"),
      page("Troubleshooting", "troubleshooting"),
    ],
  },
  {
    text: "The ORM",
    items: [
      page("The ORM", "orm"),
      page("From Farming Labs ORM", "from-farming-labs-orm"),
      page("Design, for contributors", "design"),
    ],
  },
  {
    text: "API reference",
    collapsed: true,
    items: [
      page("auth-dynamodb", "api/auth-dynamodb"),
      ...ENTRIES.map((name) => page(`auth-dynamodb/${name}`, `api/auth-dynamodb/${name}`)),
    ],
  },
];
