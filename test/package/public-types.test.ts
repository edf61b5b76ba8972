import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import ts from "typescript";
import { describe, expect, it } from "vitest";

const ROOT = fileURLToPath(new URL("../../", import.meta.url));

const entries = readdirSync(`${ROOT}src`).map((file) => `${ROOT}src/${file}`);
const { config } = ts.readConfigFile(`${ROOT}tsconfig.json`, (path) => ts.sys.readFile(path));
const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT);

/** The declaration behind an import or a re-export. */
function resolved(checker: ts.TypeChecker, symbol: ts.Symbol): ts.Symbol {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}

/** The names of types that a declaration shows to its users: its signature, not its body. */
function shownTypes(declaration: ts.Node): ts.Node[] {
  const names: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isBlock(node) || (ts.isPropertyDeclaration(node) && isHidden(node))) return;
    if ((ts.isMethodDeclaration(node) || ts.isParameter(node)) && isHidden(node)) return;
    if (ts.isTypeReferenceNode(node)) names.push(node.typeName);
    if (ts.isExpressionWithTypeArguments(node)) names.push(node.expression);
    ts.forEachChild(node, visit);
  };
  visit(declaration);
  return names;
}

function isHidden(node: ts.PropertyDeclaration | ts.MethodDeclaration | ts.ParameterDeclaration): boolean {
  return (ts.getCombinedModifierFlags(node) & ts.ModifierFlags.Private) !== 0 || ts.isPrivateIdentifier(node.name);
}

/** Whether a symbol is declared in this package, with `export`: what is not is a part of its own file's types. */
function isExportedHere(symbol: ts.Symbol): boolean {
  return (symbol.declarations ?? []).some((declaration) => {
    const file = declaration.getSourceFile().fileName;
    if (!file.startsWith(ROOT) || file.includes("/node_modules/") || ts.isTypeParameterDeclaration(declaration))
      return false;
    return (ts.getCombinedModifierFlags(declaration as ts.Declaration) & ts.ModifierFlags.Export) !== 0;
  });
}

describe("the package's types", () => {
  it("are exported by an entry wherever a public signature uses them", () => {
    const program = ts.createProgram({ rootNames: entries, options });
    const checker = program.getTypeChecker();
    const published = new Set(
      entries.flatMap((entry) => {
        const source = checker.getSymbolAtLocation(program.getSourceFile(entry)!);
        return checker.getExportsOfModule(source!).map((symbol) => resolved(checker, symbol));
      }),
    );
    expect(published.size).toBeGreaterThan(100);
    const missing = new Set<string>();
    for (const symbol of published) {
      for (const name of (symbol.declarations ?? []).flatMap(shownTypes)) {
        const found = checker.getSymbolAtLocation(name);
        const used = found && resolved(checker, found);
        if (used && isExportedHere(used) && !published.has(used)) missing.add(`${symbol.name} uses ${used.name}`);
      }
    }
    expect([...missing].sort()).toEqual([]);
  }, 120_000);
});
