import type { AppStatus } from '../contract/app.ts';
import type { Lane, LaneView } from '../contract/models.ts';
import type { Budget } from './middleware/budget.ts';
import type { ModelsConfig } from './models-config.ts';
import type { ProviderPool } from './provider-definition.ts';
import { COACH_NAME, displayName, shortModelName } from './route-names.ts';
import type { RouteTable } from './route-table.ts';
import type { SwitchLog } from './switch-log.ts';

export interface LaneViewOptions { config: ModelsConfig; pool: ProviderPool; table: RouteTable; budget: Budget; switches: SwitchLog }
type RouteView = LaneView['routes'][number];

export const COACH_ANSWERS: AppStatus['answering'] = { who: 'coach', name: COACH_NAME, leaves: 'nothing', host: null };

/** Who would answer on a lane now, and what leaves the machine because of it. Of an experiment all arms count: it is not said that nothing leaves while one of them leads away. */
export function answeringOn(lane: Lane, { pool, table }: Pick<LaneViewOptions, 'pool' | 'table'>): AppStatus['answering'] {
  const routes = table.firstReadyOfArms(lane);
  if (routes.length === 0) return COACH_ANSWERS;
  const name = routes.map((route) => displayName(route, pool)).join(' or ');
  const away = routes.find(({ connection }) => pool.place(connection.id) === 'away');
  return away ? { who: 'cloud', name, leaves: 'answers', host: pool.host(away.connection.id) } : { who: 'local', name, leaves: 'nothing', host: null };
}

/** A lane as Settings → Routing shows it: its order with states, the coach last. */
export function viewLane(lane: Lane, { pool, table, budget, switches }: LaneViewOptions): LaneView {
  const { about, experiment } = table.lane(lane);
  const answers = table.firstReady(lane);
  const routes = table.shown(lane).map((route): RouteView => {
    const { state, says } = table.state(lane, route);
    const { id, name, kind } = route.connection;
    return { providerId: id, name, kind, place: pool.place(id), model: route.model && shortModelName(pool.modelLabel(id, route.model)), state, says, breaker: table.breakerOf(route).view(), answersNow: route.key === answers?.key };
  });
  const coach: RouteView = { providerId: 'coach', name: COACH_NAME, kind: 'coach', place: 'here', model: null, state: 'ready', says: 'Always ready.', breaker: null, answersNow: answers === undefined };
  return {
    lane, about, routes: [...routes, coach], budget: budget.view(lane, table.limits(lane)), lastSwitch: switches.last(lane),
    experiment: experiment && { name: experiment.name, arms: experiment.arms.map(({ provider, model, weight }) => ({ providerId: provider, model, weight })) },
  };
}
