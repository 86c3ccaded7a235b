// Imported first by every script that npm starts. Runs on old Node versions too, so that they can say what to do.
const NEEDED = 24;

if (Number(process.versions.node.split('.')[0]) < NEEDED) {
  const broughtAlong = ['linux-x64', 'linux-arm64', 'win32-x64', 'darwin-x64'].includes(`${process.platform}-${process.arch}`);
  console.error(
    `Role Accel needs Node ${NEEDED} or newer; this is ${process.version}.\n` +
      (broughtAlong
        ? 'On this machine "npm ci" brings the right one along: run "npm ci", then start the script with npm (such as "npm start" or "npm test"), not with node.'
        : `On this machine it has to be installed by hand: get Node ${NEEDED} from https://nodejs.org, then run "npm ci" again.`),
  );
  process.exit(1);
}
