import { assert, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMON_PROMPTS, isAsExpected } from './common-prompts.ts';
import { countTerms } from './dictionary.ts';
import type { Plan } from './plan.ts';
import { planPrompt } from './plan-prompt.ts';

type Expected = Partial<Omit<Plan, 'understood' | 'ignored'>>;

const CASES: [string, Expected][] = [
  [
    'A woman walks through neon-lit Tokyo streets at night',
    { scene: 'night-city', timeOfDay: 'night', grade: 'neon' },
  ],
  ['rainy alley with umbrellas', { scene: 'night-city', weather: 'rain' }],
  ['a busy city', { scene: 'night-city' }],
  ['a busy city at noon', { scene: 'skyline', timeOfDay: 'day' }],
  ['skyscrapers at dusk', { scene: 'skyline', timeOfDay: 'dusk' }],
  [
    'Two sailboats on a calm sea at golden hour',
    { scene: 'sea', timeOfDay: 'sunset', mood: 'calm', subjects: [{ kind: 'boat', count: 2 }] },
  ],
  ['stormy waves', { scene: 'sea', weather: 'storm', mood: 'tense' }],
  ['Aerial view of a misty forest at dawn, deer', { scene: 'forest', weather: 'fog', camera: 'aerial' }],
  ['three wolves howling at the moon in winter', { scene: 'forest', season: 'winter', timeOfDay: 'night' }],
  ['snowy mountains', { scene: 'snow', weather: 'snow', season: 'winter' }],
  ['mountains and a lake in autumn', { scene: 'lake', season: 'autumn' }],
  [
    'horses crossing dunes, timelapse',
    { scene: 'desert', speed: 4, subjects: [{ kind: 'horse', count: 3 }] },
  ],
  ['slow motion jellyfish in the deep sea', { scene: 'underwater', speed: 0.4 }],
  ['an astronaut drifting past a nebula', { scene: 'space', subjects: [{ kind: 'astronaut', count: 1 }] }],
  ['pastel ink, swirling', { scene: 'abstract', grade: 'pastel' }],
  ['a crimson and teal beach', { scene: 'sea', colors: ['#b3123c', '#16c5c0'] }],
  ['zoom out over a valley', { scene: 'lake', camera: 'pull' }],
  ['black and white street, handheld', { scene: 'night-city', grade: 'noir', camera: 'handheld' }],
  [
    '霓虹街道，雨夜，女孩打伞',
    { scene: 'night-city', weather: 'rain', subjects: [{ kind: 'person', count: 1 }] },
  ],
  ['日落时分的海滩', { scene: 'sea', timeOfDay: 'sunset' }],
  ['northern lights over a snowy village', { scene: 'snow', timeOfDay: 'night', season: 'winter' }],
  ['wolves', { scene: 'forest', subjects: [{ kind: 'wolf', count: 3 }] }],
  ['an old steam train in the snow', { scene: 'snow', weather: 'snow' }],
  ['a cat playing piano', { scene: 'theatre', subjects: [{ kind: 'cat', count: 1 }] }],
  ['a dragon flying over a castle', { scene: 'lake', camera: 'pan' }],
  ['a dragon above Tokyo at night', { scene: 'skyline', timeOfDay: 'night' }],
  ['a girl dancing', { scene: 'theatre', subjects: [{ kind: 'dancer', count: 1 }] }],
  ['a girl dancing in the rain', { scene: 'night-city', weather: 'rain' }],
  ['sunset', { scene: 'sea', timeOfDay: 'sunset' }],
  ['heavy fog', { scene: 'forest', weather: 'fog' }],
  ['一只猫在弹钢琴', { scene: 'theatre', subjects: [{ kind: 'cat', count: 1 }] }],
  ['', { scene: 'abstract' }],
  ['qwertz 123 !!', { scene: 'abstract' }],
];

describe('planPrompt', () => {
  it.each(CASES)('reads "%s"', (prompt, expected) => {
    expect(planPrompt(prompt)).toMatchObject(expected);
  });

  it.each(COMMON_PROMPTS)('understands "$prompt"', (expected) => {
    const plan = planPrompt(expected.prompt);
    expect(isAsExpected(plan, expected), JSON.stringify(plan)).toBe(true);
    expect(plan.understood.length).toBeGreaterThan(0);
  });

  it('understands most words of the common prompts, in each language', () => {
    const plans = COMMON_PROMPTS.map(({ prompt }) => planPrompt(prompt));
    const used = plans.reduce((sum, { understood }) => sum + understood.length, 0);
    const left = plans.flatMap(({ ignored }) => ignored);
    expect(left.length / (used + left.length)).toBeLessThan(0.3);
  });

  it('lets a subject fill the frame when the prompt is about it', () => {
    expect(planPrompt('a cat').framing).toBe('close');
    expect(planPrompt('a cat in a garden').framing).toBe('medium');
    expect(planPrompt('a garden with a cat').framing).toBe('wide');
    expect(planPrompt('a close-up of a horse on a beach').framing).toBe('close');
    expect(planPrompt('five cats').framing).toBe('wide');
  });

  it('gives a colour to the thing that it describes, and not to the sky', () => {
    expect(planPrompt('a red sports car')).toMatchObject({
      colors: [],
      subjects: [{ kind: 'car', count: 1, color: '#e5383b' }],
    });
    expect(planPrompt('une voiture rouge').subjects).toEqual([{ kind: 'car', count: 1, color: '#e5383b' }]);
    expect(planPrompt('a pink sky over a lake').colors).toEqual(['#ff7eb6']);
  });

  it('draws no portrait of what has no shoulders', () => {
    expect(planPrompt('portrait of a horse')).toMatchObject({ scene: 'meadow', framing: 'close' });
  });

  it('folds plurals and verb forms, so that "running" and "puppies" are known words', () => {
    expect(planPrompt('puppies').subjects).toEqual([{ kind: 'dog', count: 3 }]);
    expect(planPrompt('it keeps raining').weather).toBe('rain');
    expect(planPrompt('panning over the beaches')).toMatchObject({ camera: 'pan', scene: 'sea' });
  });

  it('leaves out what the prompt rules out', () => {
    expect(planPrompt('a street without people, no rain').subjects).toEqual([]);
    expect(planPrompt('a beach, no boats').subjects).toEqual([]);
  });

  it('says which words it used for what, and which it did not use', () => {
    const { understood, ignored } = planPrompt('A purple lighthouse juggles spoons at dusk');
    expect(understood).toContainEqual({
      word: 'lighthouse',
      as: 'a hint at the scene: sea, subject: lighthouse',
    });
    expect(understood).toContainEqual({ word: 'dusk', as: 'time: dusk' });
    expect(ignored).toEqual(['juggles', 'spoons']);
  });

  it('claims no light, weather or season that the place does not show, and no action without a figure that does it', () => {
    const claimed = (prompt: string): string[] => planPrompt(prompt).understood.map(({ word }) => word);
    expect(claimed('rain in outer space on a winter morning')).toEqual(['outer space']);
    expect(claimed('a fish walks in the deep sea')).toEqual(['fish', 'deep sea']);
    expect(claimed('a horse runs through dunes')).toEqual(['horse', 'runs', 'dunes']);
  });

  it('reports words of unspaced scripts without the particles between them', () => {
    expect(planPrompt('森林里的小鹿，在弹钢琴').ignored).toEqual(['弹', '钢琴']);
  });

  it('counts a word as ignored when another word decided otherwise', () => {
    const { timeOfDay, ignored } = planPrompt('a lake from sunrise to midnight');
    expect(timeOfDay).toBe('dawn');
    expect(ignored).toEqual(['midnight']);
  });

  it('takes any text, and the same text always comes to the same plan', () => {
    void assert(
      property(string({ unit: 'grapheme', maxLength: 200 }), (prompt) => {
        expect(planPrompt(prompt)).toEqual(planPrompt(prompt));
      }),
      { numRuns: 200 },
    );
  });

  it('reads a prompt of a million characters in no time worth speaking of', () => {
    expect(planPrompt('sea '.repeat(250_000)).scene).toBe('sea');
  });

  it('knows at least a thousand terms', () => {
    expect(countTerms()).toBeGreaterThan(1000);
  });
});
