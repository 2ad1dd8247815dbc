// Sixty prompts of the kind that people try first, in four languages, with what each is to be understood as. The sheet
// in the documents is drawn from them (sheet.ts), and a test holds their words.
import type { Framing, Plan, SceneId, SubjectKind, TimeOfDay, Weather } from './plan.ts';

/** What a prompt is to be understood as; what is left out may be anything. */
export interface CommonPrompt {
  prompt: string;
  scene: SceneId;
  subject?: SubjectKind;
  timeOfDay?: TimeOfDay;
  weather?: Weather;
  framing?: Framing;
}

/** Whether a plan has what is expected of its prompt. */
export function isAsExpected(plan: Plan, expected: CommonPrompt): boolean {
  const {
    scene,
    subject,
    timeOfDay = plan.timeOfDay,
    weather = plan.weather,
    framing = plan.framing,
  } = expected;
  const hasSubject = subject === undefined || plan.subjects.some(({ kind }) => kind === subject);
  const isSame = plan.timeOfDay === timeOfDay && plan.weather === weather && plan.framing === framing;
  return plan.scene === scene && hasSubject && isSame;
}

export const COMMON_PROMPTS: readonly CommonPrompt[] = [
  { prompt: 'A meadow full of wildflowers at sunrise', scene: 'meadow', timeOfDay: 'dawn' },
  {
    prompt: 'A brown horse galloping across a green field',
    scene: 'meadow',
    subject: 'horse',
    framing: 'medium',
  },
  { prompt: 'A golden retriever puppy running through grass', scene: 'meadow', subject: 'dog' },
  { prompt: 'Lavender field in Provence at golden hour', scene: 'meadow', timeOfDay: 'sunset' },
  { prompt: 'A red sports car driving on a mountain road', scene: 'road', subject: 'car' },
  { prompt: 'An empty highway through the desert at sunset', scene: 'road', timeOfDay: 'sunset' },
  { prompt: 'Night drive on a rainy road', scene: 'road', timeOfDay: 'night', weather: 'rain' },
  { prompt: 'A cozy living room with a fireplace in winter', scene: 'interior' },
  { prompt: 'A cat sleeping on a sofa by the window', scene: 'interior', subject: 'cat' },
  { prompt: 'A modern kitchen in morning light', scene: 'interior', timeOfDay: 'dawn' },
  { prompt: 'Old library at night, candlelight', scene: 'interior', timeOfDay: 'night' },
  { prompt: 'A steaming cup of coffee on a wooden table', scene: 'tabletop', subject: 'cup' },
  { prompt: 'A bowl of fruit on a kitchen table, still life', scene: 'tabletop', subject: 'fruit' },
  { prompt: 'Product shot of a perfume bottle on a pedestal', scene: 'tabletop', subject: 'bottle' },
  { prompt: 'White sneakers on a podium, studio light', scene: 'tabletop', subject: 'shoe' },
  { prompt: 'A luxury watch rotating, macro', scene: 'tabletop', subject: 'watch', framing: 'close' },
  { prompt: 'A birthday cake with a candle', scene: 'tabletop', subject: 'cake' },
  {
    prompt: 'Portrait of a young woman in soft window light',
    scene: 'portrait',
    subject: 'person',
    framing: 'close',
  },
  { prompt: 'Close-up portrait of an old fisherman', scene: 'portrait', subject: 'person', framing: 'close' },
  { prompt: 'A woman smiling at the camera', scene: 'portrait', subject: 'person' },
  { prompt: 'A girl dancing ballet on stage', scene: 'theatre', subject: 'dancer' },
  { prompt: 'A rock band in concert', scene: 'theatre' },
  { prompt: 'Rooftops of Paris at dusk', scene: 'rooftops', timeOfDay: 'dusk' },
  {
    prompt: 'A black cat walking on a rooftop under the moon',
    scene: 'rooftops',
    subject: 'cat',
    timeOfDay: 'night',
  },
  { prompt: 'A camel caravan crossing sand dunes', scene: 'desert' },
  { prompt: 'A rose garden with a fountain', scene: 'garden' },
  { prompt: 'Cherry blossom park in spring', scene: 'garden' },
  { prompt: 'A butterfly in a garden, macro shot', scene: 'garden', subject: 'butterfly', framing: 'close' },
  { prompt: 'Aerial view of a modern city at night', scene: 'aerial-city', timeOfDay: 'night' },
  { prompt: 'Drone shot over New York at sunset', scene: 'aerial-city', timeOfDay: 'sunset' },
  { prompt: 'A woman walks through neon-lit Tokyo streets at night', scene: 'night-city', subject: 'person' },
  { prompt: 'Waves crashing on a beach at sunset', scene: 'sea', timeOfDay: 'sunset' },
  { prompt: 'A mountain lake in autumn', scene: 'lake' },
  { prompt: 'Deer in a misty forest at dawn', scene: 'forest', subject: 'deer', weather: 'fog' },
  { prompt: 'An astronaut floating in space', scene: 'space', subject: 'astronaut' },
  { prompt: 'Jellyfish in the deep sea', scene: 'underwater', subject: 'jellyfish' },
  { prompt: 'Northern lights over snowy mountains', scene: 'snow', timeOfDay: 'night' },
  { prompt: 'A hot air balloon over a valley', scene: 'lake', subject: 'balloon' },
  { prompt: '一匹马在草原上奔跑', scene: 'meadow', subject: 'horse' },
  { prompt: '红色跑车行驶在公路上', scene: 'road', subject: 'car' },
  { prompt: '木桌上的一杯咖啡', scene: 'tabletop', subject: 'cup' },
  { prompt: '少女的肖像，柔和的光', scene: 'portrait', subject: 'person' },
  { prompt: '一只猫在窗边的沙发上', scene: 'interior', subject: 'cat' },
  { prompt: '城市夜景航拍', scene: 'aerial-city', timeOfDay: 'night' },
  { prompt: '花园里的蝴蝶', scene: 'garden', subject: 'butterfly' },
  { prompt: '香水产品展示', scene: 'tabletop', subject: 'bottle' },
  { prompt: 'Eine Blumenwiese im Morgenlicht', scene: 'meadow' },
  { prompt: 'Ein rotes Auto auf der Landstraße', scene: 'road', subject: 'car' },
  { prompt: 'Eine Katze im Wohnzimmer', scene: 'interior', subject: 'cat' },
  { prompt: 'Eine Tasse Kaffee auf dem Tisch', scene: 'tabletop', subject: 'cup' },
  { prompt: 'Porträt eines alten Mannes', scene: 'portrait', subject: 'person' },
  { prompt: 'Über den Dächern der Stadt bei Sonnenuntergang', scene: 'rooftops', timeOfDay: 'sunset' },
  { prompt: 'Ein Garten mit Brunnen im Sommer', scene: 'garden' },
  { prompt: 'Un champ de tournesols sous le soleil', scene: 'meadow' },
  { prompt: 'Une voiture rouge sur une route de montagne', scene: 'road', subject: 'car' },
  { prompt: 'Un chat dans la cuisine', scene: 'interior', subject: 'cat' },
  { prompt: 'Une tasse de café sur une table en bois', scene: 'tabletop', subject: 'cup' },
  { prompt: 'Portrait d’une femme, gros plan', scene: 'portrait', subject: 'person', framing: 'close' },
  { prompt: 'Vue aérienne de la ville la nuit', scene: 'aerial-city', timeOfDay: 'night' },
  { prompt: 'Un jardin fleuri au printemps', scene: 'garden' },
];
