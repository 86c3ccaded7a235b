import type { AnyRouter } from '@orpc/server';
import type { StandardHandlerOptions } from '@orpc/server/standard';

type ClientInterceptors = NonNullable<StandardHandlerOptions<Record<never, never>>['clientInterceptors']>;

/** What a transport needs of the engine: its calls, and what every call goes through. */
export interface EngineCalls {
  readonly router: AnyRouter;
  readonly clientInterceptors: ClientInterceptors;
}
