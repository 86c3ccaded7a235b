import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { ExperimentsFile, LabelsFile } from '../core/prompts/prompt-config.ts';
import { createPromptRegistry, type PromptRegistry, type PromptRegistryOptions } from '../core/prompts/prompt-registry.ts';
import { textHash } from '../core/prompts/prompt-file.ts';
import { SettableClock } from '../core/sources.ts';
import { claimDataFolder } from '../core/storage/data-folder.ts';
import { openStore } from '../core/storage/open-store.ts';
import { START, temporaryFolder } from './engine.ts';

/** A whole prompt file that says these words; `{{who}}` is its one input. */
export const promptText = (words: string): string => `---
description: A prompt that tests are made with.
lane: interactive-deep
input:
  schema:
    who?: string, somebody
changelog:
  - "1: first version"
---
${words} {{who}}
`;

/** Both folders of prompts in a temporary data folder, with a real database, and registries over them. */
export function promptFolders(freeBytes?: () => number) {
  const temporary = temporaryFolder();
  const [appDir, ownDir] = [join(temporary.path, 'app'), join(temporary.path, 'data', 'prompts')];
  const folder = claimDataFolder(join(temporary.path, 'data'));
  const { store } = openStore(folder, () => START, freeBytes);
  const clock = new SettableClock(START);
  const registries: PromptRegistry[] = [];
  const write = (dir: string, name: string, content: unknown): void => {
    mkdirSync(dirname(join(dir, name)), { recursive: true });
    writeFileSync(join(dir, name), typeof content === 'string' ? content : `${JSON.stringify(content, null, 2)}\n`);
  };
  const fileOf = (id: string, version: string): string => `${id}.v${version}.prompt`;
  const one = {
    appDir, ownDir, store, clock,
    /** Writes any file of the app's folder, or of the person's. */
    app: (name: string, content: unknown): void => write(appDir, name, content),
    own: (name: string, content: unknown): void => write(ownDir, name, content),
    prompt: (id: string, version: string, words: string): void => write(appDir, fileOf(id, version), promptText(words)),
    remove: (id: string, version: string): void => rmSync(join(appDir, fileOf(id, version))),
    labels: (labels: LabelsFile['labels']): void => write(appDir, 'labels.json', { version: 1, labels }),
    experiments: (...experiments: ExperimentsFile['experiments']): void => write(appDir, 'experiments.json', { version: 1, experiments }),
    /** Releases versions with the words they have. */
    lock: (files: Record<string, string>): void => write(appDir, 'prompts.lock.json', { version: 1, released: Object.fromEntries(Object.entries(files).map(([file, words]) => [file, textHash(promptText(words))])) }),
    open(options: Partial<PromptRegistryOptions> = {}): PromptRegistry {
      const registry = createPromptRegistry({ store, clock, appDir, ownDir, laneTokens: () => 4096, watch: false, ...options });
      registries.push(registry);
      return registry;
    },
    async dispose(): Promise<void> {
      await Promise.all(registries.splice(0).map((registry) => registry.close()));
      store.close();
      folder.release();
      temporary.dispose();
    },
  };
  one.labels({});
  one.experiments();
  return one;
}
