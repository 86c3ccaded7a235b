// A process of its own that downloads a model into a given data folder, until it is killed. Each line on standard output is the bytes on disk so far.
import { writeSync } from 'node:fs';
import { catalogueModel, openModels } from './open-models.ts';
import { scriptedLlama } from './scripted-llama.ts';

const [folder = '', hub = '', modelId = 'one'] = process.argv.slice(2);
const { local } = openModels({ folder, hub, models: [catalogueModel(modelId)], llama: scriptedLlama() });
local.download(modelId);
for await (const [download] of local.watchDownloads(new AbortController().signal)) {
  writeSync(1, `${download?.receivedBytes ?? 0}\n`);
  if (download?.state === 'done') break;
}
process.exit(0);
