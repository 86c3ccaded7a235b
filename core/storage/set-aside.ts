import { copyFileSync, constants, existsSync } from 'node:fs';

/**
 * A hand edit with a mistake in it is not thrown away when the app saves: a copy stays beside the new file, as `<name>.broken`.
 * Gives the copy's path, so that the person can be told.
 * @throws the system's error; the file itself is as it was
 */
export function setAside(path: string): string {
  for (let number = 1; ; number++) {
    const aside = `${path}.broken${number === 1 ? '' : `-${number}`}`;
    if (existsSync(aside)) continue;
    copyFileSync(path, aside, constants.COPYFILE_EXCL);
    return aside;
  }
}
