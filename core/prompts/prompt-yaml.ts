import { isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument, type Node } from 'yaml';
import type { z } from 'zod';

/** A place in a YAML document: names of fields and indices of lists, from the top. */
export type YamlPath = readonly (string | number)[];
/** Why a text cannot be used; `line` counts from 1. */
export interface TextFault { ok: false; line: number; reason: string }

/**
 * Reads one YAML document and remembers on which line each field's name stands. Never throws. `firstLine` is the line of the file on
 * which the text begins.
 */
export function readYaml(text: string, firstLine = 1): { ok: true; value: unknown; lineOf: (path: YamlPath) => number } | TextFault {
  const counter = new LineCounter();
  const line = (offset: number): number => counter.linePos(offset).line + firstLine - 1;
  try {
    const document = parseDocument(text, { lineCounter: counter, prettyErrors: false, stringKeys: true, logLevel: 'error' });
    const [fault] = document.errors;
    if (fault) return { ok: false, line: line(fault.pos[0]), reason: inWords(fault) };
    const resolved = (node: unknown): Node | undefined => (isAlias(node) ? node.resolve(document) : isNode(node) ? node : undefined);
    const lineOf = (path: YamlPath): number => {
      let node = resolved(document.contents);
      let at = node?.range?.[0] ?? 0;
      for (const part of path) {
        const pair = isMap(node) ? node.items.find(({ key }) => isScalar(key) && String(key.value) === String(part)) : undefined;
        const item = isSeq(node) && typeof part === 'number' ? node.items[part] : undefined;
        const found = pair ? pair.key : item;
        if (!isNode(found) || !found.range) break;
        [at] = found.range;
        node = resolved(pair ? pair.value : item);
      }
      return line(at);
    };
    return { ok: true, value: document.toJS(), lineOf };
  } catch (error) {
    // Aliases to nothing, aliases of aliases without end, brackets nested beyond the stack.
    return { ok: false, line: firstLine, reason: inWords(error as Error) };
  }
}

const inWords = ({ message }: Error): string => (message.includes('call stack') ? 'it is nested too deeply' : message.split('\n')[0] ?? message);

/** The first thing that a schema has against a value, in words for whoever wrote the file. */
export function findingOf(error: z.ZodError): { path: YamlPath; reason: string } {
  const { path, reason } = told(error.issues[0] as z.core.$ZodIssue, []);
  return { path, reason: path.length > 0 ? `${path.join('.')}: ${reason}` : reason };
}

function told(issue: z.core.$ZodIssue, above: YamlPath): { path: YamlPath; reason: string } {
  const path = [...above, ...issue.path.filter((part) => typeof part !== 'symbol')];
  const [key] = issue.code === 'unrecognized_keys' ? issue.keys : [];
  if (key !== undefined) return { path: [...path, key], reason: 'there is no such field' };
  if (issue.code === 'invalid_key') return { path, reason: issue.issues[0]?.message ?? issue.message };
  if (issue.code === 'invalid_type' && issue.message.endsWith('received undefined')) return { path, reason: 'this field is missing' };
  if (issue.code !== 'invalid_union') return { path, reason: issue.message };
  // Of several shapes the one that was meant is the one that knows all the fields there are.
  const meant = issue.errors.find((branch) => branch.length > 0 && !branch.some(({ code, path: at }) => at.length === 0 && (code === 'unrecognized_keys' || code === 'invalid_type')));
  const strange = issue.errors[0]?.find(({ code }) => code === 'unrecognized_keys');
  if (meant?.[0]) return told(meant[0], path);
  return strange ? told(strange, path) : { path, reason: issue.message };
}
