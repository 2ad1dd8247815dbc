// The instruments. Each adds one note or hit, at a time in seconds, into a bus; what lies beyond the end is cut.
import {
  createBandPass,
  createLowPass,
  createNoise,
  panGains,
  type Random,
  SAMPLE_RATE,
  type Stereo,
} from './signal.ts';

/** One note: times in seconds, pitch in hertz, gain 0 to 1, pan -1 to 1. */
export interface Note {
  startSeconds: number;
  lengthSeconds: number;
  hertz: number;
  gain: number;
  pan: number;
}

const TABLE_SIZE = 2048;
/** Slow envelopes are worked out once in this many samples and drawn as straight lines between. */
const ENVELOPE_SAMPLES = 64;

/** One period of a tone whose partial n has the strength n to the power of -`fall`, the loudest value being 1. */
export function createWaveTable(partials: number, fall: number): Float32Array {
  const table = new Float32Array(TABLE_SIZE + 1);
  for (let partial = 1; partial <= partials; partial += 1) {
    const strength = partial ** -fall;
    for (let index = 0; index <= TABLE_SIZE; index += 1) {
      table[index]! +=
        strength * Math.sin((index * partial * Math.PI * 2) / TABLE_SIZE + partial * partial * 0.7);
    }
  }
  const loudest = table.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return table.map((value) => value / loudest);
}

function readTable(table: Float32Array, phase: number): number {
  const position = phase * TABLE_SIZE;
  const index = position | 0;
  return table[index]! + (table[index + 1]! - table[index]!) * (position - index);
}

interface Span {
  from: number;
  to: number;
}

function spanOf(bus: Stereo, startSeconds: number, lengthSeconds: number): Span {
  const from = Math.max(0, Math.round(startSeconds * SAMPLE_RATE));
  return { from, to: Math.min(bus.left.length, from + Math.round(lengthSeconds * SAMPLE_RATE)) };
}

/** A soft chord tone: two detuned voices left and right that open from the dull table to the bright one and close again. */
export function addPad(bus: Stereo, note: Note, tables: { dull: Float32Array; bright: Float32Array }): void {
  const { from, to } = spanOf(bus, note.startSeconds, note.lengthSeconds);
  const attack = Math.min(0.5, note.lengthSeconds * 0.3);
  const release = Math.min(0.9, note.lengthSeconds * 0.4);
  const [gainLeft, gainRight] = panGains(note.pan);
  const stepLeft = (note.hertz * 1.0022) / SAMPLE_RATE;
  const stepRight = (note.hertz * 0.9978) / SAMPLE_RATE;
  let phaseLeft = (note.hertz * 0.37) % 1;
  let phaseRight = (note.hertz * 0.73) % 1;
  let level = 0;
  let levelStep = 0;
  let open = 0;
  for (let index = from; index < to; index += 1) {
    if ((index - from) % ENVELOPE_SAMPLES === 0) {
      const time = (index - from + ENVELOPE_SAMPLES) / SAMPLE_RATE;
      const rise = Math.min(1, time / attack);
      const fall = Math.max(0, Math.min(1, (note.lengthSeconds - time) / release));
      const next = note.gain * rise * rise * (3 - 2 * rise) * fall * fall * (3 - 2 * fall);
      levelStep = (next - level) / ENVELOPE_SAMPLES;
      const part = time / note.lengthSeconds;
      open = 4 * part * (1 - part);
    }
    level += levelStep;
    phaseLeft += stepLeft;
    if (phaseLeft >= 1) phaseLeft -= 1;
    phaseRight += stepRight;
    if (phaseRight >= 1) phaseRight -= 1;
    const dullLeft = readTable(tables.dull, phaseLeft);
    const dullRight = readTable(tables.dull, phaseRight);
    bus.left[index]! +=
      level * gainLeft * (dullLeft + open * (readTable(tables.bright, phaseLeft) - dullLeft));
    bus.right[index]! +=
      level * gainRight * (dullRight + open * (readTable(tables.bright, phaseRight) - dullRight));
  }
}

/** A plucked string after Karplus and Strong: a burst of noise going round a delay line that dulls it. */
export function addPluck(bus: Stereo, note: Note, random: Random): void {
  const noise = createNoise(random);
  const { from, to } = spanOf(bus, note.startSeconds, note.lengthSeconds);
  const exactPeriod = SAMPLE_RATE / note.hertz - 0.5;
  const period = Math.floor(exactPeriod);
  const fraction = exactPeriod - period;
  const line = new Float32Array(period + 1);
  const soften = createLowPass(2_600);
  for (let index = 0; index < line.length; index += 1) line[index] = soften(noise()) * 2.2;
  const loss = 0.001 ** (1 / (note.hertz * Math.max(0.3, note.lengthSeconds)));
  const [gainLeft, gainRight] = panGains(note.pan);
  const attackSamples = 90;
  let position = 0;
  let previous = 0;
  for (let index = from; index < to; index += 1) {
    const next = position + 1 >= line.length ? 0 : position + 1;
    const heard = line[position]! * fraction + line[next]! * (1 - fraction);
    line[position] = loss * 0.5 * (heard + previous);
    previous = heard;
    position = next;
    const ends = Math.min(1, (index - from) / attackSamples, (to - index) / 480);
    bus.left[index]! += heard * note.gain * gainLeft * ends;
    bus.right[index]! += heard * note.gain * gainRight * ends;
  }
}

const SINE = createWaveTable(1, 0);

/** A struck tone by frequency modulation: `ratio` 1 sounds like an electric piano, 3.5 like a small bell. */
export function addBell(bus: Stereo, note: Note, ratio: number): void {
  const { from, to } = spanOf(bus, note.startSeconds, note.lengthSeconds);
  const step = note.hertz / SAMPLE_RATE;
  const shadeStep = step * ratio;
  const fadeStep = Math.exp(-4.6 / (note.lengthSeconds * SAMPLE_RATE));
  const [gainLeft, gainRight] = panGains(note.pan);
  let decay = 1;
  let phase = 0;
  let shadePhase = 0;
  for (let index = from; index < to; index += 1) {
    decay *= fadeStep;
    // Exactly what a remainder gives, in a fifth of its time.
    phase += step;
    if (phase >= 1) phase -= 1;
    shadePhase += shadeStep;
    if (shadePhase >= 1) shadePhase -= 1;
    // Two turns are added so that the table is never read below its start.
    const shaded = phase + 2 + readTable(SINE, shadePhase) * 0.22 * decay * decay;
    const ends = Math.min(1, (index - from) / 140, (to - index) / 480);
    const value = readTable(SINE, shaded - (shaded | 0)) * decay * ends * note.gain;
    bus.left[index]! += value * gainLeft;
    bus.right[index]! += value * gainRight;
  }
}

/** The low end: a sine with a little of its octave, so that small speakers hear it too. */
export function addBass(bus: Stereo, note: Note): void {
  const { from, to } = spanOf(bus, note.startSeconds, note.lengthSeconds);
  const step = note.hertz / SAMPLE_RATE;
  let phase = 0;
  for (let index = from; index < to; index += 1) {
    phase += step;
    if (phase >= 1) phase -= 1;
    const ends = Math.min(1, (index - from) / 2_400, (to - index) / 4_800);
    const value =
      (readTable(SINE, phase) + 0.35 * readTable(SINE, phase >= 0.5 ? phase * 2 - 1 : phase * 2)) *
      note.gain *
      ends;
    bus.left[index]! += value;
    bus.right[index]! += value;
  }
}

/** A drum: a sine that falls to `hertz` within a few hundredths of a second, with a breath of dull noise. */
export function addDrum(bus: Stereo, note: Note, random: Random): void {
  const noise = createNoise(random);
  const { from, to } = spanOf(bus, note.startSeconds, note.lengthSeconds);
  const dull = createLowPass(700);
  const [gainLeft, gainRight] = panGains(note.pan);
  let phase = 0;
  for (let index = from; index < to; index += 1) {
    const time = (index - from) / SAMPLE_RATE;
    phase += (note.hertz * (1 + 1.6 * Math.exp(-time * 38)) * Math.PI * 2) / SAMPLE_RATE;
    const decay = Math.exp((-5 * time) / note.lengthSeconds);
    const skin = dull(noise()) * Math.exp(-time * 30) * 1.2;
    const ends = Math.min(1, (index - from) / 96, (to - index) / 480);
    const value = (Math.sin(phase) * decay + skin) * note.gain * ends;
    bus.left[index]! += value * gainLeft;
    bus.right[index]! += value * gainRight;
  }
}

/** A short breath of noise round `hertz`: shaker, brush or the tick of a clock, by length and pitch. */
export function addShaker(bus: Stereo, note: Note, random: Random): void {
  const noise = createNoise(random);
  const { from, to } = spanOf(bus, note.startSeconds, note.lengthSeconds);
  const band = createBandPass(note.hertz, 1.2);
  const [gainLeft, gainRight] = panGains(note.pan);
  for (let index = from; index < to; index += 1) {
    const time = (index - from) / SAMPLE_RATE;
    const shape = Math.min(1, (index - from) / 240) * Math.exp((-5 * time) / note.lengthSeconds);
    const value = band.process(noise()) * shape * note.gain;
    bus.left[index]! += value * gainLeft;
    bus.right[index]! += value * gainRight;
  }
}
