import { expect, it } from '@jest/globals';
import { setStage } from '../stage.ts';
import { waitFor } from '../wait-for.ts';

const stage = setStage();

async function readMetrics(): Promise<Map<string, number>> {
  const answer = await fetch(`${stage.scene.forwarder.url}/metrics`);
  expect(answer.headers.get('content-type')).toContain('text/plain');
  const lines = (await answer.text()).split('\n').filter((line) => line.startsWith('nectr_'));
  return new Map(lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]));
}

it('counts deliveries by answer, dispatches by outcome, and events by status', async () => {
  await stage.scene.connect();
  const { body } = await stage.scene.send();
  await stage.scene.send({}, { secret: 'wrong' });
  await waitFor('the dispatch', async () => {
    const event = await stage.scene.readEvent(body['event_id']);
    return event['status'] === 'completed';
  });
  const metrics = await readMetrics();
  expect(metrics.get('nectr_deliveries_total{answer="received"}')).toBeGreaterThanOrEqual(1);
  expect(metrics.get('nectr_deliveries_total{answer="invalid_signature"}')).toBe(1);
  expect(metrics.get('nectr_dispatch_attempts_total{outcome="dispatched"}')).toBe(1);
  expect(metrics.get('nectr_dispatch_latency_seconds_count')).toBe(1);
  expect(metrics.get('nectr_events{status="completed"}')).toBe(1);
  expect(metrics.get('nectr_events{status="pending"}')).toBe(0);
  expect(metrics.get('nectr_oldest_open_event_age_seconds')).toBe(0);
  expect(JSON.stringify([...metrics.keys()])).not.toContain(stage.scene.repo);
});
