// A file's text → whether it parses, for the languages that can be parsed here; undefined for all others.
import type { ParserPlugin } from '@babel/parser';
import { parseAllDocuments } from 'yaml';

export async function parsesAs(path: string, text: string): Promise<boolean | undefined> {
  const extension = /\.([a-z]+)$/.exec(path.toLowerCase())?.[1] ?? '';
  switch (extension) {
    case 'json':
      return succeeds(() => void JSON.parse(text));
    case 'yml':
    case 'yaml':
      return succeeds(() => {
        const broken = [...parseAllDocuments(text)].some(({ errors }) => errors.length > 0);
        if (broken) throw new SyntaxError('not YAML');
      });
    case 'js':
    case 'mjs':
    case 'cjs':
    case 'jsx':
      return parsesAsScript(text, ['jsx']);
    case 'ts':
    case 'mts':
    case 'cts':
      return parsesAsScript(text, ['typescript']);
    case 'tsx':
      return parsesAsScript(text, ['typescript', 'jsx']);
    default:
      return undefined;
  }
}

/** The parser is large, and most reviews suggest no code in these languages: it is loaded when it is needed. */
async function parsesAsScript(text: string, plugins: ParserPlugin[]): Promise<boolean> {
  const { parse } = await import('@babel/parser');
  const options = { allowReturnOutsideFunction: true, allowImportExportEverywhere: true };
  return succeeds(() => {
    parse(text, { sourceType: 'unambiguous', plugins: [...plugins, 'decorators'], ...options });
  });
}

function succeeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false; // the parser's complaint is the answer
  }
}
