// A process with a host whose model is in the middle of a stream; it tells the pid of its inference process and waits to be killed.
import { callOptions, saying, startTinyLlama, TINY } from './tiny-llama.ts';
import { tinyModel } from './tiny-model.ts';

const { llama } = await startTinyLlama({ load: { file: tinyModel({ size: 'slow', voice: 'endless' }), contextTokens: 8192 } });
for await (const part of llama.stream(TINY, saying('Talk', { maxOutputTokens: 8_000 }), callOptions())) if (part.type === 'text-delta') process.send?.(llama.pid);
