import { parseSync, Visitor } from 'oxc-parser';
import { promptTextsIn } from './prompt-text.ts';

export interface SourceImport {
  /** What stands between the quotes. */
  readonly specifier: string;
  /** 1-based. */
  readonly line: number;
  /** Erased before running: `import type` and the like. */
  readonly typeOnly: boolean;
  /** `import()`: loaded when reached, not when the file is. */
  readonly dynamic: boolean;
}

/** What the layer rules need to know of one source file. */
export interface SourceFacts {
  readonly imports: readonly SourceImport[];
  /** Lines with texts that are SQL statements. */
  readonly sqlLines: readonly number[];
  /** Lines that use a global which opens connections, with its name. */
  readonly networkGlobals: readonly { readonly name: string; readonly line: number }[];
  /** Lines with words that are meant for a model. */
  readonly promptLines: readonly number[];
}

const SQL = /^\s*(SELECT\s.+\sFROM\s|SELECT\s+\w+\(|INSERT\s+(OR\s+\w+\s+)?INTO\s|REPLACE\s+INTO\s|UPDATE\s+\w+\s+SET\s|DELETE\s+FROM\s|CREATE\s+(UNIQUE\s+|VIRTUAL\s+|TEMP\s+)?(TABLE|INDEX|TRIGGER|VIEW)\s|ALTER\s+TABLE\s|DROP\s+(TABLE|INDEX|TRIGGER|VIEW)\s|PRAGMA\s|VACUUM(\s|$)|ATTACH\s|BEGIN\s+IMMEDIATE|WITH\s+(RECURSIVE\s+)?\w+\s*(\(.*\)\s*)?AS\s*\()/is;
/** A sentence begins with one capital, a statement is written in one case. */
const EVENLY_CASED = /^\s*([A-Z]+|[a-z]+)\b/;
const NETWORK_GLOBALS = new Set(['fetch', 'WebSocket', 'EventSource', 'XMLHttpRequest']);

/**
 * Reads the facts from the syntax tree, so that comments and strings cannot confuse it.
 * @throws Error when the file does not parse.
 */
export function readSourceFacts(file: string, source: string): SourceFacts {
  const parsed = parseSync(file, source);
  const [fault] = parsed.errors;
  if (fault) throw new Error(`${file} does not parse: ${fault.message}`);
  const lineAt = (offset: number): number => source.slice(0, offset).split('\n').length;

  const imports: SourceImport[] = [];
  for (const { moduleRequest, entries, start } of parsed.module.staticImports) {
    imports.push({ specifier: moduleRequest.value, line: lineAt(start), typeOnly: entries.length > 0 && entries.every(({ isType }) => isType), dynamic: false });
  }
  for (const { entries, start } of parsed.module.staticExports) {
    const [first] = entries;
    if (first?.moduleRequest) imports.push({ specifier: first.moduleRequest.value, line: lineAt(start), typeOnly: entries.every(({ isType }) => isType), dynamic: false });
  }

  const sqlLines: number[] = [];
  const networkGlobals: { name: string; line: number }[] = [];
  const noteText = (text: string, offset: number): void => {
    if (EVENLY_CASED.test(text) && SQL.test(text)) sqlLines.push(lineAt(offset));
  };
  const noteGlobal = (callee: { type: string; start: number }): void => {
    if (callee.type === 'Identifier' && 'name' in callee && typeof callee.name === 'string' && NETWORK_GLOBALS.has(callee.name)) networkGlobals.push({ name: callee.name, line: lineAt(callee.start) });
  };
  new Visitor({
    ImportExpression({ source: target, start }) {
      if (target.type === 'Literal' && typeof target.value === 'string') imports.push({ specifier: target.value, line: lineAt(start), typeOnly: false, dynamic: true });
    },
    TSImportType({ source: target, start }) {
      imports.push({ specifier: target.value, line: lineAt(start), typeOnly: true, dynamic: false });
    },
    Literal({ value, start }) {
      if (typeof value === 'string') noteText(value, start);
    },
    TemplateLiteral({ quasis, start }) {
      noteText(quasis.map(({ value }) => value.raw).join('x'), start);
    },
    CallExpression: ({ callee }) => noteGlobal(callee),
    NewExpression: ({ callee }) => noteGlobal(callee),
    MemberExpression({ object, property }) {
      if (object.type === 'Identifier' && object.name === 'globalThis') noteGlobal(property);
    },
  }).visit(parsed.program);
  return { imports, sqlLines, networkGlobals, promptLines: promptTextsIn(parsed.program).map(lineAt) };
}
