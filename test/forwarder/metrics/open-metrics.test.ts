import { expect, it } from '@jest/globals';
import { openMetrics } from '../../../forwarder/metrics/open-metrics.ts';
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
  expect(metrics.get('nectr_database_up')).toBe(1);
  expect(JSON.stringify([...metrics.keys()])).not.toContain(stage.scene.repo);
});

it('goes on without a database, and leaves out what only that knows', async () => {
  const events = { measure: () => Promise.reject(new Error('the database is gone')) };
  const metrics = openMetrics({ events, readRateBudget: () => 17, now: () => new Date() });
  metrics.countDelivery('store_unavailable');
  const { text } = await metrics.render();
  expect(text).toMatch(/^nectr_database_up 0$/m);
  expect(text).toMatch(/^nectr_deliveries_total\{answer="store_unavailable"\} 1$/m);
  expect(text).toMatch(/^nectr_github_rate_limit_remaining\{resource="core"\} 17$/m);
  expect(text).not.toContain('nectr_events');
});
