import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto';

/** A password that everybody can read here: this scrambles, so that wiring can be tested, and protects nothing. */
const KEY = createHash('sha256').update('the double protects nothing').digest();

/** Stands in for `safeStorage` on a machine with GNOME Keyring. It shows that keys go through it; it cannot show that they are safe. */
export const safeStorage = {
  isAsyncEncryptionAvailable: (): Promise<boolean> => Promise.resolve(true),
  getSelectedStorageBackend: () => 'gnome_libsecret' as const,
  async encryptStringAsync(text: string): Promise<Buffer> {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', KEY, nonce);
    return Buffer.concat([nonce, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  },
  async decryptStringAsync(encrypted: Buffer): Promise<{ result: string; shouldReEncrypt: boolean }> {
    const decipher = createDecipheriv('aes-256-gcm', KEY, encrypted.subarray(0, 12)).setAuthTag(encrypted.subarray(-16));
    return { result: Buffer.concat([decipher.update(encrypted.subarray(12, -16)), decipher.final()]).toString('utf8'), shouldReEncrypt: false };
  },
};
