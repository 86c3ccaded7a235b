import { stickyShare } from '../sources.ts';
import type { PromptExperiment } from './prompt-config.ts';

/**
 * The version an experiment gives to a session: always the same one for the same experiment id, arms and session, whoever asks and when.
 * Weights are shares that sum to 1; what rounding leaves over goes to the last arm.
 */
export function armFor({ id, arms }: Pick<PromptExperiment, 'id' | 'arms'>, sessionId: string): string {
  // Apart from a lane's experiment of the same name, whose arms would otherwise go hand in hand with these.
  const share = stickyShare(`prompt ${id}`, sessionId);
  let end = 0;
  const found = arms.find(({ weight }) => share < (end += weight)) ?? arms.at(-1);
  if (!found) throw new Error(`the experiment ${id} has no arms`);
  return found.version;
}
