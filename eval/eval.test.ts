import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../testing/engine.ts';
import { startFaultServer, type AskedRequest, type FaultServer } from '../testing/fault-server/fault-server.ts';
import { evalCommand } from './command.ts';
import { parseOptions } from './options.ts';
import { runEval } from './run-eval.ts';
import { allCases, reasons } from './terminal-table.ts';

const KEY = 'sk-a-key-of-the-tests-0001';
process.env['EVAL_TEST_KEY'] = KEY;

async function run(...argv: string[]): Promise<{ code: number; out: string; complaints: string }> {
  const [said, complained]: [string[], string[]] = [[], []];
  const code = await evalCommand(argv, { say: (line) => said.push(line), complain: (line) => complained.push(line) });
  return { code, out: said.join('\n'), complaints: complained.join('\n') };
}

describe('the cases that come with the app', () => {
  it.each(['coach', 'tiny'])('all pass with the %s, and there are at least sixty', async (provider) => {
    const results = await runEval({ ...parseOptions([]), providers: [provider] });
    const cases = results.providers.flatMap(allCases);
    expect(cases.filter(({ passed }) => !passed).map((result) => `${result.prompt} v${result.version} ${result.caseId}: ${reasons(result).join('; ')}; “${result.answer}”`)).toEqual([]);
    expect(new Set(cases.map(({ prompt, caseId }) => `${prompt} ${caseId}`)).size).toBeGreaterThanOrEqual(60);
    expect(results.enough).toBe(true);
  }, 180_000);
});

/** Two versions of a prompt in a folder of its own; what the server says depends on the words of the prompt and of the case. */
const PROMPT = (version: string, words: string): string => ['---', 'description: A greeting for the tests of the evaluation.', 'lane: interactive-deep', 'config: { temperature: 0, maxOutputTokens: 60 }', 'input:', '  schema:', '    name: string, who is greeted', `changelog: ["${version}: as it is"]`, '---', words, ''].join('\n');
const CASES = `prompt: greetings/hello
about: Greetings for the tests of the evaluation.
defaults:
  expect:
    - language: en
cases:
  - id: greets-ada
    about: Greeted by name.
    input: { name: Ada }
    expect:
      - mentions: Ada
  - id: greets-bo
    about: Greeted with a question from version 2 on.
    input: { name: Bo }
    expect:
      - asks: one
  - id: greets-cy
    about: Said too much by version 2.
    input: { name: Cy }
    expect:
      - words: { max: 6 }
      - omits: secret
  - id: greets-di
    about: Fails with both, for two reasons with the first and for one with the second.
    input: { name: Di }
    expect:
      - omits: madam
      - mentions: Diana
`;
const SAID: Readonly<Record<string, readonly [string, string]>> = {
  Ada: ['Good morning to you, Ada.', 'Hello there, Ada, and welcome.'], Bo: ['Good to see you, Bo.', 'Good to see you, Bo. How are you?'],
  Cy: ['Good to see you, Cy.', 'Good to see you, Cy, and here is the secret.'], Di: ['Good to see you, madam.', 'Good to see you, Di.'],
};

function greeting({ asked }: AskedRequest): string {
  const words = asked?.messages.map(({ text }) => text).join('\n') ?? '';
  if (words.includes('Statement:')) return JSON.stringify({ verdict: words.includes('Ada, and welcome') ? 'fails' : 'holds', quote: 'Ada' });
  const name = Object.keys(SAID).find((one) => words.includes(one)) ?? '';
  return SAID[name]?.[words.includes('Greet warmly') ? 1 : 0] ?? 'Who is it?';
}

describe('prompts of a folder, with a provider', () => {
  let server: FaultServer;
  let folder: ReturnType<typeof temporaryFolder>;
  let own: string[];
  const put = (file: string, text: string): void => { mkdirSync(join(folder.path, file, '..'), { recursive: true }); writeFileSync(join(folder.path, file), text); };

  beforeAll(async () => { server = await startFaultServer({ say: greeting }); });
  afterAll(() => server.close());
  beforeEach(async () => {
    await server.setFault(null);
    folder = temporaryFolder('role-accel-eval-test-');
    put('prompts/greetings/hello.v1.prompt', PROMPT('1', 'Greet {{name}}.'));
    put('prompts/greetings/hello.v2.prompt', PROMPT('2', 'Greet warmly: {{name}}.'));
    put('prompts/greetings/hello.cases.yaml', CASES);
    put('prompts/labels.json', JSON.stringify({ version: 1, labels: {} }));
    put('prompts/experiments.json', JSON.stringify({ version: 1, experiments: [] }));
    const connection = { id: 'cloud', kind: 'openai', name: 'Cloud', baseUrl: server.openaiUrl, model: 'interviewer-large', keyEnv: 'EVAL_TEST_KEY' };
    const spare = { ...connection, id: 'spare', name: 'Spare' };
    put('providers.json', JSON.stringify({ version: 1, providers: [connection, spare] }));
    own = ['--prompts', join(folder.path, 'prompts'), '--providers', join(folder.path, 'providers.json'), '--provider', 'cloud'];
  });
  afterEach(() => folder.dispose());

  it('compared in two versions show exactly the cases that changed, with both answers', async () => {
    const results = await runEval(parseOptions([...own, '--prompt', 'greetings/hello', '--compare', '1', '2']));
    const [{ comparison, passed, failed } = { comparison: undefined, passed: 0, failed: 0 }] = results.providers;
    expect(comparison?.changed.map(({ caseId, before, after }) => [caseId, before.passed, after.passed])).toEqual([['greets-bo', false, true], ['greets-cy', true, false], ['greets-di', false, false]]);
    expect(comparison?.same.map(({ caseId }) => caseId)).toEqual(['greets-ada']);
    expect([comparison?.better, comparison?.worse, passed, failed]).toEqual([1, 1, 2, 2]);

    const { code, out } = await run(...own, '--prompt', 'greetings/hello', '--compare', '1', '2');
    expect(code).toBe(1);
    expect(out).toContain('v1 and v2, 3 of 4 cases changed (1 better, 1 worse)');
    expect(out).toContain('v1 “Good to see you, Bo.”');
    expect(out).toContain('v2 “Good to see you, Bo. How are you?”');
    expect(out).toContain('v2 words: 10 words; at most 6 expected');
    expect(out).not.toContain('Ada, and welcome');
    expect(out.indexOf('greets-di')).toBeLessThan(out.indexOf('greets-ada'));
    const back = await run(...own, '--prompt', 'greetings/hello', '--compare', '2', '1', '--threshold', '0.5');
    expect([back.code, back.out.includes('4 cases with version 1, 2 passed, 2 failed')]).toEqual([0, true]);
  });

  it('pass or not by the share of their cases', async () => {
    const share = async (threshold: string): Promise<number> => (await run(...own, '--version', '1', '--threshold', threshold)).code;
    expect([await share('0.5'), await share('0.51'), await share('0')]).toEqual([0, 1, 0]);
    const { code, out } = await run(...own, '--version', '1');
    expect(code).toBe(1);
    expect(out).toContain('4 cases, 2 passed, 2 failed; fewer than 90 % passed');
    expect(out).toContain('asks: it asks nothing');
    expect((await run(...own, '--version', '1', '--case', 'greets-ada', '--case', 'greets-cy')).code).toBe(0);
  });

  it('are tried in production and with every label, and with no other version', async () => {
    put('prompts/greetings/hello.v3.prompt', PROMPT('3', 'Greet {{name}} again.'));
    put('prompts/labels.json', JSON.stringify({ version: 1, labels: { 'greetings/hello': { production: '2', candidate: '3' } } }));
    const { out } = await run(...own, '--case', 'greets-ada');
    expect(out.match(/greetings\/hello v.*/g)).toEqual(['greetings/hello v2 (production)', 'greetings/hello v3 (candidate)']);
    expect(out).toContain('2 cases, 2 passed, 0 failed');
  });

  it('are never answered by anybody else: a provider that fails, fails its cases', async () => {
    // The other connection leads to the same server, and would be answered.
    await server.setFault('500', { times: 1, only: ({ asked }) => asked?.messages.some(({ text }) => text.includes('Bo')) === true });
    const before = server.requests.length;
    const { code, out } = await run(...own, '--version', '2', '--case', 'greets-bo', '--case', 'greets-ada');
    expect(code).toBe(1);
    expect(out).toContain('2 cases, 1 passed, 1 failed');
    expect(out).toMatch(/Cloud · interviewer-large did not answer: the provider had an internal error \(status 500\)/);
    expect(server.requests.slice(before).filter(({ asked }) => asked?.messages.some(({ text }) => text.includes('Bo'))).length).toBe(1);
  });

  it('wait for a provider that is asked too often, as long as it says, and are all answered', async () => {
    await server.setFault('429-retry-after', { times: 3, retryAfter: '1' });
    const { out } = await run(...own, '--version', '2');
    expect(out).not.toContain('did not answer');
    expect(out).not.toContain('not judged');
  });

  it('have a verdict each: what one of them meets, however often, is not told of another', async () => {
    put('prompts/greetings/hello.cases.yaml', CASES + Array.from({ length: 12 }, (_, number) => `  - { id: more-${number}, about: One more case., input: { name: Bo } }\n`).join(''));
    await server.setFault('500', { only: ({ asked }) => asked?.messages.some(({ text }) => text.includes('Bo')) === true });
    const { out } = await run(...own, '--version', '2');
    expect(out.match(/did not answer: .*/g)).toEqual(Array.from({ length: 13 }, () => 'did not answer: the provider had an internal error (status 500)'));
    expect(out).toMatch(/greets-ada +passed/);
  });

  it('are judged by the judge that is named, and not judged without one', async () => {
    put('prompts/eval/judge.v1.prompt', ['---', 'description: Judges, for the tests of the evaluation.', 'lane: background', 'config: { temperature: 0, maxOutputTokens: 60 }', 'input:', '  schema:', '    statement: string, what should hold', '    answer: string, what was said', 'output:', '  format: json', '  schema:', '    verdict(enum, whether it holds): [holds, fails, unclear]', '    quote: string, what shows it', 'changelog: ["1: first version"]', '---', 'Statement: {{statement}}', 'Answer: {{answer}}', ''].join('\n'));
    put('prompts/greetings/hello.cases.yaml', CASES.replace('      - mentions: Ada\n', '      - judge: The greeting is a plain one.\n'));
    const judged = async (...more: string[]): Promise<string> => (await run(...own, '--case', 'greets-ada', ...more)).out;
    expect(await judged('--version', '1', '--judge', 'spare')).toContain('1 case, 1 passed, 0 failed\n');
    expect(await judged('--version', '2', '--judge', 'spare')).toContain('judge: it does not hold that “The greeting is a plain one.”, for “Ada”');
    expect(await judged('--version', '2')).toContain('1 expectation not judged (cloud: no judge is connected)');
  });

  it('leave a report that can be read and holds no key', async () => {
    const file = join(folder.path, 'out/report.md');
    const { code, out } = await run(...own, '--version', '1', '--report', file);
    expect([code, out.includes(file)]).toEqual([1, true]);
    const [markdown, json] = [readFileSync(file, 'utf8'), readFileSync(file.replace('.md', '.json'), 'utf8')];
    expect(markdown).toContain('4 cases, 2 passed, 2 failed');
    expect(markdown).toContain('**greets-bo** (v1, failed): Greeted with a question from version 2 on.');
    expect(markdown).toContain('> Good to see you, Bo.');
    expect(JSON.parse(json)).toMatchObject({ enough: false, providers: [{ provider: 'cloud', passed: 2, prompts: [{ prompt: 'greetings/hello', version: '1', cases: [{ caseId: 'greets-ada', passed: true, answer: 'Good morning to you, Ada.' }, {}, {}, {}] }] }] });
    for (const text of [markdown, json, out]) expect(text).not.toMatch(new RegExp(`${KEY}|127\\.0\\.0\\.1`));
    expect(server.requests.at(-1)?.headers['authorization']).toBe('[key]');
  });

  it.each([
    ['a case file with a mistake', () => put('prompts/greetings/hello.cases.yaml', CASES.replace('mentions: Ada', 'mention: Ada')), [], /hello\.cases\.yaml:11: .*mention/],
    ['a prompt with a mistake', () => put('prompts/greetings/hello.v2.prompt', PROMPT('2', 'Greet {{nmae}}.')), [], /hello\.v2\.prompt:10: .*nmae/],
    ['a label without its version', () => put('prompts/labels.json', '{ "version": 1,\n "labels": { "greetings/hello": { "candidate": "9" } } }'), [], /labels\.json:2: /],
    ['a providers file with a mistake', () => put('providers.json', '{ "version": 1,\n "providers": [{ "id": "cloud" }] }'), [], /providers\.json:2: /],
    ['a provider that is not there', () => {}, ['--provider', 'clod'], /there is no provider "clod"; there are: coach, tiny, cloud, spare/],
    ['a prompt that is not there', () => {}, ['--prompt', 'greetings/helo'], /there is no prompt greetings\/helo/],
    ['a version that is not there', () => {}, ['--version', '7'], /there is no version 7/],
    ['a case that is not there', () => {}, ['--case', 'greets-eve'], /there is no case greets-eve/],
    ['half a comparison', () => {}, ['--prompt', 'greetings/hello', '--compare', '1'], /two versions/],
    ['a threshold that is none', () => {}, ['--threshold', '90'], /--threshold/],
    ['an unknown option', () => {}, ['--promt', 'x'], /promt[\s\S]*npm run eval/],
    ['a judge without its prompt', () => {}, ['--judge', 'spare'], /no prompt eval\/judge/],
  ])('with %s are not run at all', async (_, prepare, argv, complaint) => {
    prepare();
    const before = server.requests.length;
    const report = join(folder.path, 'report.md');
    const { code, complaints } = await run(...own, ...argv, '--report', report);
    expect(code).toBe(2);
    expect(complaints).toMatch(complaint);
    expect(server.requests.length).toBe(before);
    expect(existsSync(report)).toBe(false);
  });

  it('that cannot be rendered or do not fit fail, and say so', async () => {
    put('prompts/greetings/hello.cases.yaml', `${CASES}  - id: wrong-input
    about: An input that the prompt does not have.
    input: { name: Ada, nmae: Ada }
  - id: far-too-long
    about: More than the lane has room for.
    input: { name: ${'word '.repeat(9000).trim()} }
`);
    const { code, out } = await run(...own, '--version', '1', '--case', 'wrong-input', '--case', 'far-too-long');
    expect(code).toBe(1);
    expect(out).toMatch(/wrong-input.*\n.*cannot be rendered: .*nmae/);
    expect(out).toMatch(/far-too-long.*\n.*do not fit the 8192 of interactive-deep/);
  });
});
