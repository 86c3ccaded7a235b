import type { ProviderPool } from './provider-definition.ts';
import type { Route } from './route-policy.ts';

/** Everything the router says to people stands in this file. Names are of connections and models, as the person knows them. */
export const COACH_NAME = 'Built-in coach';
const COACH_IN_SENTENCE = 'the built-in coach';
const LONGEST_MODEL_NAME = 40;
type Labels = Pick<ProviderPool, 'modelLabel'>;

/** A model's name without folder, publisher and file ending, and not longer than fits a line. */
export function shortModelName(model: string): string {
  const name = (model.split(/[\\/]/).at(-1) ?? model).replace(/\.gguf$/i, '');
  return name.length > LONGEST_MODEL_NAME ? `${name.slice(0, LONGEST_MODEL_NAME - 1)}…` : name;
}

/** For places that already say whether it is local or cloud: the model's own name for llama.cpp, else connection and model. */
export function displayName({ connection, model }: Route, labels: Labels): string {
  if (model === null) return connection.name;
  const short = shortModelName(labels.modelLabel(connection.id, model));
  if (connection.kind === 'llama') return short;
  return connection.name.includes(short) ? connection.name : `${connection.name} · ${short}`;
}

/** For sentences: short, and saying that it is local where the connection's name does not. */
export const spokenName = (route: Route, labels: Labels): string =>
  (route.connection.kind === 'llama' && route.model !== null ? `Local · ${displayName(route, labels)}` : route.connection.name);

const nextInSentence = (to: string | null): string => (to === null || to === COACH_NAME ? COACH_IN_SENTENCE : to);

export const sentences = {
  failed: (from: string, why: string, to: string | null): string => `${from} did not answer (${why}); ${nextInSentence(to)} goes on.`,
  broke: (from: string, why: string, to: string | null): string => `${from} stopped in the middle (${why}); ${nextInSentence(to)} goes on.`,
  skipped: (from: string, why: string, to: string | null): string => `${from} was not asked (${why}); ${nextInSentence(to)} goes on.`,
  back: (to: string): string => `${to} answers again.`,
  fromCache: (from: string, why: string): string => `${from} did not answer (${why}); an earlier answer to the same words is shown.`,
  nobody: 'No model can answer now; the built-in coach goes on.',
  noTime: 'The models took too long; the built-in coach goes on.',
  crowded: 'Too many calls are waiting already; the built-in coach goes on.',
  cancelled: 'It was cancelled.',
  unexpected: 'Something unexpected went wrong; the built-in coach goes on.',
  resting: 'it failed several times and rests',
  overBudget: 'the budget of this month is used up',
} as const;
