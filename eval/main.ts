// npm run eval [-- options]: tries the golden cases of the prompts with the built-in coach, the tiny model or any provider.
import { evalCommand } from './command.ts';

process.exitCode = await evalCommand(process.argv.slice(2), { say: (line) => console.log(line), complain: (line) => console.error(line) });
