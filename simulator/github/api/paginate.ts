// One page of a list, with the `Link` header that leads to the others: 30 a page, 100 at most
// (docs.github.com/rest/using-the-rest-api/using-pagination-in-the-rest-api).
import type { Answer, Call } from './call.ts';

export function readPerPage({ query }: Call): number {
  return Math.max(1, Math.min(100, Number(query.get('per_page') ?? 30)));
}

export function paginate<T>(
  call: Call,
  items: readonly T[],
  wrap: (page: readonly T[]) => unknown = (page) => page,
): Answer {
  const perPage = readPerPage(call);
  const page = Math.max(1, Number(call.query.get('page') ?? 1));
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const links = [
    ...(page > 1 ? [link(call, Math.min(page - 1, last), 'prev')] : []),
    ...(page < last ? [link(call, page + 1, 'next'), link(call, last, 'last')] : []),
    ...(page > 1 ? [link(call, 1, 'first')] : []),
  ];
  const body = wrap(items.slice((page - 1) * perPage, page * perPage));
  return { status: 200, body, headers: links.length > 0 ? { link: links.join(', ') } : {} };
}

function link(call: Call, page: number, rel: string): string {
  const url = new URL(call.address);
  url.searchParams.set('page', String(page));
  return `<${url.href}>; rel="${rel}"`;
}
