import { LANES, type Lane } from '../contract/models.ts';
import type { LaneConfig, LanesFile } from '../inference/models-config.ts';

type Lanes = LanesFile['lanes'];

/** The embedding lane is left alone: nobody gave a new provider an embedding model yet. */
const joins = (lane: Lane): boolean => lane !== 'embedding';

/**
 * A new provider is tried before those that compute at the same place: the newest among the ones away first, and all of them before
 * this machine. With nobody of its place there, one away goes to the front and one here to the end.
 */
export function withNewProvider(lanes: Lanes, id: string, place: 'here' | 'away', placeOf: (id: string) => 'here' | 'away'): Lanes {
  const joined = (config: LaneConfig): LaneConfig => {
    const order = config.order.filter((other) => other !== id);
    const first = order.findIndex((other) => placeOf(other) === place);
    const index = first !== -1 ? first : place === 'away' ? 0 : order.length;
    return { ...config, order: order.toSpliced(index, 0, id) };
  };
  return mapLanes(lanes, (config, lane) => (joins(lane) ? joined(config) : config));
}

/** The lanes without any trace of a provider; an experiment that compared with it ends. */
export function withoutProvider(lanes: Lanes, id: string): Lanes {
  return mapLanes(lanes, (config) => {
    const { [id]: _, ...models } = config.models;
    const inExperiment = config.experiment?.arms.some(({ provider }) => provider === id) === true;
    return { ...config, order: config.order.filter((other) => other !== id), models, experiment: inExperiment ? null : config.experiment };
  });
}

/** Why an order cannot be used, as a sentence; null when it can. */
export function whyNotOrder(order: readonly string[], known: readonly string[]): string | null {
  const stranger = order.find((id) => !known.includes(id));
  if (stranger !== undefined) return `there is no provider "${stranger}".`;
  const twice = order.find((id, index) => order.indexOf(id) < index);
  return twice === undefined ? null : `"${twice}" stands in it twice.`;
}

function mapLanes(lanes: Lanes, change: (config: LaneConfig, lane: Lane) => LaneConfig): Lanes {
  return Object.fromEntries(LANES.map((lane) => [lane, change(lanes[lane], lane)])) as Lanes;
}
