import { Visitor, type Program } from 'oxc-parser';

type Node = { type: string; start: number } & Record<string, unknown>;

const MESSAGE_ROLES = new Set(['system', 'developer', 'user', 'assistant', 'model']);
const TEXT_FIELDS = ['text', 'content'];
/** What hardly anybody writes but to a model. */
const TO_A_MODEL = /\b(you are (an?|the)|your (task|job|role) is|(respond|reply|answer) (only |briefly )?(with|in|as)|(output|return|write|give|produce) only|do not (invent|mention|explain|quote|repeat)|as an? (ai|assistant|interviewer)|step by step|the (following|user'?s?|candidate'?s?) (text|message|answer|question|input|transcript)|based on the (text|context|passages?)|json object)\b/i;
const MESSAGE_WORDS = 2;
const SENTENCE_WORDS = 5;

/**
 * Offsets of texts in code that are meant for a model: words in the `text` or `content` of a message (also through a constant of the same
 * file), and sentences that read like an instruction to one. Words for models belong into prompt files.
 */
export function promptTextsIn(program: Program): number[] {
  const found = new Set<number>();
  const constants = new Map<string, Node>();
  new Visitor({
    VariableDeclarator({ id, init }) {
      if (id.type === 'Identifier' && init) constants.set(id.name, init as unknown as Node);
    },
  }).visit(program);
  new Visitor({
    ObjectExpression({ properties }) {
      const field = (name: string): Node | undefined => {
        const property = properties.find((one) => one.type === 'Property' && (('name' in one.key && one.key.name === name) || ('value' in one.key && one.key.value === name)));
        return property?.type === 'Property' ? (property.value as unknown as Node) : undefined;
      };
      const role = field('role');
      if (role?.type !== 'Literal' || !MESSAGE_ROLES.has(String(role['value']))) return;
      for (const name of TEXT_FIELDS) for (const { words, start } of textsOf(field(name), constants)) if (words >= MESSAGE_WORDS) found.add(start);
    },
    Literal({ value, start }) {
      if (typeof value === 'string' && reads(value)) found.add(start);
    },
    TemplateLiteral({ quasis, start }) {
      if (reads(quasis.map(({ value }) => value.raw).join(' … '))) found.add(start);
    },
  }).visit(program);
  return [...found];
}

const countWords = (text: string): number => text.match(/\p{L}{2,}/gu)?.length ?? 0;
const reads = (text: string): boolean => countWords(text) >= SENTENCE_WORDS && TO_A_MODEL.test(text);

/** Literals an expression is made of: strings, templates, sums, lists and calls on them, parts of messages, constants of this file. */
function textsOf(node: Node | undefined, constants: ReadonlyMap<string, Node>, depth = 0): { words: number; start: number }[] {
  if (!node || depth > 6) return [];
  const inner = (...values: unknown[]): { words: number; start: number }[] => values.flat().flatMap((value) => textsOf(value as Node | undefined, constants, depth + 1));
  switch (node.type) {
    case 'Literal': return typeof node['value'] === 'string' ? [{ words: countWords(node['value']), start: node.start }] : [];
    case 'TemplateLiteral': return [{ words: (node['quasis'] as { value: { raw: string } }[]).reduce((sum, { value }) => sum + countWords(value.raw), 0), start: node.start }, ...inner(node['expressions'])];
    case 'BinaryExpression': case 'LogicalExpression': return inner(node['left'], node['right']);
    case 'ConditionalExpression': return inner(node['consequent'], node['alternate']);
    case 'ArrayExpression': return inner(node['elements']);
    case 'ObjectExpression': return inner((node['properties'] as Node[]).filter((one) => one.type === 'Property' && TEXT_FIELDS.includes(String((one['key'] as Node)['name']))).map((one) => one['value']));
    case 'CallExpression': return inner((node['callee'] as Node)['object']);
    case 'Identifier': return inner(constants.get(String(node['name'])));
    default: return [];
  }
}
