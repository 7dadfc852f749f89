// Markdown of reviews → HTML, small and safe: everything is escaped first, and only what Nectr writes is rendered.

export function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
}

/** Blocks: fences, tables, headings, lists, details, paragraphs. Hidden comments stay hidden. */
export function renderMarkdown(markdown: string): string {
  const html: string[] = [];
  const lines = markdown.replaceAll(/<!--[\s\S]*?-->/g, '').split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const fence = /^(`{3,})/.exec(line)?.[1];
    if (fence !== undefined) {
      const end = lines.indexOf(fence, at + 1);
      const last = end < 0 ? lines.length : end;
      html.push(`<pre><code>${escapeHtml(lines.slice(at + 1, last).join('\n'))}</code></pre>`);
      at = last;
    } else {
      html.push(renderLine(line));
    }
  }
  return html
    .join('\n')
    .replaceAll(/<\/ul>\s*<ul>/g, '')
    .replaceAll(/<\/table>\s*<table>/g, '');
}

function renderLine(line: string): string {
  const details = /^<details><summary>(.*)<\/summary>$/.exec(line);
  if (details) return `<details><summary>${renderInline(details[1] ?? '')}</summary>`;
  if (line === '</details>') return line;
  const heading = /^(#{1,6}) (.*)$/.exec(line);
  if (heading) return `<h${heading[1]?.length}>${renderInline(heading[2] ?? '')}</h${heading[1]?.length}>`;
  const item = /^- (.*)$/.exec(line);
  if (item) return `<ul><li>${renderInline(item[1] ?? '')}</li></ul>`;
  if (/^\|( ---? ?-* \|)+$/.test(line)) return '';
  if (line.startsWith('| ')) {
    const cells = line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => `<td>${renderInline(cell.trim().replaceAll('\\|', '|'))}</td>`);
    return `<table><tr>${cells.join('')}</tr></table>`;
  }
  const small = /^<sub>(.*)<\/sub>$/.exec(line);
  if (small) return `<p><small>${renderInline(small[1] ?? '')}</small></p>`;
  return line.trim() === '' ? '' : `<p>${renderInline(line)}</p>`;
}

function renderInline(text: string): string {
  return text
    .split(/(`+[^`]+`+)/)
    .map((part, at) => {
      if (at % 2 === 1) return `<code>${escapeHtml(part.replaceAll(/^`+ ?| ?`+$/g, ''))}</code>`;
      return escapeHtml(part.replaceAll('&lt;', '<'))
        .replaceAll(/\*\*(.+?)\*\*/g, '<strong>$1</strong>')
        .replaceAll(/\[([^\]]+)\]\((https?:[^)\s]+)\)/g, '<a href="$2">$1</a>');
    })
    .join('');
}
