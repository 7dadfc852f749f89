// Work about one repository, one at a time across replicas, with edges that write only for as long as that holds.
import type { ConnectEdges } from './call-github.ts';

export function holdRepository<Value>(
  edges: ConnectEdges,
  repositoryId: number,
  work: (held: ConnectEdges) => Promise<Value>,
): Promise<Value> {
  const { inbox } = edges;
  return inbox.connections.exclusively(repositoryId, (connections) =>
    work({ ...edges, inbox: { ...inbox, connections } }),
  );
}
