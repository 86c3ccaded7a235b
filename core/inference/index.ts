import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock, Ids, Rng } from '../sources.ts';
import type { DataFolder } from '../storage/data-folder.ts';
import type { Store } from '../storage/store.ts';
import { createTelemetry } from '../telemetry/index.ts';
import { createModelsConfig } from './config-store.ts';
import { createNetworkDoor } from './http.ts';
import { createKeys } from './key-service.ts';
import { createLocalModels } from './local-models/index.ts';
import { createProviderPool } from './provider-pool.ts';
import { providerOfKind } from './provider-registry.ts';
import { forkLauncher } from './providers/llama/fork-launcher.ts';
import type { InferenceProcessLauncher } from './providers/llama/inference-process.ts';
import { createSupervisedLlamaHost } from './providers/llama/supervised-llama-host.ts';
import { LoadCrashRepository } from './providers/llama/load-crash-repository.ts';
import type { BudgetAlert } from './middleware/budget.ts';
import { createRouter } from './router.ts';
import { noSecretStore, type SecretStore } from './secrets.ts';

export interface InferenceOptions {
  store: Store; folder: DataFolder; clock: Clock; ids: Ids; rng: Rng;
  /** The `models/` that came with the app. */
  modelsDir: string;
  /** Files that win over the app's and the person's own; never written. */
  providersFile?: string | undefined;
  lanesFile?: string | undefined;
  secrets?: SecretStore | undefined;
  /** How the shell starts the process that runs llama.cpp; by default a fork. */
  inferenceProcess?: InferenceProcessLauncher | undefined;
  env?: NodeJS.ProcessEnv | undefined;
  /** Told once per threshold, lane and month. */
  onBudgetAlert: (alert: BudgetAlert) => void;
  /** Told when a file that could not be read was written anew. */
  onSetAside?: ((told: { file: string; aside: string }) => void) | undefined;
  /** Faults nobody expected; never text of the person. */
  onUnexpected: (error: unknown) => void;
  routingChanged: () => void;
  modelsChanged: () => void;
  networkChanged: () => void;
}

/** All of the machinery behind language models, wired. Nothing is loaded or opened until somebody asks for it. */
export function createInference(options: InferenceOptions) {
  const { store, folder, clock, ids, rng, modelsDir, providersFile, lanesFile, routingChanged, modelsChanged, networkChanged } = options;
  const env = options.env ?? process.env;
  const secrets = options.secrets ?? noSecretStore;
  const door = createNetworkDoor({ store, clock, onChange: networkChanged, env });
  const config = createModelsConfig({ appDir: modelsDir, dataDir: join(folder.path, 'models-config'), providersFile, lanesFile, watch: true, onSetAside: options.onSetAside });
  const keys = createKeys({ secrets, env, connections: () => config.providers().providers });
  const llama = createSupervisedLlamaHost({ launch: options.inferenceProcess ?? forkLauncher(), crashes: new LoadCrashRepository(store), clock, onLog: (says) => options.onUnexpected(new Error(`inference process: ${says}`)) });
  const local = createLocalModels({ store, folder: folder.path, clock, ids, config, llama, fetchFor: (reason) => door.fetchFor(reason), freeBytes: () => store.freeBytes(), env, onChange: modelsChanged });
  const pool = createProviderPool({ config, keys, providerOfKind, llama, local, door });
  const telemetry = createTelemetry({ store, clock });
  const router = createRouter({ config, pool, store, clock, rng, telemetry, onChange: routingChanged, onAlert: options.onBudgetAlert, onUnexpected: options.onUnexpected });
  const stopListening = llama.onChange(() => { modelsChanged(); routingChanged(); });
  // A provider that rests because its key was refused is tried again with the next key.
  const stopKeys = keys.onChange((connectionId) => router.resetBreaker(connectionId));
  return {
    door, config, keys, secrets, llama, local, pool, telemetry, router,
    /** Forgets keys, connections and lanes of the person, and what is still to be written down about calls. Says what is left. */
    async forgetPerson(): Promise<{ what: string; left: number }[]> {
      await router.endCalls();
      let keysLeft = 0;
      for (const { id } of config.providers().providers) await keys.forget(id).catch(() => { keysLeft++; });
      const own = join(folder.path, 'models-config');
      for (const name of existsSync(own) ? readdirSync(own) : []) rmSync(join(own, name), { recursive: true, force: true });
      config.reload();
      // What was known of calls is written now, to be deleted with the rest, and not later.
      await new Promise((resume) => { setImmediate(resume); });
      await telemetry.flush();
      door.ledger(undefined, 1);
      router.forget();
      return [{ what: 'keys of providers', left: keysLeft }, { what: 'files about providers and lanes', left: existsSync(own) ? readdirSync(own).length : 0 }];
    },
    /** Ends downloads and the inference process, and writes what is buffered; the store must still be open. */
    async close(): Promise<void> {
      stopListening();
      stopKeys();
      await router.close();
      await local.close();
      await Promise.all([llama.close(), config.close()]);
      await telemetry.close();
      await door.close();
    },
  };
}
