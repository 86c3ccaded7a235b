import { stickyShare } from '../sources.ts';
import type { Lane } from '../contract/models.ts';
import type { Connection, LaneConfig } from './models-config.ts';

export type Experiment = NonNullable<LaneConfig['experiment']>;
export type Arm = Experiment['arms'][number];

/** One connection with the model it is to be asked for on a lane. */
export interface Route {
  /** Names the pair of connection and model; breakers and switches go by it. */
  key: string;
  connection: Connection;
  /** Null when none is chosen. */
  model: string | null;
}

/**
 * The arm of an experiment. For one session it is always the same, without being stored anywhere: the share of a hash of experiment and session
 * that falls under the first arm's weight. Without a session `draw` decides, a number in [0, 1).
 */
export function chooseArm({ name, arms }: Experiment, sessionId: string | undefined, draw: () => number): Arm | undefined {
  const at = (sessionId === undefined ? draw() : stickyShare(name, sessionId)) * arms.reduce((sum, { weight }) => sum + weight, 0);
  let upTo = 0;
  return arms.find(({ weight }) => at < (upTo += weight)) ?? arms.at(-1);
}

/** The arm most calls go to, for showing who would answer. */
export const heavierArm = ({ arms }: Experiment): Arm | undefined => arms.toSorted((one, other) => other.weight - one.weight)[0];

export interface RouteOrderInput {
  lane: Lane; laneConfig: LaneConfig;
  connections: readonly Connection[];
  place: (connectionId: string) => 'here' | 'away';
  arm?: Arm | undefined;
}

/**
 * Who is asked on a lane, first one first: the experiment's arm, then the lane's order, then enabled connections that are not named (away, then here).
 * The coach comes after all of them and is not in the list. Names of connections that no longer exist are passed over.
 */
export function orderRoutes({ lane, laneConfig, connections, place, arm }: RouteOrderInput): Route[] {
  const byId = new Map(connections.map((connection) => [connection.id, connection]));
  const named = new Set(laneConfig.order);
  const unnamed = connections.filter(({ id, enabled }) => enabled && !named.has(id));
  const ordered = [...laneConfig.order.flatMap((id) => byId.get(id) ?? []), ...unnamed.filter(({ id }) => place(id) === 'away'), ...unnamed.filter(({ id }) => place(id) === 'here')];
  const routes = ordered.map((connection) => routeTo(connection, lane === 'embedding' ? connection.embeddingModel : (laneConfig.models[connection.id] ?? connection.model)));
  const chosen = arm && lane !== 'embedding' ? byId.get(arm.provider) : undefined;
  if (chosen && arm) routes.unshift(routeTo(chosen, arm.model ?? laneConfig.models[chosen.id] ?? chosen.model));
  const seen = new Set<string>();
  return routes.filter(({ key }) => !seen.has(key) && seen.add(key));
}

const routeTo = (connection: Connection, model: string | null): Route => ({ key: `${connection.id}\n${model ?? ''}`, connection, model });
