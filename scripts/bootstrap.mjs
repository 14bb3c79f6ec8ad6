/**
 * Behind every npm script: `node scripts/bootstrap.mjs <mode> -- [arguments]`. Imports nothing at first, so that a Node
 * that is too old gets a sentence instead of a syntax error.
 */
const NODE_MIN = /** @type {const} */ ([20, 19]);

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < NODE_MIN[0] || (major === NODE_MIN[0] && minor < NODE_MIN[1])) {
  console.error(
    `Ruche needs Node ${NODE_MIN.join('.')} or newer; this is ${process.versions.node}. Get one from https://nodejs.org.`,
  );
  process.exitCode = 1;
} else {
  const { runMode } = await import('./bootstrap/modes.mjs');
  const [mode = '', ...rest] = process.argv.slice(2);
  await runMode(mode, rest[0] === '--' ? rest.slice(1) : rest);
}
