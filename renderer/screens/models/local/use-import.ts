import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { engine, queryClient, queryKeys } from '../../../client/index.ts';
import { showToast } from '../../../ui/index.ts';
import { uploadModel, type ImportProgress } from './import-upload.ts';

export interface ImportRun {
  busy: boolean;
  file: File | null;
  progress: ImportProgress | null;
  failure: unknown;
  start: (file: File) => void;
  cancel: () => void;
  dismiss: () => void;
}

/** One import at a time. Leaving the screen stops it and keeps what was copied, for an hour: choosing the same file again goes on. */
export function useImport(): ImportRun {
  const { t } = useTranslation('models');
  const [file, setFile] = useState<File | null>(null);
  const [progress, setProgress] = useState<ImportProgress | null>(null);
  const [failure, setFailure] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const cancelled = useRef<AbortController | null>(null);
  const gone = useRef(false);
  useEffect(() => { gone.current = false; return () => { gone.current = true; }; }, []);

  const start = async (chosen: File): Promise<void> => {
    const stop = new AbortController();
    cancelled.current = stop;
    setFile(chosen);
    setProgress(null);
    setFailure(null);
    setBusy(true);
    const chunk: typeof engine.models.importChunk = (input, ...rest) => {
      if (gone.current) throw new ScreenLeft();
      return engine.models.importChunk(input, ...rest);
    };
    try {
      const calls = { importStart: engine.models.importStart, importChunk: chunk, importFinish: engine.models.importFinish, importCancel: engine.models.importCancel };
      const model = await uploadModel(calls, chosen, setProgress, stop.signal);
      if (model) showToast(t('local.importing.done', { name: model.name }));
      setFile(null);
    } catch (error) {
      if (!(error instanceof ScreenLeft)) setFailure(error);
    } finally {
      setBusy(false);
      void queryClient.invalidateQueries({ queryKey: queryKeys.localModels });
    }
  };
  return {
    busy, file, progress, failure,
    start: (chosen) => { if (!busy) void start(chosen); },
    cancel: () => cancelled.current?.abort(),
    dismiss: () => { setFailure(null); setFile(null); },
  };
}

/** The screen was left while a file was being copied. */
class ScreenLeft extends Error {
  override readonly name = 'ScreenLeft';
}
