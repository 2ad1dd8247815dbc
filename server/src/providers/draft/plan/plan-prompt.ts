import type { Plan } from './plan.ts';

export function planPrompt(_prompt: string): Plan {
  return {
    scene: 'night-city',
    timeOfDay: 'night',
    weather: 'rain',
    season: 'autumn',
    mood: 'mysterious',
    colors: [],
    grade: 'neon',
    camera: 'dolly',
    speed: 1,
    subjects: [],
    understood: [],
    ignored: [],
  };
}
