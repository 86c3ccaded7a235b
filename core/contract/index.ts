import type { ContractRouterClient } from '@orpc/contract';
import { appContract } from './app.ts';
import { interviewContract } from './interview.ts';
import { jobsContract } from './jobs.ts';
import { memoryContract } from './memory.ts';
import { modelsContract } from './models.ts';
import { promptsContract } from './prompts.ts';
import { settingsContract } from './settings.ts';
import { testModeContract } from './test-mode.ts';

/** Everything a window may ask of the engine: one line per slug. */
export const contract = {
  app: appContract,
  interview: interviewContract,
  jobs: jobsContract,
  memory: memoryContract,
  models: modelsContract,
  prompts: promptsContract,
  settings: settingsContract,
};
/** What QA gets on top, in test mode only. */
export const contractWithTestMode = { ...contract, testMode: testModeContract };

export type EngineClient = ContractRouterClient<typeof contract>;
export type TestEngineClient = ContractRouterClient<typeof contractWithTestMode>;
