/** What one step of the test run came to. */
export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** Failures that no test stands for, such as a file that did not load. */
  readonly faults: readonly string[];
  /** Tests that were not run, each with its reason when it has one. */
  readonly notRun: readonly string[];
}

export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message?: string;
    readonly assertionResults: readonly { readonly status: string; readonly fullName: string }[];
  }[];
}

/**
 * Counts Vitest's JSON report. A file that does not load or whose set-up fails has no failed tests in it, yet failed;
 * and a run that ends badly without naming a failure is one.
 */
export function countVitest(report: VitestReport | undefined, exitCode: number): Counts {
  if (!report) return { passed: 0, failed: 1, faults: [`Vitest ended with ${exitCode} and wrote no results`], notRun: [] };
  const faults = report.testResults
    .filter(({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'))
    .map(({ name, message }) => `${name} did not load or its set-up failed${message ? `: ${message}` : ''}`);
  const notRun = report.testResults.flatMap(({ assertionResults }) => assertionResults.filter(({ status }) => status !== 'passed' && status !== 'failed').map(({ fullName }) => fullName));
  return withExitCode({ passed: report.numPassedTests, failed: report.numFailedTests + faults.length, faults, notRun }, exitCode, 'Vitest');
}

interface PlaywrightSuite {
  readonly title: string;
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs?: readonly { readonly title: string; readonly tests: readonly { readonly status: string; readonly annotations: readonly { readonly type: string; readonly description?: string }[] }[] }[];
}

export interface PlaywrightReport {
  readonly stats: { readonly expected: number; readonly unexpected: number; readonly flaky: number; readonly skipped: number };
  readonly errors?: readonly { readonly message?: string }[];
  readonly suites: readonly PlaywrightSuite[];
}

/** Counts Playwright's JSON report; errors outside of any test count as failures. */
export function countPlaywright(report: PlaywrightReport | undefined, exitCode: number): Counts {
  if (!report) return { passed: 0, failed: 1, faults: [`Playwright ended with ${exitCode} and wrote no results`], notRun: [] };
  const { expected, flaky, unexpected } = report.stats;
  const faults = (report.errors ?? []).map(({ message }) => message ?? 'an error outside of any test');
  return withExitCode({ passed: expected + flaky, failed: unexpected + faults.length, faults, notRun: report.suites.flatMap(skippedIn) }, exitCode, 'Playwright');
}

function skippedIn({ suites = [], specs = [] }: PlaywrightSuite): string[] {
  const own = specs.flatMap(({ title, tests }) => tests.filter(({ status }) => status === 'skipped').map(({ annotations }) => {
    const reason = annotations.find(({ type, description }) => (type === 'skip' || type === 'fixme') && description)?.description;
    return reason ? `${title} (${reason})` : title;
  }));
  return [...own, ...suites.flatMap(skippedIn)];
}

function withExitCode(counts: Counts, exitCode: number, runner: string): Counts {
  if (exitCode === 0 || counts.failed > 0) return counts;
  return { ...counts, failed: 1, faults: [...counts.faults, `${runner} ended with ${exitCode} though no test failed`] };
}
