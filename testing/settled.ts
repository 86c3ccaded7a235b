import type { EngineClient } from '../core/contract/index.ts';
import type { SessionView } from '../core/contract/interview.ts';

/** The view of an interview once no model is wording a turn of it; asked again every `everyMs`. */
export async function settled({ interview }: Pick<EngineClient, 'interview'>, view: SessionView, everyMs = 20): Promise<SessionView> {
  let now = view;
  while (now.turns.some((turn) => turn.state === 'speaking')) {
    await new Promise((resume) => setTimeout(resume, everyMs));
    now = await interview.session({ sessionId: now.sessionId });
  }
  return now;
}
