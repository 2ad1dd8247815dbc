// The light of a scene: one set of colours from time of day, weather, mood and the colours of the prompt, that sky,
// ground, water and figures all share. That they share it is what makes a picture look like one place.
import type { Plan } from '../plan/plan.ts';
import { createRandom, deriveSeed } from '../random.ts';
import { mixColors, parseColor, type Rgb, saturateColor, scaleColor } from './color.ts';

export interface Atmosphere {
  /** Colours of the clear sky from straight above down to the horizon. */
  sky: readonly Rgb[];
  /** Colour of the sun, or of the moon by night. */
  sun: Rgb;
  /** Sideways place of the light, as a share of the width. */
  sunX: number;
  /** Height of the light over the horizon, as a share of the sky; below 0 it has set. */
  sunY: number;
  /** How strongly the light shows through the weather, 0..1. */
  sunStrength: number;
  moonlit: boolean;
  /** Share of stars that can be seen, 0..1. */
  stars: number;
  /** Share of the sky under cloud, 0..1. */
  cloudCover: number;
  cloudLit: Rgb;
  cloudShade: Rgb;
  /** What far things fade into. */
  haze: Rgb;
  /** How soon they fade: 1 on a clear day, more in fog. */
  hazeAmount: number;
  /** The light that comes from everywhere, as a factor for the colour of the ground. */
  ambient: Rgb;
  /** The light that comes from the sun or moon, as the same kind of factor. */
  direct: Rgb;
  /** Near figures against the light. */
  shadow: Rgb;
  /** A warm or named colour for lamps, sails and other small bright things. */
  accent: Rgb;
  /** Speed of air, 1 on a normal day. */
  wind: number;
}

interface DayLight {
  sky: readonly [string, string, string, string];
  sun: string;
  sunX: number;
  sunY: number;
  stars: number;
  cloudLit: string;
  cloudShade: string;
  haze: string;
  ambient: string;
  direct: string;
  shadow: string;
}

const DAY_LIGHTS: Record<Plan['timeOfDay'], DayLight> = {
  dawn: {
    sky: ['#33487c', '#7d86b4', '#dba9b0', '#ffdcb4'],
    sun: '#ffe2b4',
    sunX: 0.36,
    sunY: 0.1,
    stars: 0.08,
    cloudLit: '#ffd6c2',
    cloudShade: '#8c84ab',
    haze: '#e3b9b4',
    ambient: '#7f86ad',
    direct: '#ffc79a',
    shadow: '#232545',
  },
  day: {
    sky: ['#2a63a6', '#5c9bce', '#a4cde4', '#dcecee'],
    sun: '#fff6e2',
    sunX: 0.7,
    sunY: 0.72,
    stars: 0,
    cloudLit: '#ffffff',
    cloudShade: '#9db2c8',
    haze: '#c3dbe6',
    ambient: '#8fa9c4',
    direct: '#ffefd2',
    shadow: '#1d2f3c',
  },
  sunset: {
    sky: ['#232a5c', '#6c4580', '#d9706a', '#ffc078'],
    sun: '#ffdca0',
    sunX: 0.62,
    sunY: 0.13,
    stars: 0.1,
    cloudLit: '#ffb27c',
    cloudShade: '#6b4a7c',
    haze: '#e08f78',
    ambient: '#6f5f92',
    direct: '#ff9f62',
    shadow: '#1f1838',
  },
  dusk: {
    sky: ['#0f1636', '#2a3468', '#6c5488', '#d58f8c'],
    sun: '#f2b08c',
    sunX: 0.6,
    sunY: -0.06,
    stars: 0.45,
    cloudLit: '#b57c94',
    cloudShade: '#353863',
    haze: '#7a6390',
    ambient: '#4a5484',
    direct: '#8c6c92',
    shadow: '#0d1128',
  },
  night: {
    sky: ['#050a1c', '#0a1632', '#14284e', '#274468'],
    sun: '#dfe9ff',
    sunX: 0.68,
    sunY: 0.66,
    stars: 1,
    cloudLit: '#5a729c',
    cloudShade: '#0e1a33',
    haze: '#1d3556',
    ambient: '#26395e',
    direct: '#6c8cba',
    shadow: '#040917',
  },
};

interface WeatherLight {
  cover: number;
  grey: number;
  dim: number;
  sun: number;
  haze: number;
  wind: number;
}

const WEATHER_LIGHTS: Record<Plan['weather'], WeatherLight> = {
  clear: { cover: 0.34, grey: 0, dim: 1, sun: 1, haze: 1, wind: 1 },
  cloudy: { cover: 0.74, grey: 0.34, dim: 0.93, sun: 0.4, haze: 1.2, wind: 1.2 },
  rain: { cover: 0.88, grey: 0.52, dim: 0.72, sun: 0.12, haze: 1.8, wind: 1.4 },
  storm: { cover: 0.9, grey: 0.34, dim: 0.56, sun: 0.05, haze: 1.3, wind: 2.6 },
  snow: { cover: 0.82, grey: 0.4, dim: 0.95, sun: 0.25, haze: 1.9, wind: 0.8 },
  fog: { cover: 0.55, grey: 0.42, dim: 0.95, sun: 0.45, haze: 3.2, wind: 0.5 },
  wind: { cover: 0.5, grey: 0.08, dim: 1, sun: 0.9, haze: 1, wind: 2.6 },
};

const MOOD_TINTS: Record<Plan['mood'], { tint: string; share: number; dim: number; saturation: number }> = {
  calm: { tint: '#8fb0c8', share: 0.04, dim: 1, saturation: 1 },
  epic: { tint: '#c88a4a', share: 0.07, dim: 0.95, saturation: 1.15 },
  dark: { tint: '#101624', share: 0.26, dim: 0.72, saturation: 0.8 },
  happy: { tint: '#ffd98a', share: 0.08, dim: 1.05, saturation: 1.2 },
  mysterious: { tint: '#2a5a6c', share: 0.18, dim: 0.85, saturation: 0.92 },
  romantic: { tint: '#e88aa0', share: 0.16, dim: 1, saturation: 1.06 },
  tense: { tint: '#5c2a2a', share: 0.15, dim: 0.82, saturation: 0.85 },
  dreamy: { tint: '#c8b0e8', share: 0.2, dim: 1.05, saturation: 0.95 },
};

/** Where the light stands: the hour says how high, the seed on which side. */
function placeLight(sunX: number, seed: number): number {
  const random = createRandom(deriveSeed(seed, 'light'));
  const side = random() > 0.35 ? sunX : 1 - sunX;
  return side + (random() - 0.5) * 0.1;
}

/** The light that all parts of a scene share, for this plan and this seed. */
export function createAtmosphere(plan: Plan, seed: number): Atmosphere {
  const light = DAY_LIGHTS[plan.timeOfDay];
  const weather = WEATHER_LIGHTS[plan.weather];
  const mood = MOOD_TINTS[plan.mood];
  const named = plan.colors.map(parseColor);
  const night = plan.timeOfDay === 'night';
  const dim = night ? Math.sqrt(weather.dim) : weather.dim;
  const shade = (hex: string): Rgb => {
    const moody = saturateColor(
      mixColors(parseColor(hex), parseColor(mood.tint), mood.share),
      mood.saturation,
    );
    return scaleColor(saturateColor(moody, 1 - weather.grey), mood.dim * dim);
  };
  const sky = light.sky.map(shade);
  if (named.length > 0) {
    sky[2] = mixColors(sky[2], scaleColor(named[0], night ? 0.5 : 0.9), 0.44);
    sky[3] = mixColors(sky[3], scaleColor(named[0], night ? 0.6 : 1), 0.3);
    sky[1] = mixColors(sky[1], scaleColor(named[named.length - 1], night ? 0.3 : 0.6), 0.3);
  }
  const lamp = parseColor(night || plan.timeOfDay === 'dusk' ? '#ffc678' : '#e0523c');
  const closed = Math.max(0, weather.cover - 0.5) * 1.4;
  const cloudLit = mixColors(shade(light.cloudLit), sky[2], closed * 0.42);
  return {
    sky: sky.map((color) => mixColors(color, shade(light.cloudShade), closed * 0.35)),
    sun: parseColor(light.sun),
    sunX: placeLight(light.sunX, seed),
    sunY: light.sunY,
    sunStrength: weather.sun,
    moonlit: night,
    stars: light.stars * Math.max(0, 1 - weather.grey * 1.9),
    cloudCover: weather.cover,
    cloudLit: scaleColor(cloudLit, weather.sun < 0.2 ? 0.86 : 1),
    cloudShade: scaleColor(shade(light.cloudShade), plan.weather === 'storm' ? 0.55 : 1),
    haze: mixColors(shade(light.haze), sky[3], 0.35),
    hazeAmount: weather.haze,
    ambient: shade(light.ambient),
    direct: scaleColor(shade(light.direct), 0.25 + 0.75 * weather.sun),
    shadow: shade(light.shadow),
    accent: named.length > 0 ? named[0] : lamp,
    wind: weather.wind,
  };
}

/** The colour of a thing in this light; `lit` 0 is its shadow side and 1 the side to the sun. */
export function lightColor(atmosphere: Atmosphere, albedo: Rgb, lit: number): Rgb {
  const { ambient, direct } = atmosphere;
  return [
    (albedo[0] * (ambient[0] + direct[0] * lit)) / 255,
    (albedo[1] * (ambient[1] + direct[1] * lit)) / 255,
    (albedo[2] * (ambient[2] + direct[2] * lit)) / 255,
  ];
}
