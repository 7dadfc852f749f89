// Files and folders at a revision. Up to 1 MB with their content, as on GitHub.
import { resolveCommit } from '../git/bare-repository.ts';
import { listTree, readBytes, type TreeEntry } from '../git/read-tree.ts';
import type { Json } from '../present/example.ts';
import { notFound, Refusal, type Call, type Handler } from './call.ts';

/** docs.github.com/rest/repos/contents: above 1 MB the content is empty and the encoding `none`. */
const MAX_CONTENT_BYTES = 1024 * 1024;

export const getContent: Handler = async (call) => {
  const { repository, params, query } = call;
  const path = (params['path'] ?? '').replace(/\/+$/, '');
  const ref = query.get('ref') ?? repository.defaultBranch;
  const sha = await resolveCommit(repository.gitDir, ref);
  if (sha === undefined) throw new Refusal(404, `No commit found for the ref ${ref}`);
  const entry = path === '' ? undefined : (await listTree(repository.gitDir, sha, path))[0];
  if (path !== '' && !entry) throw notFound();
  if (!entry || entry.kind === 'tree') {
    const entries = await listTree(repository.gitDir, sha, path === '' ? '' : `${path}/`);
    return { status: 200, body: entries.map((child) => presentEntry(call, ref, child)) };
  }
  if (entry.kind === 'commit') throw new Refusal(501, 'The local GitHub does not serve submodules');
  const bytes = await readBytes(repository.gitDir, entry.sha);
  const whole = bytes.length <= MAX_CONTENT_BYTES;
  const content = whole
    ? (bytes.toString('base64').match(/.{1,60}/g) ?? []).map((line) => `${line}\n`).join('')
    : '';
  const encoding = whole ? 'base64' : 'none';
  return { status: 200, body: { ...presentEntry(call, ref, entry), content, encoding } };
};

export function presentEntry(
  { world, repository }: Call,
  ref: string,
  { path, sha, size, kind }: TreeEntry,
): Json {
  const encoded = path.split('/').map(encodeURIComponent).join('/');
  const api = `${world.apiUrl}/repos/${repository.fullName}`;
  const url = `${api}/contents/${encoded}?ref=${encodeURIComponent(ref)}`;
  const isFile = kind === 'blob';
  const html = `${world.url}/${repository.fullName}/${isFile ? 'blob' : 'tree'}/${ref}/${encoded}`;
  const git = `${api}/git/${isFile ? 'blobs' : 'trees'}/${sha}`;
  return {
    name: path.split('/').at(-1),
    path,
    sha,
    size,
    url,
    html_url: html,
    git_url: git,
    download_url: isFile ? `${world.url}/${repository.fullName}/raw/${ref}/${encoded}` : null,
    type: isFile ? 'file' : 'dir',
    _links: { self: url, git, html },
  };
}
