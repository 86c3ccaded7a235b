import { existsSync, readdirSync, rmSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { EngineError } from '../contract/errors.ts';
import { DELETE_WORDS, type DataSummary, type RestorePreview } from '../contract/settings.ts';
import { isoFrom, type Clock, type Ids } from '../sources.ts';
import { mergeBackup, previewMerge, readBackup, stageBackup, type StagedBackup } from '../storage/backup.ts';
import type { DataFolder } from '../storage/data-folder.ts';
import type { MergeItem } from '../storage/merge.ts';
import { listSnapshots, takeSnapshot } from '../storage/snapshot.ts';
import type { Store } from '../storage/store.ts';
import { DataRepository } from './data-repository.ts';

const PREVIEW_VALID_MS = 30 * 60_000;
const REASONS: Record<string, string> = { 'before-migration': 'before an update of the data', 'before-restore': 'before a restore', daily: 'daily copy' };

/** The person's data as a whole: summary, backup, restore, export, deletion. */
export class DataService {
  readonly #store: Store;
  readonly #folder: DataFolder;
  readonly #clock: Clock;
  readonly #ids: Ids;
  readonly #repository: DataRepository;
  #staged: { token: string; at: number; backup: StagedBackup } | undefined;

  constructor(parts: { store: Store; folder: DataFolder; clock: Clock; ids: Ids }) {
    this.#store = parts.store;
    this.#folder = parts.folder;
    this.#clock = parts.clock;
    this.#ids = parts.ids;
    this.#repository = new DataRepository(parts.store);
  }

  summary(): DataSummary {
    return {
      folder: this.#folder.path,
      databaseBytes: ['', '-wal'].reduce((sum, suffix) => sum + (existsSync(this.#folder.databaseFile + suffix) ? statSync(this.#folder.databaseFile + suffix).size : 0), 0),
      freeBytes: this.#store.freeBytes(),
      ...this.#repository.counts(),
      snapshots: listSnapshots(this.#folder).map(({ name, at, bytes, reason }) => ({ name, at, bytes, reason: REASONS[reason] ?? reason })),
    };
  }

  async backup(): Promise<File> {
    const bytes = await readBackup(this.#store, this.#folder);
    return new File([bytes], `role-accel-${isoFrom(this.#clock.now()).slice(0, 16).replace(/[:T]/g, '-')}.backup`, { type: 'application/vnd.sqlite3' });
  }

  /** @throws EngineError BACKUP_UNREADABLE, BACKUP_FROM_FUTURE */
  async previewRestore(source: { file: File } | { snapshot: string }): Promise<RestorePreview> {
    this.#staged?.backup.dispose();
    this.#staged = undefined;
    const backup = stageBackup(this.#folder, 'file' in source ? { bytes: new Uint8Array(await source.file.arrayBuffer()) } : { file: this.#snapshotFile(source.snapshot) });
    this.#staged = { token: this.#ids.next('restore'), at: this.#clock.now(), backup };
    const { items, onlyHere } = previewMerge(this.#store, backup);
    return {
      token: this.#staged.token, from: 'file' in source ? source.file.name : source.snapshot, createdAt: backup.createdAt, schemaVersion: backup.schemaVersion,
      interviewsInBackup: backup.interviews, ...countEffects(items), onlyHere,
      items: items.slice(0, 200).map(({ interviewId, title, startedAt, effect }) => ({ sessionId: interviewId, title, startedAt, effect })),
    };
  }

  /** Merges what was previewed; a snapshot is taken first. @throws EngineError RESTORE_EXPIRED, STORAGE_* */
  restore(token: string): { added: number; continued: number; kept: number; copied: number; snapshotBefore: string } {
    const staged = this.#staged;
    if (!staged || staged.token !== token || this.#clock.now() - staged.at > PREVIEW_VALID_MS) throw new EngineError('RESTORE_EXPIRED');
    const snapshot = takeSnapshot(this.#store.sql, this.#folder, isoFrom(this.#clock.now()), 'before-restore');
    const items = mergeBackup(this.#store, staged.backup);
    staged.backup.dispose();
    this.#staged = undefined;
    return { ...countEffects(items), snapshotBefore: snapshot.name };
  }

  /** `elsewhere` is what the person made and the database does not hold. */
  async exportAll(elsewhere: Record<string, unknown>): Promise<File> {
    const exported = { format: 'role-accel-export', version: 1, exportedAt: isoFrom(this.#clock.now()), ...await this.#repository.everything(), ...elsewhere };
    return new File([`${JSON.stringify(exported, null, 2)}\n`], `role-accel-export-${isoFrom(this.#clock.now()).slice(0, 10)}.json`, { type: 'application/json' });
  }

  /** @throws EngineError DELETE_NOT_CONFIRMED */
  refuseUnconfirmed(confirm: string): void {
    if (confirm.trim().toLowerCase() !== DELETE_WORDS) throw new EngineError('DELETE_NOT_CONFIRMED', { words: DELETE_WORDS });
  }

  /** Deletes rows, snapshots and set-aside files, rewrites the database so that nothing is left in free pages, and looks again. */
  deleteAll(): { what: string; left: number }[] {
    this.#staged?.backup.dispose();
    this.#staged = undefined;
    this.#store.write(() => this.#repository.deleteEverything(), { frees: true });
    this.#repository.compact();
    for (const folder of [this.#folder.snapshots, this.#folder.damaged]) for (const name of filesIn(folder)) rmSync(join(folder, name), { recursive: true, force: true });
    for (const name of filesIn(this.#folder.path)) if (/^(backup|restore)-/.test(name)) rmSync(join(this.#folder.path, name), { recursive: true, force: true });
    const { interviews, answers } = this.#repository.counts();
    return [
      { what: 'interviews', left: interviews },
      { what: 'answers', left: answers },
      { what: 'searchable texts', left: this.#repository.indexedTexts() },
      { what: 'archived interviews', left: this.#repository.archived() },
      { what: 'summaries of conversations and grades by models', left: this.#repository.summariesAndGrades() },
      { what: 'what was remembered, and where it came from', left: this.#repository.remembered() },
      { what: 'searchable passages of it', left: this.#repository.passages() },
      { what: 'vectors of them', left: this.#repository.vectors() },
      { what: 'background work', left: this.#repository.jobs() },
      { what: 'settings and notices', left: this.#repository.settingsAndNotices() },
      { what: 'records of model calls', left: this.#repository.modelCalls() },
      { what: 'automatic copies', left: filesIn(this.#folder.snapshots).length },
      { what: 'set-aside files', left: filesIn(this.#folder.damaged).length },
      { what: 'unused pages that could hold old text', left: this.#repository.unusedPages() },
    ];
  }

  close(): void { this.#staged?.backup.dispose(); }

  /** Snapshot names come from a window: only one of the listed ones is opened. */
  #snapshotFile(name: string): string {
    const known = listSnapshots(this.#folder).find((snapshot) => snapshot.name === basename(name));
    if (!known) throw new EngineError('BACKUP_UNREADABLE', { reason: 'this automatic copy is no longer there.' });
    return known.file;
  }
}

const filesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

function countEffects(items: MergeItem[]): { added: number; continued: number; kept: number; copied: number } {
  const count = (effect: MergeItem['effect']): number => items.filter((item) => item.effect === effect).length;
  return { added: count('added'), continued: count('continued'), kept: count('kept'), copied: count('copied') };
}
