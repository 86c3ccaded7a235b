type Environment = Readonly<Record<string, string | undefined>>;

/** 127.0.0.0/8, ::1 and the name localhost; decided by the name alone, since asking DNS would already leave the machine. */
export function isLoopbackHost(hostname: string): boolean {
  const host = bareHost(hostname);
  return host === 'localhost' || host === '::1' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** A host name without brackets and without the dot of the root, in lower case. */
export const bareHost = (hostname: string): string => hostname.toLowerCase().replace(/^\[(.*)\]$/, '$1').replace(/(?<=.)\.$/, '');

/** Names a line to a host: two requests with the same key may share a connection. */
export function lineKey(protocol: string, hostname: string, port: string): string {
  return `${protocol}//${bareHost(hostname)}:${port || defaultPort(protocol)}`;
}

/**
 * The proxy that the environment asks for, by the usual variables in lower or upper case: HTTPS_PROXY (else HTTP_PROXY) and NO_PROXY.
 * @returns the proxy's address as written, undefined for a direct connection
 */
export function proxyFor(target: URL, env: Environment): string | undefined {
  const read = (name: string): string | undefined => env[name.toLowerCase()] ?? env[name];
  const http = read('HTTP_PROXY');
  const proxy = (target.protocol === 'https:' ? read('HTTPS_PROXY') || http : http)?.trim();
  if (!proxy || isExempt(target, read('NO_PROXY') ?? '')) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

/** NO_PROXY: names separated by commas or blanks; a name covers its subdomains, `*.name` those alone, `*` everything; a port narrows it. */
function isExempt(target: URL, noProxy: string): boolean {
  const host = bareHost(target.hostname);
  const port = target.port || defaultPort(target.protocol);
  return noProxy.toLowerCase().split(/[,\s]+/).filter(Boolean).some((entry) => {
    const [, bracketed, bracketedPort] = /^\[(.+)\](?::(\d+))?$/.exec(entry) ?? [];
    const [, plain, plainPort] = /^([^:]+):(\d+)$/.exec(entry) ?? [];
    const onlyPort = bracketedPort ?? plainPort;
    if (onlyPort !== undefined && onlyPort !== port) return false;
    const name = bracketed ?? plain ?? entry;
    if (name === '*') return true;
    const domain = bareHost(name.replace(/^\*?\./, ''));
    return (host === domain && !name.startsWith('*')) || host.endsWith(`.${domain}`);
  });
}

const defaultPort = (protocol: string): string => (protocol === 'https:' ? '443' : '80');
