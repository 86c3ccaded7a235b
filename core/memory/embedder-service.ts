import { z } from 'zod';
import { EngineError } from '../contract/errors.ts';
import type { MemoryStatus } from '../contract/memory.ts';
import type { JobQueue } from '../jobs/index.ts';
import { isoFrom, type Clock } from '../sources.ts';
import { createEmbedJob, createFillJob, embeddedText, embedInSlices, type AnsweringHere, type EmbedJob } from './embed-jobs.ts';
import type { BuiltInEmbedder, Passage } from './memory.ts';
import type { MemoryRepository } from './memory-repository.ts';
import type { ModelEmbedder } from './model-embedder.ts';
import type { VectorIndex } from './vector-index.ts';

export interface EmbedderServiceParts {
  repository: MemoryRepository; vectors: VectorIndex; builtIn: BuiltInEmbedder;
  /** The model embedders that there are now, whether they answer or not. */
  models: () => readonly ModelEmbedder[];
  queue: JobQueue; clock: Clock; answering?: AnsweringHere | undefined;
  /** Told when another embedder is in use, or its vectors are being made or no longer are. */
  changed: () => void;
  onFault: (error: unknown) => void;
}

/** What a query is compared with. */
export interface QueryVector { set: number; query: Float32Array; weight: number; name: string }
type EmbedderView = MemoryStatus['embedders'][number];

/** How long a model may take for the vector of a query before the built-in ones are used, and how long it is then left alone. */
const QUERY_MS = 1_000;
const REST_MS = 30_000;

const SETTING = 'memory.embedder';
const choiceSchema = z.object({
  /** The model whose vectors search compares with; null for the built-in ones. */
  inUse: z.string().nullable(),
  /** The one that takes over when its vectors are whole. */
  building: z.object({ embedderId: z.string(), name: z.string(), jobId: z.string() }).nullable(),
});
type Choice = z.infer<typeof choiceSchema>;
const BUILT_IN: Choice = { inUse: null, building: null };

/**
 * Which vectors there are and which of them search compares with. The built-in ones are made at once and are always there; a model's are
 * made in the background, and take over when they are whole.
 */
export class EmbedderService {
  readonly #parts: EmbedderServiceParts;
  readonly #fill: EmbedJob;
  readonly #embed: EmbedJob;
  #builtInSet: number | undefined;
  #restUntil = 0;
  /** Those of the wanted models that answered when it was last looked. */
  #answered = new Set<string>();

  constructor(parts: EmbedderServiceParts) {
    this.#parts = parts;
    const { repository, vectors, builtIn, models, answering } = parts;
    this.#fill = createFillJob({ vectors, builtIn, setOf: () => this.#builtInSet, filled: (jobId) => this.#filled(jobId) });
    this.#embed = createEmbedJob({
      repository, vectors, answering, embedder: (id) => models().find((model) => model.id === id), wanted: (id) => this.#wanted().includes(id),
      embedded: (id, jobId) => this.#embedded(id, jobId), stopped: () => this.jobsChanged(),
    });
  }

  get jobs(): readonly EmbedJob[] { return [this.#fill, this.#embed]; }

  /**
   * Opens what there is and goes on with what was left unfinished: at the start, and after the data was replaced. A disk that refuses is told,
   * and search goes on with the vectors there are.
   */
  open(): void {
    const { repository, builtIn, vectors, onFault } = this.#parts;
    this.#restUntil = 0;
    try { repository.write(() => this.#open()); } catch (error) {
      this.#builtInSet = vectors.unavailable === null ? repository.set(builtIn.id)?.id : undefined;
      onFault(error);
    }
  }

  #open(): void {
    const { repository, vectors, builtIn, queue } = this.#parts;
    this.#builtInSet = undefined;
    vectors.purge();
    if (vectors.unavailable !== null) return;
    const set = vectors.open(builtIn.id, builtIn.name, builtIn.dimensions);
    this.#builtInSet = set;
    if (vectors.countMissing(set) > 0) queue.add(this.#fill, { embedderId: builtIn.id }, { key: builtIn.id });
    else vectors.setReady(set);
    this.#withdrawCancelled();
    const { inUse, building } = this.#choice();
    if (building) this.#build(building.embedderId, building.name);
    const used = inUse === null ? undefined : repository.set(inUse);
    if (used && vectors.countMissing(used.id) > 0) this.#queueEmbed(used.embedderId);
    this.#dropStrays();
  }

  /** Built-in vectors of a long text's passages, made ahead of the transaction that keeps them; none where no vectors are kept. */
  async vectorsOf(passages: readonly Passage[]): Promise<Map<Passage, Float32Array>> {
    const made = new Map<Passage, Float32Array>();
    if (this.#builtInSet === undefined) return made;
    for await (const slice of embedInSlices(this.#parts.builtIn, passages)) for (const { passage, vector } of slice) made.set(passage, vector);
    return made;
  }

  /** Keeps the built-in vectors of new passages, in the caller's transaction; a model's are made later. */
  indexNow(passages: readonly { chunk: number; passage: Passage; vector?: Float32Array | undefined }[]): void {
    const { vectors, builtIn } = this.#parts;
    if (passages.length === 0 || this.#builtInSet === undefined) return;
    vectors.put(this.#builtInSet, passages.map(({ chunk, passage, vector }) => ({ chunk, vector: vector ?? builtIn.embedNow(embeddedText(passage)) })));
    const { inUse } = this.#choice();
    if (inUse !== null) this.#queueEmbed(inUse);
  }

  /** Takes away the vectors of passages that are gone; to be called in the transaction that deletes them. */
  purge(): number { return this.#parts.vectors.purge(); }

  /** Why no vectors are searched; null when they are. */
  get keywordOnly(): string | null { return this.#parts.vectors.unavailable; }

  /** The query as a vector of the embedder in use, or of the built-in one when that does not answer in time. Undefined when no vectors can be searched. */
  async query(text: string, signal?: AbortSignal): Promise<QueryVector | undefined> {
    const { clock } = this.#parts;
    if (this.#builtInSet === undefined) return undefined;
    const model = this.#modelInUse();
    if (model && clock.now() >= this.#restUntil) {
      try {
        const query = await withinTime(model, text, signal);
        // Its vectors may have been dropped, or made anew with another length, while the model was busy.
        const set = this.#parts.repository.set(model.id);
        if (set?.state === 'ready' && set.dimensions === query.length) return { set: set.id, query, weight: model.weight, name: model.name };
      } catch {
        signal?.throwIfAborted();
        this.#restUntil = clock.now() + REST_MS;
      }
    }
    return this.builtInQuery(text);
  }

  builtInQuery(text: string): QueryVector | undefined {
    const { builtIn } = this.#parts;
    return this.#builtInSet === undefined ? undefined : { set: this.#builtInSet, query: builtIn.embedNow(text), weight: builtIn.weight, name: builtIn.name };
  }

  /**
   * Begins to make another embedder's vectors, or goes back to the built-in ones at once.
   * @throws EngineError EMBEDDER_NOT_FOUND, STORAGE_*
   */
  choose(embedderId: string): void {
    const { repository, builtIn, changed, vectors } = this.#parts;
    const model = this.#parts.models().find(({ id }) => id === embedderId);
    if (embedderId !== builtIn.id && (!model?.ready() || vectors.unavailable !== null)) throw new EngineError('EMBEDDER_NOT_FOUND', { embedderId });
    repository.write(() => {
      const { inUse, building } = this.#choice();
      if (building?.embedderId === embedderId) return;
      if (building) this.#parts.queue.cancel(building.jobId);
      this.#save(model ? { inUse, building: null } : BUILT_IN);
      if (model && model.id !== inUse) this.#build(model.id, model.name);
      this.#dropStrays();
    });
    this.#restUntil = 0;
    changed();
  }

  /** To be told when jobs changed: one that was cancelled takes the choice back. Also looked for whenever the choice matters. */
  jobsChanged(): void {
    if (this.#cancelled()) this.#parts.repository.write(() => { this.#withdrawCancelled(); this.#dropStrays(); });
  }

  /**
   * To be told when models changed. The attempts of a job may have run out while its model was away: one that is back is asked again for
   * what is missing. @throws EngineError STORAGE_*
   */
  modelsChanged(): void {
    const { models, queue, repository, vectors } = this.#parts;
    const wanted = this.#wanted();
    const answer = new Set(models().flatMap((model) => (wanted.includes(model.id) && model.ready() ? [model.id] : [])));
    const back = [...answer].filter((id) => !this.#answered.has(id));
    this.#answered = answer;
    if (back.length === 0 || vectors.unavailable !== null) return;
    this.#restUntil = 0;
    const { inUse, building } = this.#choice();
    if (building && back.includes(building.embedderId)) queue.retry(building.jobId);
    const used = inUse !== null && back.includes(inUse) ? repository.set(inUse) : undefined;
    if (used && vectors.countMissing(used.id) > 0) this.#queueEmbed(used.embedderId);
    this.#parts.changed();
  }

  /** The model elsewhere that is sent what is remembered and searched for: the one in use, or the one that is to be. */
  comparingAway(): { embedderId: string; name: string } | undefined {
    const wanted = this.#wanted();
    const away = this.#parts.models().filter(({ id, place }) => place === 'away' && wanted.includes(id)).toSorted((a, b) => wanted.indexOf(a.id) - wanted.indexOf(b.id))[0];
    return away && { embedderId: away.id, name: away.name };
  }

  /** What can be chosen, and what is used now. */
  views(): { embedders: EmbedderView[]; building: MemoryStatus['building'] } {
    this.jobsChanged();
    const { builtIn, vectors, models, repository } = this.#parts;
    const { inUse, building } = this.#choice();
    const sets = vectors.sets();
    const stateOf = (id: string, ready: boolean): EmbedderView['state'] => (id === building?.embedderId ? 'building' : !ready && id === inUse ? 'away' : id === inUse ? 'in-use' : 'available');
    const shown = models().filter((model) => model.ready() || model.id === inUse || model.id === building?.embedderId);
    const lost = this.#wanted().filter((id) => !shown.some((model) => model.id === id));
    const missing = this.#builtInSet === undefined ? 0 : vectors.countMissing(this.#builtInSet);
    const chunks = repository.allChunks();
    const used = inUse === null ? undefined : sets.find((set) => set.embedderId === inUse);
    const owed = used ? vectors.countMissing(used.id) : 0;
    return {
      embedders: [
        { embedderId: builtIn.id, name: builtIn.name, place: 'here', dimensions: builtIn.dimensions, state: vectors.unavailable !== null ? 'away' : this.#modelInUse() ? 'available' : 'in-use', says: vectors.unavailable ?? SAYS.builtIn },
        ...shown.map((model): EmbedderView => ({
          embedderId: model.id, name: model.name, place: model.place, dimensions: sets.find((set) => set.embedderId === model.id)?.dimensions ?? null, state: stateOf(model.id, model.ready()),
          says: model.ready() ? SAYS[model.place] : SAYS.silent,
        })),
        ...lost.map((id): EmbedderView => ({
          embedderId: id, name: sets.find((set) => set.embedderId === id)?.name ?? building?.name ?? id, place: 'here', dimensions: sets.find((set) => set.embedderId === id)?.dimensions ?? null, state: 'away', says: SAYS.lost,
        })),
      ],
      building: building ? { embedder: building.name, done: Math.min(chunks, sets.find((set) => set.embedderId === building.embedderId)?.vectors ?? 0), of: chunks }
        : used && owed > 0 ? { embedder: used.name, done: chunks - owed, of: chunks }
        : missing > 0 && inUse === null ? { embedder: builtIn.name, done: chunks - missing, of: chunks } : null,
    };
  }

  /** The model in use, if it would answer now and its vectors are there. */
  #modelInUse(): ModelEmbedder | undefined {
    const { inUse } = this.#choice();
    const model = inUse === null ? undefined : this.#parts.models().find(({ id }) => id === inUse);
    return model?.ready() && this.#parts.repository.set(model.id)?.state === 'ready' ? model : undefined;
  }

  /** In the transaction that ends the job: the built-in vectors are whole, and those of an older version are not needed any more. */
  #filled(jobId: string): void {
    const { vectors, builtIn, queue, changed } = this.#parts;
    if (this.#builtInSet === undefined) return;
    vectors.setReady(this.#builtInSet);
    changed();
    if (vectors.countMissing(this.#builtInSet) > 0) queue.add(this.#fill, { embedderId: builtIn.id }, { key: `${builtIn.id} after ${jobId}` });
  }

  /** In the transaction that ends the job: the model's vectors are whole and are used from now on. */
  #embedded(embedderId: string, jobId: string): void {
    const { vectors, queue, changed } = this.#parts;
    const set = this.#parts.repository.set(embedderId);
    if (!set) return;
    vectors.setReady(set.id);
    if (this.#choice().building?.embedderId === embedderId) {
      this.#save({ inUse: embedderId, building: null });
      this.#dropStrays();
    }
    changed();
    // Remembered since the last batch: this job still counts as running, so its own key is taken.
    if (vectors.countMissing(set.id) > 0) queue.add(this.#embed, { embedderId }, { key: `${embedderId} after ${jobId}` });
  }

  #build(embedderId: string, name: string): void { this.#save({ ...this.#choice(), building: { embedderId, name, jobId: this.#queueEmbed(embedderId) } }); }
  #queueEmbed(embedderId: string): string { return this.#parts.queue.add(this.#embed, { embedderId }, { key: embedderId }).id; }

  /** The building's job was cancelled, or cleared from the list after it failed. */
  #cancelled(): boolean {
    const { building } = this.#choice();
    if (!building) return false;
    const state = this.#parts.queue.get(building.jobId)?.state;
    return state === undefined || state === 'cancelled' || state === 'done';
  }
  #withdrawCancelled(): void {
    if (!this.#cancelled()) return;
    this.#save({ ...this.#choice(), building: null });
    this.#parts.changed();
  }

  /** Models whose vectors somebody wants. */
  #wanted(): string[] {
    const { inUse, building } = this.#choice();
    return [inUse, building?.embedderId].filter((id) => id !== null && id !== undefined);
  }

  /** Vectors of models that nobody wants any more, and of older built-in embedders, which no query can be compared with. */
  #dropStrays(): void {
    const { vectors, builtIn } = this.#parts;
    const kept = new Set([builtIn.id, ...this.#wanted()]);
    for (const set of this.#parts.vectors.sets()) if (!kept.has(set.embedderId)) vectors.drop(set.id);
  }


  /** A choice that cannot be read is the built-in embedder. */
  #choice(): Choice { return choiceSchema.safeParse(this.#parts.repository.setting(SETTING)).data ?? BUILT_IN; }
  #save(choice: Choice): void { this.#parts.repository.saveSetting(SETTING, choice, isoFrom(this.#parts.clock.now())); }
}

const SAYS = {
  builtIn: 'Always there. Needs no model, and nothing leaves this machine.',
  here: 'A model in this machine. Nothing leaves it.',
  away: 'A model elsewhere: all that is remembered, and what is searched for, is sent to it.',
  silent: 'Does not answer now; until it does, search compares with the built-in vectors.',
  lost: 'Is no longer there; search compares with the built-in vectors.',
} as const;

/** @throws what the model throws, or the reason of whichever signal is aborted first, also when the model does not heed it */
async function withinTime(model: ModelEmbedder, text: string, signal?: AbortSignal): Promise<Float32Array> {
  const limit = AbortSignal.any([AbortSignal.timeout(QUERY_MS), ...(signal ? [signal] : [])]);
  limit.throwIfAborted();
  const late = Promise.withResolvers<never>();
  const giveUp = (): void => late.reject(limit.reason);
  limit.addEventListener('abort', giveUp, { once: true });
  try {
    return await Promise.race([model.embedQuery(text, limit), late.promise]);
  } finally {
    limit.removeEventListener('abort', giveUp);
  }
}
