// npm run bench [-- name...] [-- its options]: prints distributions and ratios of one run. Without a name, all of them.
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';

/** One benchmark a file, each exporting `run(argv)`. */
const BENCHES = ['turns', 'grading', 'inference', 'memory', 'prompts', 'bundle', 'startup', 'footprint', 'session'];

const names = process.argv.slice(2).filter((argument, index, all) => !argument.startsWith('-') && all.slice(0, index).every((before) => !before.startsWith('-')));
const options = process.argv.slice(2 + names.length).filter((argument) => argument !== '--');
const unknown = names.filter((name) => !BENCHES.includes(name));
if (unknown.length > 0) {
  console.error(`There is no benchmark "${unknown.join('", "')}". There are: ${BENCHES.join(', ')}.`);
  process.exit(2);
}
for (const name of names.length > 0 ? names : BENCHES) {
  console.log(`\n## ${name}`);
  const bench = (await import(pathToFileURL(join(import.meta.dirname, `${name}.ts`)).href)) as { run(argv: string[]): Promise<void> };
  try {
    await bench.run(options);
  } catch (error) {
    console.error(`${name}: ${(error as Error).message}`);
    process.exitCode = 1;
  }
}
