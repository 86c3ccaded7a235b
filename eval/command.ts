import { parseOptions } from './options.ts';
import { writeReport } from './report-file.ts';
import { runEval } from './run-eval.ts';
import { closingLines, providerLines } from './terminal-table.ts';
import { Unusable } from './unusable.ts';

/** Where lines go: results to the first, what cannot be used to the second. */
export interface Output { say(line: string): void; complain(line: string): void }

/** The whole command. @returns 0 when enough cases passed, 1 when not, 2 when options or files cannot be used */
export async function evalCommand(argv: readonly string[], { say, complain }: Output): Promise<0 | 1 | 2> {
  try {
    const options = parseOptions(argv);
    const results = await runEval(options, (provider) => { for (const line of providerLines(provider)) say(line); });
    for (const line of closingLines(results)) say(line);
    if (options.report !== undefined) say(`written: ${writeReport(options.report, results, new Date().toISOString()).join(', ')}`);
    return results.enough ? 0 : 1;
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    for (const line of error.lines) complain(line);
    return 2;
  }
}
