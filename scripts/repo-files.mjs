/** The repository's own files, without what is installed, built or stored. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));

const SKIPPED = new Set(['node_modules', 'dist', 'data', '.git', '.tmp', '.pio']);

/**
 * Every file below the folders, as paths from the root with forward slashes, sorted.
 * @param {readonly string[]} folders
 * @param {string} [root]
 * @returns {string[]}
 */
export function listFiles(folders, root = ROOT) {
  return folders.flatMap((folder) => walk(folder, root)).sort();
}

/**
 * @param {string} folder
 * @param {string} root
 * @returns {string[]}
 */
function walk(folder, root) {
  let entries;
  try {
    entries = readdirSync(join(root, folder), { withFileTypes: true });
  } catch {
    return []; // a folder that a later part of the project brings
  }
  return entries.flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return [];
    const path = folder === '.' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return walk(path, root);
    return entry.isFile() ? [path] : [];
  });
}

/**
 * @param {string} path
 * @param {string} [root]
 */
export const readText = (path, root = ROOT) => readFileSync(join(root, path), 'utf8');
