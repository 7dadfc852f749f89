// A file's text → whether it parses, for the languages that can be parsed here; undefined for all others.
import { parse, type ParserPlugin } from '@babel/parser';
import { parseAllDocuments } from 'yaml';

export function parsesAs(path: string, text: string): boolean | undefined {
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
      return succeeds(() => void parseScript(text, ['jsx']));
    case 'ts':
    case 'mts':
    case 'cts':
      return succeeds(() => void parseScript(text, ['typescript']));
    case 'tsx':
      return succeeds(() => void parseScript(text, ['typescript', 'jsx']));
    default:
      return undefined;
  }
}

function parseScript(text: string, plugins: ParserPlugin[]): unknown {
  const options = { allowReturnOutsideFunction: true, allowImportExportEverywhere: true };
  return parse(text, { sourceType: 'unambiguous', plugins: [...plugins, 'decorators'], ...options });
}

function succeeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch {
    return false; // the parser's complaint is the answer
  }
}
