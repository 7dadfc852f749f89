// Markdown as people write it on GitHub → HTML that is safe to show: what GitHub lets through, nothing that runs.
import MarkdownIt from 'markdown-it';
import sanitizeHtml from 'sanitize-html';

const markdown = new MarkdownIt({ html: true, linkify: false });

export function escapeHtml(text: string): string {
  return markdown.utils.escapeHtml(text);
}

export function renderMarkdown(text: string): string {
  return sanitizeHtml(markdown.render(text), {
    allowedTags: [...sanitizeHtml.defaults.allowedTags, 'details', 'summary'],
    allowedSchemes: ['http', 'https'],
  });
}
