// What the words of a prompt come to, before anything is drawn.
import type { UnderstoodWord } from '../job.ts';

export type SceneId =
  | 'night-city'
  | 'skyline'
  | 'sea'
  | 'lake'
  | 'forest'
  | 'desert'
  | 'snow'
  | 'space'
  | 'underwater'
  | 'theatre'
  | 'meadow'
  | 'road'
  | 'interior'
  | 'tabletop'
  | 'portrait'
  | 'rooftops'
  | 'garden'
  | 'aerial-city'
  | 'abstract';

export type TimeOfDay = 'dawn' | 'day' | 'sunset' | 'dusk' | 'night';
export type Weather = 'clear' | 'cloudy' | 'rain' | 'storm' | 'snow' | 'fog' | 'wind';
export type Mood = 'calm' | 'epic' | 'dark' | 'happy' | 'mysterious' | 'romantic' | 'tense' | 'dreamy';
export type CameraMove = 'dolly' | 'pull' | 'pan' | 'orbit' | 'tilt' | 'aerial' | 'handheld' | 'still';
/** How near the camera is to its subject: `close` lets it fill the frame. */
export type Framing = 'wide' | 'medium' | 'close';
/** What sort of room, table or person is meant, where a scene can draw several. */
export type Setting =
  | 'kitchen'
  | 'bedroom'
  | 'office'
  | 'library'
  | 'studio'
  | 'fireplace'
  | 'woman'
  | 'man'
  | 'child'
  | 'elder'
  | 'lavender'
  | 'sunflower'
  | 'poppy'
  | 'tulip'
  | 'rose';
/** Figures that scenes may draw. */
export type SubjectKind =
  | 'person'
  | 'dancer'
  | 'couple'
  | 'crowd'
  | 'car'
  | 'boat'
  | 'bird'
  | 'fish'
  | 'whale'
  | 'jellyfish'
  | 'horse'
  | 'deer'
  | 'wolf'
  | 'cat'
  | 'dog'
  | 'dragon'
  | 'balloon'
  | 'ship'
  | 'rocket'
  | 'astronaut'
  | 'tree'
  | 'palm'
  | 'castle'
  | 'house'
  | 'lighthouse'
  | 'train'
  | 'robot'
  | 'butterfly'
  | 'cup'
  | 'bottle'
  | 'vase'
  | 'fruit'
  | 'candle'
  | 'book'
  | 'phone'
  | 'shoe'
  | 'watch'
  | 'cake';

export interface Subject {
  kind: SubjectKind;
  count: number;
  /** The colour that the prompt gives it, as CSS hex. */
  color?: string;
}

export interface Plan {
  scene: SceneId;
  timeOfDay: TimeOfDay;
  weather: Weather;
  season: 'spring' | 'summer' | 'autumn' | 'winter';
  mood: Mood;
  /** Accent colours as CSS hex, strongest first; empty where the prompt names none. */
  colors: string[];
  /** Neon, holographic, pastel, vintage, golden and so on: how the finish grades the picture. */
  grade: 'neutral' | 'neon' | 'pastel' | 'vintage' | 'golden' | 'noir' | 'vivid';
  camera: CameraMove;
  /** 1 is natural; 0.4 slow motion, 4 timelapse. */
  speed: number;
  subjects: Subject[];
  framing: Framing;
  settings: Setting[];
  understood: UnderstoodWord[];
  ignored: string[];
}
