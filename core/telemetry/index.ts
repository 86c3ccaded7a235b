export { createTelemetry, type AttemptSpan, type LaneCallSpan, type Telemetry, type TelemetryOptions } from './telemetry.ts';
export type { AttemptFacts, AttemptResult, LaneCallFacts, LaneCallResult, Operation, Outcome } from './gen-ai-attributes.ts';
export type { SpanRow } from './span-repository.ts';
