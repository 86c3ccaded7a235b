/** Options or files the evaluation cannot go on with; every line names what to mend, a file with its line. */
export class Unusable extends Error {
  override readonly name = 'Unusable';
  readonly lines: readonly string[];
  constructor(...lines: string[]) { super(lines.join('\n')); this.lines = lines; }
}
