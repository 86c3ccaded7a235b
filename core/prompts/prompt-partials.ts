import type { FoundFile } from './prompt-folder.ts';
import type { PartialNeed, PartialSource } from './prompt-file.ts';
import { estimateTokens } from './tokens.ts';

/** A partial with everything it takes in, itself included. */
export interface WholePartial {
  words: ReadonlyMap<string, string>;
  /** Variables that it needs, with the partial that uses them. */
  needs: readonly PartialNeed[];
  /** Estimated; what is taken in twice counts twice. */
  tokens: number;
}
type Fault = { line: number; reason: string };
interface Known { file: FoundFile; source: PartialSource | undefined; fault: Fault | undefined; whole: WholePartial | undefined }

/** The partials of both folders, as they take each other in. */
export class PromptPartials {
  readonly #known = new Map<string, Known>();
  /** Partials that were there since the start and are not now. */
  readonly #gone: ReadonlySet<string>;

  /** `files` holds each name once. */
  constructor(files: readonly FoundFile[], gone: ReadonlySet<string>) {
    this.#gone = gone;
    for (const file of files) {
      const { content } = file;
      if (content.kind !== 'partial') continue;
      const { read } = content;
      this.#known.set(content.name, { file, source: read.ok ? read.partial : undefined, fault: read.ok ? undefined : read, whole: undefined });
    }
    for (const [name, { source, fault }] of this.#known) if (source && !fault) this.#findCircle(name);
    for (const name of this.#known.keys()) this.#complete(name);
  }

  /** Partials that cannot be used as they are now. */
  faults(): { file: FoundFile; name: string; fault: Fault }[] {
    return [...this.#known].flatMap(([name, { file, fault }]) => (fault ? [{ file, name, fault }] : []));
  }
  names(): string[] { return [...this.#known.keys()].filter((name) => this.#known.get(name)?.whole); }
  whole(name: string): WholePartial | undefined { return this.#known.get(name)?.whole; }
  fileOf(name: string): FoundFile | undefined { return this.#known.get(name)?.file; }

  /** Why one of these cannot be taken in, with the line of the first; the app's files take in only what comes with the app. */
  faultIn(partials: PartialSource['partials'], origin: FoundFile['origin']): Fault | undefined {
    for (const { name, line } of partials) {
      const known = this.#known.get(name);
      if (!known) return { line, reason: this.#gone.has(name) ? `the partial ${name} was removed` : `there is no partial ${name}` };
      if (origin === 'app' && known.file.origin === 'own') return { line, reason: `the partial ${name} does not come with the app` };
      if (known.fault) return { line, reason: `the partial ${name} cannot be used as it is: see ${known.file.label}` };
    }
    return undefined;
  }

  /** Marks a partial that takes itself in, by whatever way round. */
  #findCircle(name: string): void {
    const start = this.#known.get(name);
    for (const first of start?.source?.partials ?? []) {
      const way = this.#wayBack(first.name, name, new Set());
      if (way && start) start.fault ??= { line: first.line, reason: `it takes itself in: ${[name, ...way].join(' → ')}` };
    }
  }

  #wayBack(from: string, to: string, seen: Set<string>): string[] | undefined {
    if (from === to) return [to];
    if (seen.has(from)) return undefined;
    seen.add(from);
    for (const next of this.#known.get(from)?.source?.partials ?? []) {
      const way = this.#wayBack(next.name, to, seen);
      if (way) return [from, ...way];
    }
    return undefined;
  }

  #complete(name: string): WholePartial | undefined {
    const known = this.#known.get(name);
    if (!known?.source || known.fault || known.whole) return known?.whole;
    const { file, source } = known;
    const inner = source.partials.map((partial) => this.#complete(partial.name));
    known.fault = this.faultIn(source.partials, file.origin);
    if (known.fault) return undefined;
    const words = new Map([[name, source.text], ...inner.flatMap((one) => [...one?.words ?? []])]);
    const needs = new Map([...source.variables.map((variable) => ({ ...variable, partial: name })), ...inner.flatMap((one) => one?.needs ?? [])].map((need) => [JSON.stringify([need.name, need.equals]), need]));
    known.whole = { words, needs: [...needs.values()], tokens: estimateTokens([source]) + inner.reduce((sum, one) => sum + (one?.tokens ?? 0), 0) };
    return known.whole;
  }
}
