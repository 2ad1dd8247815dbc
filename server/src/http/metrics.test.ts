import { expect, it } from 'vitest';
import { createMetrics } from './metrics.ts';
import { createTestApi } from './testing.ts';

const { core } = await createTestApi();

it('A3: unreadable fields are counted by provider and name, and no answer can make endless series', async () => {
  const metrics = createMetrics({ ...core, running: () => 0 });
  metrics.countUnread({ provider: 'ark', fields: ['usage.completion_tokens', 'duration'] });
  metrics.countUnread({ provider: 'ark', fields: ['duration', `a name of an answer ${'x'.repeat(100)}`] });
  for (let at = 0; at < 2_000; at++) metrics.countUnread({ provider: 'fal', fields: [`field_${at}`] });
  const page = await metrics.render();
  expect(page).toContain('reelay_fields_unread_total{provider="ark",field="duration"} 2');
  expect(page).toContain('reelay_fields_unread_total{provider="ark",field="other"} 1');
  const series = page.split('\n').filter((line) => line.startsWith('reelay_fields_unread_total{'));
  expect(series.length).toBeLessThan(510);
  expect(page).toMatch(/^reelay_attempts_unreadable 0$/m);
  expect(page).toMatch(/^reelay_attempts_unfetched 0$/m);
});
