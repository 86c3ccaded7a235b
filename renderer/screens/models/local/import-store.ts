import i18next from 'i18next';
import { create } from 'zustand';
import { engine, queryClient, queryKeys } from '../../../client/index.ts';
import { showToast } from '../../../ui/index.ts';
import { uploadModel, type ImportProgress } from './import-upload.ts';

export interface ImportRun {
  busy: boolean;
  file: File | null;
  progress: ImportProgress | null;
  failure: unknown;
}

const IDLE: ImportRun = { busy: false, file: null, progress: null, failure: null };

/** The one import of this window. It goes on while other screens are open; choosing the same file again after a failure resumes it. */
export const useImport = create<ImportRun>(() => IDLE);
let cancelled = new AbortController();

/** Copies a model file into the app and has it checked; does nothing while another one is being copied. */
export async function startImport(file: File): Promise<void> {
  if (useImport.getState().busy) return;
  cancelled = new AbortController();
  useImport.setState({ busy: true, file, progress: null, failure: null });
  try {
    const model = await uploadModel(engine.models, file, (progress) => useImport.setState({ progress }), cancelled.signal);
    useImport.setState(IDLE);
    if (model) showToast(i18next.t('models:local.importing.done', { name: model.name }));
  } catch (failure) {
    useImport.setState({ busy: false, failure });
  } finally {
    void queryClient.invalidateQueries({ queryKey: queryKeys.localModels });
  }
}

/** Gives up what was copied, after the slice that is on its way. */
export function cancelImport(): void {
  cancelled.abort();
}

export function dismissImport(): void {
  useImport.setState(IDLE);
}
