// Test scenarios: on a test key, a marker in the prompt or a template id of the reserved block makes the
// draft provider behave like a provider in trouble, so that every path of an integration can be tried.
// docs/test-mode.md lists them.
import type { JsonObject } from '../../lib/json.ts';

export const SCENARIOS = {
  slow: { templateId: '999000001', about: 'renders normally after waiting 30 seconds' },
  fail: { templateId: '999000002', about: 'fails with generation_failed after two seconds' },
  moderation: { templateId: '999000003', about: 'is refused with content_refused' },
  lost_answer: { templateId: '999000004', about: 'loses the answer to the start, then is found again' },
  duplicate_callback: { templateId: '999000005', about: 'succeeds and its callback is sent twice' },
  unavailable: { templateId: '999000006', about: 'finds its provider down twice before it starts' },
  stuck: { templateId: '999000007', about: 'never finishes; only a cancel or the deadline ends it' },
} as const;

export type Scenario = keyof typeof SCENARIOS;

/** Those that fail or wait before anything is rendered. */
const WITHOUT_RENDER: ReadonlySet<Scenario | undefined> = new Set(['slow', 'fail', 'moderation', 'stuck']);

/** Whether a task of the scenario needs a renderer as soon as it begins. */
export function needsRenderer(scenario: Scenario | undefined): boolean {
  return !WITHOUT_RENDER.has(scenario);
}

const MARKER = /\breelay:([a-z_]+)\b/;

function isScenario(name: string): name is Scenario {
  return Object.hasOwn(SCENARIOS, name);
}

/** The scenario that an input asks for: `reelay:fail` anywhere in the prompt, or its template id. */
export function scenarioOf(input: JsonObject): Scenario | undefined {
  if (typeof input.template_id === 'string') {
    for (const name of Object.keys(SCENARIOS)) {
      if (isScenario(name) && SCENARIOS[name].templateId === input.template_id) return name;
    }
  }
  if (typeof input.prompt !== 'string') return undefined;
  const name = MARKER.exec(input.prompt)?.[1];
  return name !== undefined && isScenario(name) ? name : undefined;
}

/** The prompt without its marker, so that the picture is the same as without the marker. */
export function withoutMarker(prompt: string): string {
  return prompt.replace(MARKER, '').trim();
}
