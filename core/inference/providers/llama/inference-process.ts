/** A running inference process as its supervisor sees it: a channel of messages and an end. */
export interface InferenceProcess {
  /** Undefined until the platform has told it, or when the process could not be started. */
  readonly pid: number | undefined;
  /** Messages are structured clones. Silently lost once the process has ended. */
  send(message: unknown): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once, also when the process could not be started. `says` is for logs: exit code or signal. */
  onExit(listener: (says: string) => void): void;
  /** Ends it at once, without asking it. */
  kill(): void;
}

/** How a shell starts the inference process: `fork` under Node, `utilityProcess` under Electron. */
export interface InferenceProcessLauncher { start(): InferenceProcess }

/** Names of environment variables that hold keys, or addresses with a password in them; the inference process has no use for them. */
const SECRET = /KEY|TOKEN|SECRET|PASS|CREDENTIAL|AUTH|PROXY/i;

/** The environment without anything that looks like a key. */
export function environmentWithoutKeys(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(environment).filter(([name]) => !SECRET.test(name)));
}
