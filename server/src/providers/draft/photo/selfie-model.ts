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

interface Model {
  nodes: Map<string, GraphNode>;
  weights: Map<string, Weights>;
}

/** Side of the square that the network sees, in pixels. */
export const modelSide = 256;
const outputName = 'activation_10';

function decodeHalf(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function loadModel(): Model {
  const folder = new URL('../vendor/selfie/', import.meta.url);
  const graph = JSON.parse(readFileSync(new URL('selfie.json', folder), 'utf8'));
  const bytes = readFileSync(new URL('selfie.bin', folder));
  const weights = new Map<string, Weights>();
  let offset = 0;
  // Floats are stored as 16 bit halves, integers (output sizes, which the graph implies anyway) as 32 bit.
  for (const entry of graph.weightsManifest[0].weights as WeightEntry[]) {
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
  const nodes = (graph.modelTopology.node as GraphNode[]).map((node) => [node.name, node] as const);
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

/** Doubles both sides, with samples taken at pixel centres. */
function resizeDouble(input: Tensor): Tensor {
  const { height, width, channels } = input;
  const out = makeTensor(height * 2, width * 2, channels);
  for (let y = 0; y < height * 2; y++) {
    const fy = Math.max(0, (y + 0.5) / 2 - 0.5);
    const y0 = Math.floor(fy);
    const y1 = Math.min(height - 1, y0 + 1);
    for (let x = 0; x < width * 2; x++) {
      const fx = Math.max(0, (x + 0.5) / 2 - 0.5);
      const x0 = Math.floor(fx);
      const x1 = Math.min(width - 1, x0 + 1);
      for (let c = 0; c < channels; c++) {
        const at = (row: number, column: number) => input.data[(row * width + column) * channels + c];
        const top = at(y0, x0) + (at(y0, x1) - at(y0, x0)) * (fx - x0);
        const bottom = at(y1, x0) + (at(y1, x1) - at(y1, x0)) * (fx - x0);
        out.data[(y * width * 2 + x) * channels + c] = top + (bottom - top) * (fy - y0);
      }
    }
  }
  return out;
}

/** Joins two tensors value by value; the smaller one may be a vector of the channels or a single number. */
function combine(left: Tensor, right: Tensor, join: (a: number, b: number) => number): Tensor {
  const [big, small] = left.data.length >= right.data.length ? [left, right] : [right, left];
  const out = makeTensor(big.height, big.width, big.channels);
  const period = small.data.length;
  for (let i = 0; i < out.data.length; i++) out.data[i] = join(big.data[i], small.data[i % period]);
  return out;
}

function mapValues(input: Tensor, change: (value: number) => number): Tensor {
  return { ...input, data: input.data.map(change) };
}

const add = (a: number, b: number) => a + b;
const multiply = (a: number, b: number) => a * b;

function runNode(node: GraphNode, inputs: Tensor[], filter: Weights | undefined): Tensor {
  const [first, second] = inputs as [Tensor, Tensor];
  const stride = Number(node.attr?.strides?.list.i[1] ?? 1);
  switch (node.op) {
    case 'Conv2D':
      return convolve(first, filter!, stride);
    case 'DepthwiseConv2dNative':
      return convolveDepthwise(first, filter!, stride);
    case 'Conv2DBackpropInput':
      return expandBlocks(inputs[2], filter!);
    case 'AvgPool':
      return poolAverage(first);
    case 'ResizeBilinear':
      return resizeDouble(first);
    case 'Add':
    case 'AddV2':
    case 'AddN':
      return combine(first, second, add);
    case 'Mul':
      return combine(first, second, multiply);
    case 'Relu':
      return mapValues(first, (value) => Math.max(0, value));
    case 'Relu6':
      return mapValues(first, (value) => Math.min(6, Math.max(0, value)));
    case 'Sigmoid':
      return mapValues(first, (value) => 1 / (1 + Math.exp(-value)));
    default:
      throw new Error(`The segmentation graph has an operation that is not built: ${node.op}`);
  }
}

let loaded: Model | undefined;

/**
 * How much each pixel belongs to a person, 0 to 1, for a picture of {@link modelSide} squared.
 * @param rgb three values a pixel, each 0 to 1
 */
export function runSelfieModel(rgb: Float32Array): Float32Array {
  loaded ??= loadModel();
  const { nodes, weights } = loaded;
  const done = new Map<string, Tensor>();
  const evaluate = (name: string): Tensor => {
    const known = done.get(name);
    if (known !== undefined) return known;
    const constant = weights.get(name);
    const node = nodes.get(name)!;
    let tensor: Tensor;
    if (node.op === 'Placeholder') tensor = { height: modelSide, width: modelSide, channels: 3, data: rgb };
    else if (constant !== undefined) {
      tensor = { height: 1, width: 1, channels: constant.data.length, data: constant.data };
    } else {
      const inputs = node.input!.map(evaluate);
      tensor = runNode(node, inputs, weights.get(node.input![1] ?? ''));
    }
    done.set(name, tensor);
    return tensor;
  };
  return evaluate(outputName).data;
}
