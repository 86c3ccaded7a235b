/** Where a shell keeps keys. The engine asks for them by connection id and never writes them anywhere itself. */
export interface SecretStore {
  /** False when the platform offers no real encryption: then nothing is kept over a restart. */
  readonly encrypted: boolean;
  /** For people: "macOS Keychain", "Secret Service", … */
  readonly name: string;
  /** Why keys cannot be kept, when they cannot. */
  readonly says: string;
  /** Finds out what the platform offers; before that, `encrypted` is false. Never rejects. */
  prepare?(): Promise<void>;
  /** Undefined when there is none. @throws Error when the keychain does not answer */
  get(id: string): Promise<string | undefined>;
  /** @throws Error when the keychain does not take it */
  set(id: string, secret: string): Promise<void>;
  delete(id: string): Promise<void>;
}

/** For scripts, tests and machines without a keychain: nothing can be kept. */
export const noSecretStore: SecretStore = {
  encrypted: false, name: 'none', says: 'This machine offers no encrypted key store, so keys are kept in memory until Role Accel is closed.',
  get: () => Promise.resolve(undefined),
  set: () => Promise.reject(new Error('there is no encrypted key store')),
  delete: () => Promise.resolve(),
};
