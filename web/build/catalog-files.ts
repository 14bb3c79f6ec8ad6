/**
 * Vite plugin: the words of each language travel as JSON. A browser parses it faster than a script, compiles nothing,
 * and fetches the one language it speaks.
 */
import { type Plugin, runnerImport } from 'vite';

const CATALOG = /\/i18n\/(en|fr)\/catalog\.ts$/;

export function catalogFiles(): Plugin {
  return {
    name: 'ruche:catalog-files',
    apply: 'build',
    transform: {
      filter: { id: CATALOG },
      async handler(_code, id) {
        const language = CATALOG.exec(id)?.[1];
        if (language === undefined) return null;
        const { module } = await runnerImport<Record<string, unknown>>(id);
        const source = JSON.stringify(module[language]);
        const file = this.emitFile({ type: 'asset', name: `${language}.json`, source });
        const code = [
          `const answer = await fetch(import.meta.ROLLUP_FILE_URL_${file});`,
          `if (!answer.ok) throw new Error('the words of this language did not come: ' + answer.status);`,
          `export const ${language} = await answer.json();`,
        ];
        return { code: code.join('\n'), map: null };
      },
    },
  };
}
