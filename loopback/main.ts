import { runLoopbackShell } from './run.ts';

await runLoopbackShell(process.argv.slice(2));
