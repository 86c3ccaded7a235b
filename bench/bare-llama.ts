// node bench/bare-llama.ts FILE PROMPT_TOKENS: words a second of node-llama-cpp by itself, from the first word to the last, as JSON.
import { availableParallelism } from 'node:os';
import { getLlama, LlamaChatSession } from 'node-llama-cpp';

const [file = '', promptTokens = '1500'] = process.argv.slice(2);
const llama = await getLlama({ gpu: 'auto', build: 'never', skipDownload: true, maxThreads: Math.max(1, availableParallelism() - 1) });
const model = await llama.loadModel({ modelPath: file });
const context = await model.createContext({ contextSize: 8192, flashAttention: true });
const session = new LlamaChatSession({ contextSequence: context.getSequence(), systemPrompt: 'You are an interviewer. '.repeat(Math.ceil(Number(promptTokens) / 24)) });
const rates: number[] = [];
for (let turn = 0; turn < 10; turn++) {
  let first = 0, words = 0, last = 0;
  await session.prompt(`I measured it before and after. That was answer ${turn}.`, {
    temperature: 0.6, topP: 0.9, maxTokens: 90,
    onTextChunk: (text) => { last = performance.now(); if (first === 0) first = last; else words += text.split(/\s+/).filter(Boolean).length; },
  });
  rates.push(words / ((last - first) / 1000));
}
console.log(JSON.stringify(rates));
process.exit(0);
