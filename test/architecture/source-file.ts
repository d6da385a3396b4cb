import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix, relative } from 'node:path';
import ts from 'typescript';

export interface SourceFile {
  /** From the project's root, with slashes: `src/store/index.ts`. */
  path: string;
  text: string;
}

export interface Reference {
  /** As it is written. */
  specifier: string;
  /** Of a relative one: from the project's root, `.ts` in the place of `.js`. */
  target: string | null;
  /** Names that an `export … from` passes on; null for anything else, `*` for all. */
  exported: string[] | null;
}

/** All TypeScript files below a folder, deepest folders included. */
export function readSources(root: string, folder: string): SourceFile[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
    .map((path) => ({ path: relative(root, path).replaceAll('\\', '/'), text: readFileSync(path, 'utf8') }));
}

const known = new WeakMap<SourceFile, Reference[]>();

/** Everything by which a file names another: import, export-from, import(), require(), new URL(), and type imports. */
export function referencesOf(file: SourceFile): Reference[] {
  const references = known.get(file) ?? findReferences(file);
  known.set(file, references);
  return references;
}

function findReferences(file: SourceFile): Reference[] {
  const references: Reference[] = [];
  const add = (specifier: ts.Node | undefined, exported: string[] | null = null): void => {
    if (specifier !== undefined && ts.isStringLiteralLike(specifier)) references.push({ ...resolve(file.path, specifier.text), exported });
  };
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier);
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, exportedNames(node));
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal);
    else if (ts.isExternalModuleReference(node)) add(node.expression);
    else if (ts.isCallExpression(node) && isLoad(node.expression)) add(node.arguments[0]);
    else if (ts.isNewExpression(node) && node.expression.getText() === 'URL') add(node.arguments?.[0]);
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return references;
}

/** The text of every string in a file, comments left out. */
export function stringsOf(file: SourceFile): string[] {
  const strings: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node)) strings.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(parse(file));
  return strings;
}

/** The source without its comments. */
export function codeOf(file: SourceFile): string {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, file.text);
  const tokens: string[] = [];
  while (scanner.scan() !== ts.SyntaxKind.EndOfFileToken) tokens.push(scanner.getTokenText());
  return tokens.join(' ');
}

function parse(file: SourceFile): ts.SourceFile {
  return ts.createSourceFile(file.path, file.text, ts.ScriptTarget.Latest, true);
}

/** `import(…)`, and `require(…)` under any name that ends like it, as createRequire gives. */
function isLoad(callee: ts.Expression): boolean {
  return callee.kind === ts.SyntaxKind.ImportKeyword || /(^|\.)\w*require(\.resolve)?$/i.test(callee.getText());
}

function exportedNames(node: ts.ExportDeclaration): string[] {
  if (node.exportClause === undefined || !ts.isNamedExports(node.exportClause)) return ['*'];
  return node.exportClause.elements.map((element) => (element.propertyName ?? element.name).text);
}

function resolve(from: string, specifier: string): { specifier: string; target: string | null } {
  if (!specifier.startsWith('.')) return { specifier, target: null };
  return { specifier, target: posix.join(dirname(from), specifier).replace(/\.js$/, '.ts') };
}
