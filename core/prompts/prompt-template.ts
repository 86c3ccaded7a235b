import Handlebars from 'handlebars';

/** A fault in a template, with its line in the template (from 1). */
export interface TemplateFault { line: number; reason: string }
/** A variable where it is used; `equals` is what an ifEquals or unlessEquals compares it with. */
export interface TemplateVariable { name: string; line: number; equals?: string }
export interface TemplateReading {
  variables: TemplateVariable[];
  /** Partials where they are taken in, as `slug/name.v1`. */
  partials: { name: string; line: number }[];
  faults: TemplateFault[];
}

const BLOCKS = new Map([['if', false], ['unless', false], ['ifEquals', true], ['unlessEquals', true]]);
const ROLES = new Set(['system', 'user', 'model']);
/** Deeper than this nobody reads, and every parser has its end somewhere. */
const MAX_DEPTH = 12;
const NAME = /^[A-Za-z]\w*$/;
/** Handlebars and Dotprompt give these a meaning of their own, and every object has some from the beginning. */
const TAKEN = new Set(['if', 'unless', 'each', 'with', 'log', 'lookup', 'ifEquals', 'unlessEquals', 'role', 'json', 'history', 'section', 'media', 'helperMissing', 'blockHelperMissing', 'this', 'else', 'true', 'false', 'null', 'undefined']);

/** Whether a template can have a variable of this name. */
export const canBeVariable = (name: string): boolean => NAME.test(name) && !TAKEN.has(name) && !(name in {});

const PARTIAL = /\{\{>\s*([a-z0-9-]+\/[a-z0-9-]+\.v[1-9]\d{0,4})\s*\}\}/g;
const onePartial = new RegExp(`^${PARTIAL.source}$`);
/** The template with other names for its partials; `alone` is a tag that has a line for itself. */
export const renamePartials = (template: string, rename: (name: string, alone: boolean) => string): string => template.replace(PARTIAL, (tag: string, name: string, at: number) => (
  `{{> ${rename(name, /(?:^|\n)[ \t]*$/.test(template.slice(0, at)) && /^[ \t]*(?:\r?\n|$)/.test(template.slice(at + tag.length)))}}}`
));

/**
 * Reads a template with Handlebars' own parser: which variables and partials it uses and what is wrong with it. Only what prompts need is
 * allowed (`{{name}}`, `{{#if name}}`, `{{#ifEquals name "x"}}` and their opposites, `{{else}}`, `{{role "user"}}`, comments,
 * `{{> slug/name.v1}}`), since Handlebars itself reports a fault at the first rendering and an unknown name never. Never throws.
 */
export function readTemplate(template: string): TemplateReading {
  const reading: TemplateReading = { variables: [], partials: [], faults: [] };
  try {
    const { body } = Handlebars.parseWithoutProcessing(template);
    new Reader(template, reading).statements(body, 0);
    const marks = template.indexOf('<<<dotprompt:');
    if (marks >= 0) reading.faults.push({ line: linesOf(template.slice(0, marks)).length, reason: 'what Dotprompt makes of a tag cannot be written by hand; a role is {{role "user"}}' });
  } catch (error) {
    reading.faults.push(syntaxFault(template, error as Error));
  }
  reading.faults.sort((a, b) => a.line - b.line);
  return reading;
}

/** Lines as Handlebars counts them. */
const linesOf = (text: string): string[] => text.split(/\r\n?|\n/);
const shortened = (text: string): string => (text.length > 60 ? `${text.slice(0, 59)}…` : text);

class Reader {
  readonly #lines: string[];
  readonly #into: TemplateReading;
  /** Single braces that are open in the words around the tags, as in an example of JSON. */
  #braces = 0;

  constructor(template: string, into: TemplateReading) { this.#lines = linesOf(template); this.#into = into; }

  statements(body: readonly hbs.AST.Statement[], depth: number): void {
    for (const node of body) this.#statement(node, depth);
  }

  #statement(node: hbs.AST.Statement, depth: number): void {
    if (node.type === 'ContentStatement') return this.#words(node as hbs.AST.ContentStatement);
    const strips = [(node as hbs.AST.MustacheStatement).strip, (node as hbs.AST.BlockStatement).openStrip, (node as hbs.AST.BlockStatement).inverseStrip, (node as hbs.AST.BlockStatement).closeStrip];
    if (strips.some((strip) => strip && (strip.open || strip.close))) return this.#refuse(node, 'cuts away the space around it with ~, which is not known here');
    if (node.type === 'CommentStatement') return;
    if (node.type === 'MustacheStatement') this.#mustache(node as hbs.AST.MustacheStatement);
    else if (node.type === 'BlockStatement') this.#block(node as hbs.AST.BlockStatement, depth);
    else if (node.type === 'PartialStatement') this.#partial(node);
    else this.#refuse(node, 'is not known here');
  }

  #words({ original, loc }: { original: unknown; loc: hbs.AST.SourceLocation }): void {
    for (const [index, words] of linesOf(String(original)).entries()) {
      const fault = (reason: string): void => { this.#into.faults.push({ line: loc.start.line + index, reason }); };
      if (words.includes('{{')) fault('{{ can only begin a tag');
      for (let at = 0; at < words.length; at++) {
        if (words[at] === '{') this.#braces++;
        if (words[at] !== '}') continue;
        if (this.#braces > 0) this.#braces--;
        else if (words[at + 1] === '}') { fault('}} without its other half'); at++; }
      }
    }
  }

  #mustache(node: hbs.AST.MustacheStatement): void {
    const { path, params, hash, escaped } = node;
    const name = nameOf(path);
    if (!escaped) return this.#refuse(node, 'is not known here; nothing is escaped, so {{name}} is enough');
    if (hash?.pairs.length) return this.#refuse(node, 'cannot have settings');
    if (name === 'role') {
      const role = params.length === 1 ? stringOf(params[0]) : undefined;
      if (role === undefined) this.#refuse(node, 'is not like {{role "user"}}');
      else if (!ROLES.has(role)) this.#into.faults.push({ line: node.loc.start.line, reason: `there is no role "${role}"` });
    } else if (params.length > 0) this.#refuse(node, `is not known here: there is no "${name ?? '?'}" that takes something`);
    else this.#variable(node, path);
  }

  #block(node: hbs.AST.BlockStatement, depth: number): void {
    const { path, params, hash, program, inverse } = node;
    const block = path.original;
    const compares = BLOCKS.get(block);
    const source = this.#source(node);
    if (compares === undefined) return this.#refuseAt(node, `{{#${shortened(block)}}} is not known here`);
    if (source.startsWith('{{{{')) return this.#refuse(node, 'is not known here');
    if (source.startsWith('{{^')) return this.#refuse(node, 'is not known here; use {{#unless}}');
    if ((inverse as { chained?: boolean } | undefined)?.chained) return this.#refuseAt(inverse, '{{else if}} is not known here; put the second {{#if}} inside of {{else}}');
    const equals = compares ? stringOf(params[1]) : undefined;
    if (hash?.pairs.length || program?.blockParams?.length || params.length !== (compares ? 2 : 1) || (compares && equals === undefined)) {
      return this.#refuseAt(node, `{{#${block}}} is not like {{#${block} name${compares ? ' "this"' : ''}}}`);
    }
    if (depth >= MAX_DEPTH) return this.#refuseAt(node, `blocks stand in each other more than ${MAX_DEPTH} deep`);
    this.#variable(node, params[0], equals);
    for (const part of [program, inverse]) if (part) this.statements(part.body, depth + 1);
  }

  #partial(node: hbs.AST.Statement): void {
    const [, name] = onePartial.exec(this.#source(node)) ?? [];
    if (name === undefined) this.#refuse(node, 'is not like {{> slug/name.v1}}');
    else this.#into.partials.push({ name, line: node.loc.start.line });
  }

  #variable(node: hbs.AST.Statement, expression: hbs.AST.Expression | undefined, equals?: string): void {
    const name = nameOf(expression);
    if (name === undefined || !canBeVariable(name)) return this.#refuse(node, name === undefined ? 'is not like {{name}}' : `cannot be read: "${name}" cannot be the name of a variable`);
    this.#into.variables.push({ name, line: node.loc.start.line, ...(equals === undefined ? {} : { equals }) });
  }

  #refuse(node: hbs.AST.Node, reason: string): void { this.#refuseAt(node, `${shortened(linesOf(this.#source(node))[0] ?? '')} ${reason}`); }
  #refuseAt({ loc }: hbs.AST.Node, reason: string): void { this.#into.faults.push({ line: loc.start.line, reason }); }

  /** What stands in the template for a node. */
  #source({ loc: { start, end } }: hbs.AST.Node): string {
    if (start.line === end.line) return (this.#lines[start.line - 1] ?? '').slice(start.column, end.column);
    const within = this.#lines.slice(start.line, end.line - 1);
    return [(this.#lines[start.line - 1] ?? '').slice(start.column), ...within, (this.#lines[end.line - 1] ?? '').slice(0, end.column)].join('\n');
  }
}

const nameOf = (expression: hbs.AST.Expression | undefined): string | undefined => (expression?.type === 'PathExpression' && !(expression as hbs.AST.PathExpression).data ? (expression as hbs.AST.PathExpression).original : undefined);
const stringOf = (expression: hbs.AST.Expression | undefined): string | undefined => (expression?.type === 'StringLiteral' ? (expression as hbs.AST.StringLiteral).value : undefined);

const MISMATCH = /^(\S+) doesn't match (\S+) - /;
const CLOSES_NOTHING = 'nothing-of-this-name';

/** Handlebars tells of a syntax error in a picture of several lines and a list of its tokens; this is one line for people. */
function syntaxFault(template: string, error: Error): TemplateFault {
  if (error instanceof RangeError) return { line: 1, reason: 'it is nested too deeply' };
  const [, opened, closed] = MISMATCH.exec(error.message) ?? [];
  const lines = linesOf(template);
  const line = Math.min(Number((error as { lineNumber?: unknown }).lineNumber ?? /on line (\d+)/.exec(error.message)?.[1] ?? 1), lines.length);
  if (closed === CLOSES_NOTHING) return { line, reason: `{{#${opened}}} is never closed` };
  if (opened !== undefined) return { line, reason: `{{#${opened}}} is closed by {{/${closed}}}` };
  if (error.message.includes("'OPEN_ENDBLOCK', got 'EOF'")) return unclosed(template, line);
  if (error.message.endsWith("got 'INVERSE'")) return { line, reason: '{{else}} stands outside of a block' };
  if (/Expecting 'EOF'.*got 'OPEN_ENDBLOCK'$/.test(error.message)) return { line, reason: `a block is closed that was not opened: ${shortened((lines[line - 1] ?? '').trim())}` };
  return { line, reason: `this cannot be read as a template: ${shortened((lines[line - 1] ?? '').trim())}` };
}

/** Which block is open at the end: Handlebars names it when something else closes it. */
function unclosed(template: string, line: number): TemplateFault {
  try {
    Handlebars.parseWithoutProcessing(`${template}{{/${CLOSES_NOTHING}}}`);
  } catch (error) {
    if (MISMATCH.test((error as Error).message)) return syntaxFault(template, error as Error);
  }
  return { line, reason: 'a block is never closed' };
}
