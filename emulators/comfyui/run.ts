// The result of a graph: the files of its output nodes, or the exception of the node that fails. It is known
// when the graph is accepted, since nothing is computed.
import type { Json, JsonObject } from '../../server/src/lib/json.ts';
import type { FileShape } from '../core/video.ts';
import { NODES } from './nodes.ts';
import type { Graph } from './validate.ts';

export interface Saved {
  node: string;
  filename: string;
  subfolder: string;
  type: 'output' | 'temp';
  shape: FileShape;
}

export interface Run {
  saved: readonly Saved[];
  /** Data of the exception, if there is one. */
  error: JsonObject | undefined;
}

const FPS = 24;

/** The first value of a name in any node; the graph of a video has one size and one length. */
function numberOf(graph: Graph, name: string, fallback: number): number {
  const values = Object.values(graph).map(({ inputs }) => inputs[name]);
  return Number(values.find((value) => typeof value === 'number') ?? fallback);
}

/** @param folders.files how many files were saved before; it numbers the next ones. */
export function runGraph(
  { graph, outputs }: { graph: Graph; outputs: readonly string[] },
  { uploads, files }: { uploads: ReadonlyMap<string, Uint8Array>; files: number },
): Run {
  const [width, height] = [numberOf(graph, 'width', 832), numberOf(graph, 'height', 480)];
  const seconds = numberOf(graph, 'length', FPS) / numberOf(graph, 'fps', FPS);
  const saved = outputs.map((node, at): Saved => {
    const { class_type: type, inputs } = graph[node];
    const { saves = '', isPreview = false } = NODES[type];
    const { folder, name } = splitPrefix(inputs.filename_prefix);
    const filename = `${name}_${String(files + at + 1).padStart(5, '0')}_.${saves}`;
    const kind = saves === 'mp4' ? 'mp4' : 'png';
    return {
      node,
      filename,
      subfolder: folder,
      type: isPreview ? 'temp' : 'output',
      shape: { kind, width, height, seconds },
    };
  });
  return { saved, error: findBrokenPicture(graph, uploads) };
}

/** A prefix may name a folder below that of the results. */
function splitPrefix(prefix: Json | undefined): { folder: string; name: string } {
  const text = typeof prefix === 'string' ? prefix : 'ComfyUI_temp';
  const slash = text.lastIndexOf('/');
  return slash === -1
    ? { folder: '', name: text }
    : { folder: text.slice(0, slash), name: text.slice(slash + 1) };
}

/** A loader reads its picture only when it runs. */
function findBrokenPicture(graph: Graph, uploads: ReadonlyMap<string, Uint8Array>): JsonObject | undefined {
  for (const [id, { class_type: type, inputs }] of Object.entries(graph)) {
    if (type !== 'LoadImage' || isPicture(uploads.get(String(inputs.image)))) continue;
    return {
      node_id: id,
      node_type: type,
      exception_type: 'PIL.UnidentifiedImageError',
      exception_message: `cannot identify image file '/opt/comfyui/input/${inputs.image}'`,
    };
  }
  return undefined;
}

function isPicture(bytes: Uint8Array = new Uint8Array()): boolean {
  const head = Buffer.from(bytes.subarray(0, 12)).toString('latin1');
  return /^(\x89PNG|\xff\xd8\xff|GIF8|BM|RIFF....WEBP)/s.test(head);
}
