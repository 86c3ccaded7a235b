import { InferenceError } from '../../inference-error.ts';
import type { Connection } from '../../models-config.ts';

/** The model asked for. @throws InferenceError not-ready when none has been chosen */
export function modelFor(connection: Connection, override: string | undefined): string {
  const name = override ?? connection.model;
  if (!name) throw new InferenceError('not-ready', { detail: 'no model is chosen' });
  return name;
}
