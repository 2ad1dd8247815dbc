// Runs the vendored person segmentation network (see ../vendor/selfie) in plain TypeScript: a walk over its graph with
// just the ten operations that it uses. Small enough (0.1 M weights) that no machine learning library is worth its size.
// Must never read a graph that did not come with this source: nothing here guards against a hostile one.
import { readFileSync } from 'node:fs';

/** One picture of `channels` values a pixel, row by row. Vectors are 1 x 1 pictures. */
interface Tensor {
  height: number;
  width: number;
  channels: number;
  data: Float32Array;
}

interface Weights {
  shape: number[];
  data: Float32Array;
}

interface GraphNode {
  name: string;
  op: string;
  input?: string[];
  attr?: { strides?: { list: { i: string[] } } };
}

interface WeightEntry {
  name: string;
  shape: number[];
  dtype: 'float32' | 'int32';
}

/** The part of the vendored file that is read. */
interface GraphFile {
  modelTopology: { node: GraphNode[] };
  weightsManifest: { weights: WeightEntry[] }[];
}

interface Model {
  nodes: Map<string, GraphNode>;
  weights: Map<string, Weights>;
}

/** Side of the square that the network sees, in pixels. */
export const MODEL_SIDE = 256;
const OUTPUT_NAME = 'activation_10';

function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function loadModel(): Model {
  const folder = new URL('../vendor/selfie/', import.meta.url);
  const graph = JSON.parse(readFileSync(new URL('selfie.json', folder), 'utf8')) as GraphFile;
  const bytes = readFileSync(new URL('selfie.bin', folder));
  const weights = new Map<string, Weights>();
  let offset = 0;
  // Floats are stored as 16 bit halves, integers (output sizes, which the graph implies anyway) as 32 bit.
  for (const entry of graph.weightsManifest[0].weights) {
    const count = entry.shape.reduce((product, side) => product * side, 1);
    const data = new Float32Array(count);
    for (let i = 0; i < count; i++) {
      data[i] =
        entry.dtype === 'int32'
          ? bytes.readInt32LE(offset + 4 * i)
          : decodeHalf(bytes.readUInt16LE(offset + 2 * i));
    }
    offset += count * (entry.dtype === 'int32' ? 4 : 2);
    weights.set(entry.name, { shape: entry.shape, data });
  }
  const nodes = graph.modelTopology.node.map((node) => [node.name, node] as const);
  return { nodes: new Map(nodes), weights };
}

function makeTensor(height: number, width: number, channels: number): Tensor {
  return { height, width, channels, data: new Float32Array(height * width * channels) };
}

/** TensorFlow's SAME padding: what is missing is split, the odd pixel goes to the end. */
function padBefore(side: number, kernel: number, stride: number): number {
  const out = Math.ceil(side / stride);
  return Math.max(0, (out - 1) * stride + kernel - side) >> 1;
}

function convolvePoints(input: Tensor, filter: Weights): Tensor {
  const [, , inputs, outputs] = filter.shape as [number, number, number, number];
  const out = makeTensor(input.height, input.width, outputs);
  const weights = filter.data;
  const count = input.height * input.width;
  const sums = new Float32Array(outputs);
  for (let pixel = 0; pixel < count; pixel++) {
    sums.fill(0);
    for (let i = 0; i < inputs; i++) {
      const value = input.data[pixel * inputs + i];
      if (value === 0) continue;
      const row = i * outputs;
      for (let o = 0; o < outputs; o++) sums[o] = sums[o] + value * weights[row + o];
    }
    out.data.set(sums, pixel * outputs);
  }
  return out;
}

/** Calls `visit` for every pair of an output pixel and an input pixel under the kernel, as pixel numbers. */
function slideKernel(
  input: Tensor,
  kernel: number,
  stride: number,
  visit: (outPixel: number, inPixel: number, tap: number) => void,
): void {
  const outHeight = Math.ceil(input.height / stride);
  const outWidth = Math.ceil(input.width / stride);
  const top = padBefore(input.height, kernel, stride);
  const left = padBefore(input.width, kernel, stride);
  for (let y = 0; y < outHeight; y++) {
    for (let tap = 0; tap < kernel * kernel; tap++) {
      const row = y * stride - top + Math.floor(tap / kernel);
      if (row < 0 || row >= input.height) continue;
      for (let x = 0; x < outWidth; x++) {
        const column = x * stride - left + (tap % kernel);
        if (column >= 0 && column < input.width) visit(y * outWidth + x, row * input.width + column, tap);
      }
    }
  }
}

function convolve(input: Tensor, filter: Weights, stride: number): Tensor {
  const [kernel, , inputs, outputs] = filter.shape as [number, number, number, number];
  if (kernel === 1) return convolvePoints(input, filter);
  const out = makeTensor(Math.ceil(input.height / stride), Math.ceil(input.width / stride), outputs);
  const weights = filter.data;
  slideKernel(input, kernel, stride, (outPixel, inPixel, tap) => {
    for (let i = 0; i < inputs; i++) {
      const value = input.data[inPixel * inputs + i];
      const row = (tap * inputs + i) * outputs;
      const target = outPixel * outputs;
      for (let o = 0; o < outputs; o++)
        out.data[target + o] = out.data[target + o] + value * weights[row + o];
    }
  });
  return out;
}

function convolveDepthwise(input: Tensor, filter: Weights, stride: number): Tensor {
  const [kernel, , channels] = filter.shape as [number, number, number];
  const out = makeTensor(Math.ceil(input.height / stride), Math.ceil(input.width / stride), channels);
  const weights = filter.data;
  slideKernel(input, kernel, stride, (outPixel, inPixel, tap) => {
    const from = inPixel * channels;
    const target = outPixel * channels;
    const row = tap * channels;
    for (let c = 0; c < channels; c++) {
      out.data[target + c] = out.data[target + c] + input.data[from + c] * weights[row + c];
    }
  });
  return out;
}

/** The network's last step: every pixel becomes a 2 x 2 block of one channel. */
function expandBlocks(input: Tensor, filter: Weights): Tensor {
  const { height, width, channels } = input;
  const out = makeTensor(height * 2, width * 2, 1);
  for (let y = 0; y < height * 2; y++) {
    for (let x = 0; x < width * 2; x++) {
      const from = ((y >> 1) * width + (x >> 1)) * channels;
      const row = ((y & 1) * 2 + (x & 1)) * channels;
      let sum = 0;
      for (let c = 0; c < channels; c++) sum += input.data[from + c] * filter.data[row + c];
      out.data[y * width * 2 + x] = sum;
    }
  }
  return out;
}

function poolAverage(input: Tensor): Tensor {
  const out = makeTensor(1, 1, input.channels);
  const count = input.height * input.width;
  for (let i = 0; i < input.data.length; i++) {
    const c = i % input.channels;
    out.data[c] = out.data[c] + input.data[i] / count;
  }
  return out;
}

/** For each cell of a doubled side: the two cells that it lies between, and its share of the second. */
function planDouble(side: number) {
  return Array.from({ length: side * 2 }, (_, cell) => {
    const at = Math.max(0, (cell + 0.5) / 2 - 0.5);
    const first = Math.floor(at);
    return { first, second: Math.min(side - 1, first + 1), share: at - first };
  });
}

/** Doubles both sides, with samples taken at pixel centres. */
function resizeDouble(input: Tensor): Tensor {
  const { height, width, channels, data } = input;
  const out = makeTensor(height * 2, width * 2, channels);
  const columns = planDouble(width);
  let target = 0;
  for (const row of planDouble(height)) {
    for (const column of columns) {
      const a = (row.first * width + column.first) * channels;
      const b = (row.first * width + column.second) * channels;
      const c = (row.second * width + column.first) * channels;
      const d = (row.second * width + column.second) * channels;
      for (let n = 0; n < channels; n++) {
        const top = data[a + n] + (data[b + n] - data[a + n]) * column.share;
        const bottom = data[c + n] + (data[d + n] - data[c + n]) * column.share;
        out.data[target++] = top + (bottom - top) * row.share;
      }
    }
  }
  return out;
}

/** What a node works on. Its result may go into `spare`, an input that nothing else will read. */
interface Work {
  inputs: Tensor[];
  filter: Weights | undefined;
  spare: Tensor | undefined;
}

/** The larger of two tensors, the smaller one, and where the result goes. */
function pairUp({ inputs: [left, right], spare }: Work): { big: Tensor; small: Tensor; out: Tensor } {
  const [big, small] = left.data.length >= right.data.length ? [left, right] : [right, left];
  const fits = spare !== undefined && spare.data.length === big.data.length;
  return { big, small, out: fits ? spare : makeTensor(big.height, big.width, big.channels) };
}

/** Adds value by value; the smaller tensor may be a vector of the channels or a single number. */
function add(work: Work): Tensor {
  const { big, small, out } = pairUp(work);
  const period = small.data.length;
  for (let start = 0; start < out.data.length; start += period) {
    for (let n = 0; n < period; n++) out.data[start + n] = big.data[start + n] + small.data[n];
  }
  return out;
}

/** Multiplies as {@link add} adds. */
function multiply(work: Work): Tensor {
  const { big, small, out } = pairUp(work);
  const period = small.data.length;
  for (let start = 0; start < out.data.length; start += period) {
    for (let n = 0; n < period; n++) out.data[start + n] = big.data[start + n] * small.data[n];
  }
  return out;
}

/** Cuts values off below 0 and above `high`. */
function limit({ inputs: [input], spare }: Work, high: number): Tensor {
  const out = spare ?? makeTensor(input.height, input.width, input.channels);
  for (let i = 0; i < out.data.length; i++) out.data[i] = Math.min(high, Math.max(0, input.data[i]));
  return out;
}

function squash({ inputs: [input], spare }: Work): Tensor {
  const out = spare ?? makeTensor(input.height, input.width, input.channels);
  for (let i = 0; i < out.data.length; i++) out.data[i] = 1 / (1 + Math.exp(-input.data[i]));
  return out;
}

function runNode(node: GraphNode, work: Work): Tensor {
  const { inputs, filter } = work;
  const stride = Number(node.attr?.strides?.list.i[1] ?? 1);
  switch (node.op) {
    case 'Conv2D':
      return convolve(inputs[0], filter!, stride);
    case 'DepthwiseConv2dNative':
      return convolveDepthwise(inputs[0], filter!, stride);
    case 'Conv2DBackpropInput':
      return expandBlocks(inputs[2], filter!);
    case 'AvgPool':
      return poolAverage(inputs[0]);
    case 'ResizeBilinear':
      return resizeDouble(inputs[0]);
    case 'Add':
    case 'AddV2':
    case 'AddN':
      return add(work);
    case 'Mul':
      return multiply(work);
    case 'Relu':
      return limit(work, Number.POSITIVE_INFINITY);
    case 'Relu6':
      return limit(work, 6);
    case 'Sigmoid':
      return squash(work);
    default:
      throw new Error(`The segmentation graph has an operation that is not built: ${node.op}`);
  }
}

/** One walk over the graph. Keeps a result until its last reader has had it, and lets that reader write over it. */
class Run {
  #model: Model;
  #rgb: Float32Array;
  #done = new Map<string, Tensor>();
  #readersLeft = new Map<string, number>();

  constructor(model: Model, rgb: Float32Array) {
    this.#model = model;
    this.#rgb = rgb;
    for (const node of model.nodes.values()) {
      for (const name of node.input ?? [])
        this.#readersLeft.set(name, (this.#readersLeft.get(name) ?? 0) + 1);
    }
  }

  evaluate(name: string): Tensor {
    const known = this.#done.get(name);
    if (known !== undefined) return known;
    const constant = this.#model.weights.get(name);
    if (constant !== undefined)
      return { height: 1, width: 1, channels: constant.data.length, data: constant.data };
    const node = this.#model.nodes.get(name)!;
    if (node.op === 'Placeholder')
      return { height: MODEL_SIDE, width: MODEL_SIDE, channels: 3, data: this.#rgb };
    const names = node.input!;
    const inputs = names.map((input) => this.evaluate(input));
    const spare = names.map((input) => this.#release(input)).find((tensor) => tensor !== undefined);
    const tensor = runNode(node, { inputs, filter: this.#model.weights.get(names[1] ?? ''), spare });
    this.#done.set(name, tensor);
    return tensor;
  }

  /** Notes that one reader has been served; gives the tensor when it was the last. Constants are never given away. */
  #release(name: string): Tensor | undefined {
    const left = this.#readersLeft.get(name)! - 1;
    this.#readersLeft.set(name, left);
    const tensor = this.#done.get(name);
    if (left > 0 || tensor === undefined) return undefined;
    this.#done.delete(name);
    return tensor;
  }
}

let loaded: Model | undefined;

/**
 * How much each pixel belongs to a person, 0 to 1, for a picture of {@link modelSide} squared.
 * @param rgb three values a pixel, each 0 to 1
 */
export function runSelfieModel(rgb: Float32Array): Float32Array {
  loaded ??= loadModel();
  return new Run(loaded, rgb).evaluate(OUTPUT_NAME).data;
}
