import { InferenceError } from '../../inference-error.ts';
import type { Connection } from '../../models-config.ts';
import { isLoopbackHost } from '../../network-route.ts';
import type { ProviderTools } from '../../provider-definition.ts';

/** Where a connection leads; without an address of its own, to the provider's. Null when it has none yet. */
export function connectionAddress(connection: Connection, ownAddress: string | null): URL | null {
  const address = connection.baseUrl ?? ownAddress;
  return address === null ? null : URL.parse(address);
}

/** The same as an SDK takes it. @throws InferenceError not-ready */
export function baseUrlFor(connection: Connection, ownAddress: string | null): string {
  const url = connectionAddress(connection, ownAddress);
  if (!url) throw new InferenceError('not-ready', { detail: 'the connection has no address' });
  return url.href.replace(/\/+$/, '');
}

/** Loopback is here; everything else leaves this machine. */
export const placeOf = (address: URL | null): 'here' | 'away' => (address && isLoopbackHost(address.hostname) ? 'here' : 'away');

/**
 * The key for one call; undefined where none is needed and none is set.
 * @throws InferenceError unauthorised, before anything is sent
 */
export function keyFor(connection: Connection, tools: ProviderTools): string | undefined {
  const key = tools.key()?.trim();
  if (!key && connection.needsKey) throw new InferenceError('unauthorised', { detail: 'no key is set' });
  // A key that cannot stand in a header would come back, readable, in the error of whoever tried to put it there.
  if (key && !/^[\x21-\x7e]+$/.test(key)) throw new InferenceError('unauthorised', { detail: 'the key holds characters that no key has' });
  return key || undefined;
}

/** Timeouts are the router's; the SDK's own is set to the longest a timer can be. */
export const NO_SDK_TIMEOUT_MS = 2_147_483_647;
