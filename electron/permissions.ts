import type { Session } from 'electron';
import { isAppUrl } from './app-url.ts';

type RequestHandler = NonNullable<Parameters<Session['setPermissionRequestHandler']>[0]>;
export type Permission = Parameters<RequestHandler>[1];
interface Decision { readonly allowed: boolean; readonly reason: string }

const allow = (reason: string): Decision => ({ allowed: true, reason });
const deny = (reason: string): Decision => ({ allowed: false, reason });

/** Every permission a page can ask for, with the reason it is given or not. A new one in Electron does not compile until it stands here. */
export const PERMISSIONS: Readonly<Record<Permission, Decision>> = Object.freeze({
  'clipboard-sanitized-write': allow('copying a report or an answer, at the press of a button'),
  'fullscreen': allow('practising without distraction, left with Escape'),
  'ar': deny('no use'),
  'automatic-fullscreen': deny('only the person makes the window fullscreen'),
  'background-fetch': deny('nothing is fetched'),
  'background-sync': deny('nothing is synchronised'),
  'captured-surface-control': deny('nothing is captured'),
  'clipboard-read': deny('pasting by keyboard and menu needs no permission'),
  'deprecated-sync-clipboard-read': deny('pasting by keyboard and menu needs no permission'),
  'display-capture': deny('the screen is never recorded'),
  'fileSystem': deny('files come in by dropping or choosing, and leave as downloads'),
  'geolocation': deny('no use'),
  'geolocation-approximate': deny('no use'),
  'hand-tracking': deny('no use'),
  'hid': deny('no devices'),
  'idle-detection': deny('pauses are the person\'s own'),
  'keyboardLock': deny('system shortcuts stay the system\'s'),
  'local-fonts': deny('would tell the machine apart'),
  'local-network': deny('the window has no network'),
  'local-network-access': deny('the window has no network'),
  'loopback-network': deny('the window has no network'),
  'media': deny('no microphone or camera is used yet'),
  'mediaKeySystem': deny('nothing is protected media'),
  'midi': deny('no devices'),
  'midiSysex': deny('no devices'),
  'nfc': deny('no devices'),
  'notifications': deny('nothing interrupts'),
  'openExternal': deny('links are opened by the shell after its own check'),
  'payment-handler': deny('nothing is sold'),
  'periodic-background-sync': deny('nothing is synchronised'),
  'persistent-storage': deny('data lives in the engine, not in the window'),
  'pointerLock': deny('no use'),
  'screen-wake-lock': deny('no use'),
  'sensors': deny('no use'),
  'serial': deny('no devices'),
  'smart-card': deny('no devices'),
  'speaker-selection': deny('no sound yet'),
  'storage-access': deny('no third party is embedded'),
  'system-wake-lock': deny('no use'),
  'top-level-storage-access': deny('no third party is embedded'),
  'unknown': deny('what is not known is not given'),
  'usb': deny('no devices'),
  'vr': deny('no use'),
  'web-app-installation': deny('the app is installed already'),
  'web-printing': deny('no use'),
  'window-management': deny('one window'),
});

/** Whether the page at `requestingUrl` may have the permission: it has to be our own page and the table has to say so. */
export function isPermitted(permission: string, requestingUrl: string): boolean {
  return isAppUrl(requestingUrl) && Object.hasOwn(PERMISSIONS, permission) && PERMISSIONS[permission as Permission].allowed;
}

/** Applies the table to a session. */
export function applyPermissions(session: Pick<Session, 'setPermissionRequestHandler' | 'setPermissionCheckHandler' | 'setDevicePermissionHandler'>): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => answer(isPermitted(permission, details.requestingUrl)));
  session.setPermissionCheckHandler((_contents, permission, requestingOrigin) => isPermitted(permission, requestingOrigin));
  session.setDevicePermissionHandler(() => false);
}
