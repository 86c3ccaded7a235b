import type { Setup } from '../../../core/contract/interview.ts';
import { queryKeys, useEngineQuery } from '../../client/index.ts';

/** The first interview of all: one question with feedback, and what it will be about. */
export function useWarmUp(): { setup: Setup | undefined; about: string | undefined } {
  const defaults = useEngineQuery(queryKeys.setupDefaults, (engine, signal) => engine.interview.setupDefaults(undefined, { signal }));
  const setup: Setup | undefined = defaults.data && { ...defaults.data.setup, minutes: 10, questionCount: 1, mode: 'practice', pressure: 'friendly' };
  const plan = useEngineQuery(queryKeys.preview(setup ?? {}), (engine, signal) => {
    if (!setup) throw new Error('The set-up comes first');
    return engine.interview.preview(setup, { signal });
  }, { enabled: setup !== undefined });
  return { setup, about: plan.data?.questions[0]?.title };
}
