/** Text that YAML takes as it stands: no type of its own, nothing that begins a structure. */
const PLAIN = /^[A-Za-z_/][A-Za-z0-9_/.:+-]*( [A-Za-z0-9_/.,+-]+)*\.?$/;
const WORDS = /^(true|false|yes|no|on|off|null|y|n|~)$/i;

/** Plain data as YAML: what the templates are made of, no more. */
export function toYaml(value: unknown): string {
  return `${lines(value).join("\n")}\n`;
}

function lines(value: unknown): string[] {
  if (Array.isArray(value)) {
    if (value.length === 0) return ["[]"];
    return value.flatMap((item) => {
      const [first = "", ...rest] = lines(item);
      return [`- ${first}`, ...rest.map((line) => `  ${line}`)];
    });
  }
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value);
    if (entries.length === 0) return ["{}"];
    return entries.flatMap(([key, item]) => {
      const inner = lines(item);
      const nested = typeof item === "object" && item !== null && Object.keys(item).length > 0;
      return nested ? [`${scalar(key)}:`, ...inner.map((line) => `  ${line}`)] : [`${scalar(key)}: ${inner[0]}`];
    });
  }
  return [scalar(value)];
}

function scalar(value: unknown): string {
  if (typeof value !== "string") return String(value);
  // A date in the form of YAML 1.1 would become one: "2012-10-17" begins with a digit, and is quoted.
  return PLAIN.test(value) && !WORDS.test(value) && !value.endsWith(":") ? value : JSON.stringify(value);
}
