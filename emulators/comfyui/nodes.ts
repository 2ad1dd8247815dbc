// The nodes that this stand-in has installed, as ComfyUI declares them (nodes.py and comfy_extras/, read
// 2026-11-21): types, ranges and choices of their inputs, types of their outputs, and what they save.
import type { Json, JsonObject } from '../../server/src/lib/json.ts';

export interface InputRule {
  /** A type of a link such as `MODEL`, or `INT`, `FLOAT`, `STRING`, `COMBO`. */
  type: string;
  min?: number;
  max?: number;
  /** The values of a choice; `files` are the installed model files. */
  values?: readonly string[] | 'files';
  isOptional?: boolean;
  /** A picture of the input folder. */
  isUpload?: boolean;
}

export interface NodeClass {
  inputs: Readonly<Record<string, InputRule>>;
  outputs: readonly string[];
  /** The ending of the file that it saves; a graph runs for the sake of such nodes. */
  saves?: string;
  /** Whether the file is kept; a preview is not. */
  isPreview?: boolean;
}

const link = (type: string): InputRule => ({ type });
const integer = (min: number, max: number): InputRule => ({ type: 'INT', min, max });
const decimal = (min: number, max: number): InputRule => ({ type: 'FLOAT', min, max });
const choice = (...values: string[]): InputRule => ({ type: 'COMBO', values });
const TEXT: InputRule = { type: 'STRING' };
const FILE: InputRule = { type: 'COMBO', values: 'files' };
const SIDE_MAX = 16_384;

export const NODES: Readonly<Record<string, NodeClass>> = {
  UNETLoader: {
    inputs: { unet_name: FILE, weight_dtype: choice('default', 'fp8_e4m3fn', 'fp8_e4m3fn_fast', 'fp8_e5m2') },
    outputs: ['MODEL'],
  },
  CLIPLoader: {
    inputs: {
      clip_name: FILE,
      type: choice('stable_diffusion', 'sd3', 'ltxv', 'wan', 'hidream'),
      device: { ...choice('default', 'cpu'), isOptional: true },
    },
    outputs: ['CLIP'],
  },
  VAELoader: { inputs: { vae_name: FILE }, outputs: ['VAE'] },
  ModelSamplingSD3: { inputs: { model: link('MODEL'), shift: decimal(0, 100) }, outputs: ['MODEL'] },
  CLIPTextEncode: { inputs: { text: TEXT, clip: link('CLIP') }, outputs: ['CONDITIONING'] },
  LoadImage: { inputs: { image: { type: 'COMBO', isUpload: true } }, outputs: ['IMAGE', 'MASK'] },
  Wan22ImageToVideoLatent: {
    inputs: {
      vae: link('VAE'),
      width: integer(32, SIDE_MAX),
      height: integer(32, SIDE_MAX),
      length: integer(1, SIDE_MAX),
      batch_size: integer(1, 4096),
      start_image: { ...link('IMAGE'), isOptional: true },
    },
    outputs: ['LATENT'],
  },
  KSampler: {
    inputs: {
      model: link('MODEL'),
      seed: integer(0, 2 ** 64),
      steps: integer(1, 10_000),
      cfg: decimal(0, 100),
      sampler_name: choice('euler', 'euler_ancestral', 'dpmpp_2m', 'ddim', 'uni_pc', 'uni_pc_bh2'),
      scheduler: choice('simple', 'sgm_uniform', 'karras', 'exponential', 'normal', 'beta'),
      positive: link('CONDITIONING'),
      negative: link('CONDITIONING'),
      latent_image: link('LATENT'),
      denoise: decimal(0, 1),
    },
    outputs: ['LATENT'],
  },
  VAEDecode: { inputs: { samples: link('LATENT'), vae: link('VAE') }, outputs: ['IMAGE'] },
  CreateVideo: {
    inputs: { images: link('IMAGE'), fps: decimal(1, 120), audio: { ...link('AUDIO'), isOptional: true } },
    outputs: ['VIDEO'],
  },
  SaveVideo: {
    inputs: {
      video: link('VIDEO'),
      filename_prefix: TEXT,
      format: choice('auto', 'mp4'),
      codec: choice('auto', 'h264'),
    },
    outputs: [],
    saves: 'mp4',
  },
  SaveAnimatedWEBP: {
    inputs: {
      images: link('IMAGE'),
      filename_prefix: TEXT,
      fps: decimal(0.01, 1000),
      lossless: { type: 'BOOLEAN' },
      quality: integer(0, 100),
      method: choice('default', 'fastest', 'slowest'),
    },
    outputs: [],
    saves: 'webp',
  },
  PreviewImage: { inputs: { images: link('IMAGE') }, outputs: [], saves: 'png', isPreview: true },
};

function describeInput({ type, values, min, max, isUpload }: InputRule, files: readonly string[]): Json {
  if (type === 'COMBO') {
    const choices = values === 'files' ? files : (values ?? []);
    return [[...choices], isUpload ? { image_upload: true } : {}];
  }
  return [type, { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }];
}

/** All of them as `/object_info` shows them (server.py, node_info). @param files the installed models. */
export function describeNodes(files: readonly string[]): JsonObject {
  return Object.fromEntries(
    Object.entries(NODES).map(([name, { inputs, outputs, saves }]) => {
      const of = (isOptional: boolean) =>
        Object.fromEntries(
          Object.entries(inputs)
            .filter(([, rule]) => (rule.isOptional ?? false) === isOptional)
            .map(([input, rule]) => [input, describeInput(rule, files)]),
        );
      const node: JsonObject = {
        input: { required: of(false), optional: of(true) },
        output: [...outputs],
        output_is_list: outputs.map(() => false),
        output_name: [...outputs],
        name,
        display_name: name,
        description: '',
        category: '',
        output_node: saves !== undefined,
      };
      return [name, node];
    }),
  );
}
