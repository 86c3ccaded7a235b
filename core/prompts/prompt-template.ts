/** A fault in a template, with its line in the template (from 1). */
export interface TemplateFault { line: number; reason: string }

const BLOCKS = new Set(['if', 'unless', 'ifEquals', 'unlessEquals']);
const ROLES = new Set(['system', 'user', 'model']);

/**
 * Reads the Handlebars of a prompt's body: which variables it uses and what is wrong with it. Only what prompts need is allowed
 * (`{{name}}`, `{{#if name}}`, `{{#ifEquals name "x"}}` and their opposites, `{{else}}`, `{{role "user"}}`, comments), since
 * Handlebars itself reports a fault at the first rendering and an unknown name never.
 */
export function readTemplate(template: string): { variables: { name: string; line: number }[]; faults: TemplateFault[] } {
  const variables: { name: string; line: number }[] = [];
  const faults: TemplateFault[] = [];
  const open: { block: string; line: number }[] = [];
  const lineAt = (index: number): number => template.slice(0, index).split('\n').length;
  const tags = /\{\{(!--[\s\S]*?--|[^{}]*)\}\}/g;
  for (const match of template.matchAll(tags)) {
    const line = lineAt(match.index);
    const inner = (match[1] ?? '').trim();
    if (inner.startsWith('!')) continue;
    const opened = /^#(\w+)\s+(\w+)(?:\s+"[^"]*")?$/.exec(inner);
    const closed = /^\/(\w+)$/.exec(inner);
    const role = /^role\s+"(\w+)"$/.exec(inner);
    if (opened) {
      const [, block = '', name = ''] = opened;
      if (!BLOCKS.has(block)) faults.push({ line, reason: `{{#${block}}} is not known here` });
      if (block.endsWith('Equals') !== inner.includes('"')) faults.push({ line, reason: `{{${inner}}}: only ifEquals and unlessEquals compare, and they must` });
      open.push({ block, line });
      variables.push({ name, line });
    } else if (closed) {
      if (open.pop()?.block !== closed[1]) faults.push({ line, reason: `{{/${closed[1]}}} closes what was not opened` });
    } else if (role) {
      if (!ROLES.has(role[1] ?? '')) faults.push({ line, reason: `there is no role "${role[1]}"` });
    } else if (inner === 'else') {
      if (open.length === 0) faults.push({ line, reason: '{{else}} stands outside of a block' });
    } else if (/^\w+$/.test(inner)) variables.push({ name: inner, line });
    else faults.push({ line, reason: `{{${inner}}} cannot be read` });
  }
  const stray = /\{\{|\}\}/.exec(template.replace(tags, (tag) => tag.replace(/[{}]/g, ' ')));
  if (stray) faults.push({ line: lineAt(stray.index), reason: `${stray[0]} without its other half` });
  for (const { block, line } of open) faults.push({ line, reason: `{{#${block}}} is never closed` });
  return { variables, faults };
}
