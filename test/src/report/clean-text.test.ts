import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import MarkdownIt from 'markdown-it';
import { cleanInline, cleanPlain, cleanText, codeSpan, fenceCode } from '../../../src/report/clean-text.ts';
import { findFaults } from '../../prove/review/injection/check-posted.ts';

const markdown = new MarkdownIt({ html: true });

/** Rendered, and without what stands in code: no mention, no reference, no tag of its own, no image. */
function expectInert(text: string): void {
  const prose = markdown
    .render(cleanText(text))
    .replaceAll(/<pre>[\s\S]*?<\/pre>|<code>[\s\S]*?<\/code>/g, '');
  expect(prose).not.toMatch(/@(?:mona|octocat)|#1|GH-1|issues\/1|<b>|<img|<a /);
}

describe('cleanText', () => {
  it('leaves code as it is', () => {
    expect(cleanText('Use `@types/node` and `<T>`.')).toBe('Use `@types/node` and `<T>`.');
  });

  it.each([
    '`@octocat``',
    '\\`@octocat <b>x</b>\\`',
    'x ``` a\n\n@octocat <img src=x> ![](https://evil/y.png) closes #1 ```',
    '<a title="`"> `@octocat` "`',
    '    @octocat in an indented line',
    '- item\n\n      @octocat in a list',
    '```\nnever closed @octocat',
    '~~~\n```\n~~~ @octocat #1 <b>',
    'Fixes https://github.com/octo/shop/issues/1 and GH-12',
  ])('lets nothing through that is no code for GitHub: %j', (text) => {
    expectInert(text);
  });

  it('lets no mention, reference, tag or image through, whatever stands around it', () => {
    const piece = fc.constantFrom(
      '`',
      '``',
      '```',
      '~~~',
      '\n',
      '\n\n',
      ' ',
      '\\',
      '<b>',
      '@mona',
      '#1',
      '![x](y)',
      '- ',
      '> ',
      'word',
      '    ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 25 }), (pieces) => {
        expectInert(pieces.join(''));
      }),
      { numRuns: 500, seed: 11 },
    );
  });

  it.each([
    ['```suggestion\nrm()\n```', '```\nrm()\n```'],
    ['```&#115;uggestion x\nrm()\n```', '```\nrm()\n```'],
    ['~~~mermaid\ngraph\n~~~', '~~~\ngraph\n~~~'],
    ['```js title="x"\nf()\n```', '```js\nf()\n```'],
  ])('leaves a fence nothing but the name of its language: %j', (text, cleaned) => {
    expect(cleanText(text)).toBe(cleaned);
  });

  it('lets no mark of emphasis hold an address together', () => {
    expect(cleanText('https:_//_evil.example')).toBe('https:\u2060_//_evil.example');
    expect(cleanText('shop/**issues/1**')).toBe('shop/**issues/\u20601**');
  });

  it.each(['mailto:x `a`', 'JavaScript:x `a`', 'mailto:`a`', 'xmpp\\:x `a`'])(
    'breaks the beginning of an address once, and leaves the code beside it: %j',
    (text) => {
      const broken = cleanText(text);
      expect(broken.match(/\u2060/g)).toHaveLength(1);
      expect(broken).toContain('`a`');
      expect(cleanText(broken)).toBe(broken);
    },
  );

  it.each(['`a`\\$', '`a`**$**', '**$**`a`'])('parts code from a dollar that marks hide: %j', (text) => {
    expect(cleanText(text)).toContain('\u2060');
  });

  it('lets nothing in a code span begin a line, where bots look for commands', () => {
    expect(cleanText('> `a\n> /approve` b')).toBe('> `a /approve` b');
  });

  it('lets no code be taken for mathematics, in which there could be links', () => {
    const joiner = '\u2060';
    expect(cleanText('$`a`$, 5$ and $\\href{//evil.example}{x}$')).toBe(
      `$${joiner}\`a\`${joiner}$, 5$ and $\\${joiner}href{//evil.example}{x}$`,
    );
  });

  it('shows a lone backtick as one', () => {
    expect(markdown.render(cleanText('a ` b'))).toBe('<p>a ` b</p>\n');
  });

  const anything = fc
    .array(
      fc.constantFrom(
        '`',
        '```',
        '~~~',
        '\n',
        '\n\n',
        ' ',
        '\\',
        '&#64;',
        '@',
        'mona',
        '&commat;',
        '#',
        '&#35;',
        '1',
        'GH-',

        'https',
        '://',
        '&colon;',
        '//',
        'www.',
        'a@b.cd',
        '[x]',
        '(y)',
        '!',
        '[r]: ',
        '<b>',
        '<!--',
        '-->',
        '&lt;',

        '| ',
        '|',
        '---',
        ':-:',
        '- ',
        '> ',
        '    ',
        'suggestion',
        'mermaid',
        '\u200B',
        '\u202E',
        '**',
        '_',
        '$',
        '\\href',
        '/approve',
        'mailto:',
      ),
      { maxLength: 30 },
    )
    .map((pieces) => pieces.join(''));
  const forbidden = { home: 'http://nowhere', secrets: [], foreign: [] };
  const marker = '<!-- nectr:review v1 head=0 run=1.1 state=complete -->';

  it('lets nothing through that GitHub acts on, as a block and on a line among other words', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const said = `**When:** ${text.trim()}`;
        const list = `- ✅ ${cleanInline(text)} — \`a.ts\``;
        const body = `${cleanText(text)}\n\n${cleanText(said)}\n\n${list}\n\n${marker}`;
        expect(findFaults({ what: 'body', text: body, kind: 'markdown' }, forbidden)).toEqual([]);
        expect(findFaults({ what: 'plain', text: cleanPlain(text), kind: 'plain' }, forbidden)).toEqual([]);
      }),
      { numRuns: 500, seed: 11 },
    );
  });

  it('does not reach into what follows', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('`', '```', '~~~', '\n', 'x', ' ', '\\'), { maxLength: 12 }),
        (pieces) => {
          const html = markdown.render(`${cleanText(pieces.join(''))}\n\n**after**`);
          expect(html).toContain('<strong>after</strong>');
        },
      ),
      { numRuns: 500, seed: 11 },
    );
  });

  it('stays as it is when it is cleaned again', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const once = cleanText(text);
        expect(cleanText(once)).toBe(once);
      }),
    );
  });

  it('removes characters that turn the direction of text', () => {
    expect(cleanText('a\u202Eb\u2066c')).toBe('abc');
  });
});

describe('fenceCode', () => {
  it('cannot be closed by what is in it', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('```', '````', 'x', '\n')), (parts) => {
        const [fence, ...rest] = fenceCode(parts.join('')).split('\n');
        expect(rest.slice(0, -1).some((line) => line.startsWith(fence ?? ''))).toBe(false);
        expect(rest.at(-1)).toBe(fence);
      }),
    );
  });
});

describe('codeSpan', () => {
  it.each([
    ['a.ts', '`a.ts`'],
    ['a`b', '`` a`b ``'],
    ['a\nb', '`a␊b`'],
  ])('%j is %s', (text, span) => {
    expect(codeSpan(text)).toBe(span);
  });
});
