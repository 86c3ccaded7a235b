import type { KeychainReply, KeychainRequest } from './keychain-client.ts';

/** Not installed as a program of its own in the keychain: entries are filed under this name. */
const SERVICE = 'Role Accel';
/** Without this, Linux falls back to the kernel's keyring in silence, which forgets everything at the next reboot. */
const OPTIONS = { linux: { store: 'secret-service' } } as const;

async function answer({ op, account, secret }: KeychainRequest): Promise<string | null> {
  const { AsyncEntry } = await import('@napi-rs/keyring');
  const entry = new AsyncEntry(SERVICE, account, OPTIONS);
  if (op === 'get') return entry.getPassword();
  if (op === 'set') {
    await entry.setPassword(secret ?? '');
    if ((await entry.getPassword()) !== secret) throw new Error('it did not give back what it was given');
  }
  if (op === 'delete') await entry.deletePassword();
  return null;
}

process.on('message', (request: KeychainRequest) => {
  const reply = (message: KeychainReply): void => { process.send?.(message); };
  answer(request).then(
    (value) => reply({ id: request.id, ok: true, value }),
    (error: unknown) => reply({ id: request.id, ok: false, reason: error instanceof Error ? error.message : String(error) }),
  );
});
process.on('disconnect', () => process.exit());
