import { implement } from '@orpc/server';
import { contract } from '../contract/index.ts';
import { isoFrom, type Clock, type Ids } from '../sources.ts';
import type { DataFolder } from '../storage/data-folder.ts';
import type { Store } from '../storage/store.ts';
import { DataService } from './data-service.ts';
import { SettingsRepository } from './settings-repository.ts';

export { SettingsRepository } from './settings-repository.ts';

/** Settings and the person's data. `dataReplaced` is told when history changed as a whole. */
export function createSettings(options: { store: Store; folder: DataFolder; clock: Clock; ids: Ids; settingsChanged: () => void; dataReplaced: () => void;
  /** What the person made outside of the database, by name, for the export. */
  elsewhere: () => Record<string, unknown>;
  /** Deletes what other parts keep outside of the database, and says what is left of it. Called before the database is emptied. */
  deleteElsewhere: () => Promise<{ what: string; left: number }[]>;
}) {
  const { clock, settingsChanged, dataReplaced } = options;
  const settings = new SettingsRepository(options.store);
  const data = new DataService(options);
  const os = implement(contract.settings);
  const router = os.router({
    get: os.get.handler(() => settings.read()),
    update: os.update.handler(({ input }) => {
      settings.save(input, isoFrom(clock.now()));
      settingsChanged();
      return settings.read();
    }),
    dataSummary: os.dataSummary.handler(() => data.summary()),
    backup: os.backup.handler(() => data.backup()),
    previewRestore: os.previewRestore.handler(({ input }) => data.previewRestore(input)),
    restore: os.restore.handler(({ input }) => {
      const result = data.restore(input.token);
      dataReplaced();
      return result;
    }),
    exportAll: os.exportAll.handler(() => data.exportAll(options.elsewhere())),
    deleteAll: os.deleteAll.handler(async ({ input }) => {
      data.refuseUnconfirmed(input.confirm);
      const elsewhere = await options.deleteElsewhere();
      const here = data.deleteAll();
      dataReplaced();
      const checks = [...here, ...elsewhere];
      return { verified: checks.every(({ left }) => left === 0), checks };
    }),
  });
  return { router, settings, close: () => data.close() };
}
