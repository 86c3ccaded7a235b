import { isDeepStrictEqual } from 'node:util';
import { LANES, type Lane } from '../contract/models.ts';
import type { Connection, LaneConfig, LanesFile } from './models-config.ts';

/**
 * Brings a change made in the app and an edit made in the file together, entry by entry: what the app did not change is taken as the file
 * has it now, also when it is new or gone there.
 * @param base what the app's change started from
 * @param mine what the app wants
 * @param disk what the file holds now
 */
export function mergeConnections(base: readonly Connection[], mine: readonly Connection[], disk: readonly Connection[]): Connection[] {
  const [before, there] = [byId(base), byId(disk)];
  const kept = mine.flatMap((connection) => {
    const changed = !isDeepStrictEqual(connection, before.get(connection.id));
    return changed ? connection : there.get(connection.id) ?? [];
  });
  const wanted = byId(mine);
  const added = disk.filter(({ id }) => !before.has(id) && !wanted.has(id));
  return [...kept, ...added];
}

/**
 * The lanes a person's own file has to hold: those changed now, and those it holds already. Lanes like the app's are left to the app, so
 * that its later versions reach them.
 */
export function mergeLanes(base: LanesFile['lanes'], mine: LanesFile['lanes'], disk: Partial<LanesFile['lanes']>): Partial<Record<Lane, LaneConfig>> {
  const entries = LANES.flatMap((lane): [Lane, LaneConfig][] => {
    const changed = !isDeepStrictEqual(mine[lane], base[lane]);
    const config = changed ? mine[lane] : disk[lane];
    return config ? [[lane, config]] : [];
  });
  return Object.fromEntries(entries);
}

/** A lane without the providers that do not exist, and what had to be left out. */
export function withoutUnknown(config: LaneConfig, known: ReadonlySet<string>): { config: LaneConfig; unknown: { path: (string | number)[]; id: string }[]; twice: number[] } {
  const unknown: { path: (string | number)[]; id: string }[] = [];
  const twice: number[] = [];
  const order = config.order.filter((id, index) => {
    if (!known.has(id)) { unknown.push({ path: ['order', index], id }); return false; }
    if (config.order.indexOf(id) < index) { twice.push(index); return false; }
    return true;
  });
  const models = Object.fromEntries(Object.entries(config.models).filter(([id]) => known.has(id) || (unknown.push({ path: ['models', id], id }), false)));
  const strangers = (config.experiment?.arms ?? []).flatMap(({ provider }, index) => (known.has(provider) ? [] : [{ path: ['experiment', 'arms', index], id: provider }]));
  unknown.push(...strangers);
  return { config: { ...config, order, models, experiment: strangers.length > 0 ? null : config.experiment }, unknown, twice };
}

const byId = (connections: readonly Connection[]): Map<string, Connection> => new Map(connections.map((connection) => [connection.id, connection]));
