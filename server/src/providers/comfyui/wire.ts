// What is read of ComfyUI's JSON: only the fields that are used, and strictly only those that decide; and the
// params of an offer. The routes as in server.py and execution.py of https://github.com/Comfy-Org/ComfyUI,
// read 2026-11-21.
import { type Static, Type } from 'typebox';
import { eachOf, incidental, orNull } from '../kit/wire.ts';

const idSchema = Type.String({ minLength: 1, maxLength: 200 });

export const createdSchema = Type.Object({ prompt_id: idSchema });

export const uploadedSchema = Type.Object({
  name: Type.String({ minLength: 1, maxLength: 500 }),
  subfolder: incidental(Type.String()),
});

export const statsSchema = Type.Object({
  system: Type.Object({ comfyui_version: incidental(Type.String()) }),
  devices: incidental(Type.Array(Type.Unknown())),
});

/** Items are lists: a number, the prompt id, the graph, the extra data, and more. */
export const queueSchema = Type.Object({
  queue_running: Type.Array(Type.Unknown()),
  queue_pending: Type.Array(Type.Unknown()),
});

export const historySchema = Type.Record(Type.String(), Type.Unknown());

export const entrySchema = Type.Object({
  prompt: incidental(Type.Array(Type.Unknown())),
  /** By node; a run that failed before its first node has none. */
  outputs: incidental(Type.Record(Type.String(), Type.Unknown())),
  status: orNull(
    Type.Object({
      status_str: orNull(Type.String()),
      /** Pairs of the name of an event and its data. */
      messages: incidental(Type.Array(Type.Unknown())),
    }),
  ),
});

export type HistoryEntry = Static<typeof entrySchema>;

/** The data of the events that are looked at. */
export const eventSchema = Type.Object({
  timestamp: incidental(Type.Number()),
  node_id: incidental(Type.String()),
  node_type: incidental(Type.String()),
  exception_type: incidental(Type.String()),
  exception_message: incidental(Type.String()),
});

/** A file that a node says it wrote. */
export const fileSchema = Type.Object({
  filename: Type.String({ minLength: 1, maxLength: 500 }),
  subfolder: orNull(Type.String({ maxLength: 1000 })),
  type: orNull(Type.String()),
});

/** A refusal of a graph. `node_errors` is an empty list where there are none. */
export const refusedSchema = Type.Object({
  error: Type.Object({ type: Type.String() }),
  node_errors: Type.Optional(Type.Unknown()),
});

/** What is wrong at one node. */
export const nodeErrorsSchema = Type.Object({
  errors: eachOf(
    Type.Object({
      type: Type.String(),
      message: incidental(Type.String()),
      details: incidental(Type.String()),
      extra_info: incidental(Type.Object({ input_name: incidental(Type.String()) })),
    }),
  ),
});

/** What a poll must know about the offer is stored with the id. */
export const referenceSchema = Type.Object({
  id: idSchema,
  /** The node whose files are the result. */
  output: Type.Optional(Type.String()),
  /** The nodes that load the user's pictures. */
  images: Type.Optional(Type.Array(Type.String())),
  version: Type.Optional(Type.String()),
});

/** RFC 6901, into the graph: `/3/inputs/seed`. */
const pointerSchema = Type.String({ minLength: 1, maxLength: 300 });

const targetSchema = Type.Union([
  pointerSchema,
  Type.Object(
    {
      at: Type.Union([pointerSchema, Type.Array(pointerSchema, { minItems: 1 })]),
      /** Numbers are multiplied first: seconds x frames per second. */
      times: Type.Optional(Type.Number()),
      /** And this is added: most models want one more frame. */
      plus: Type.Optional(Type.Number()),
      /** For this value, or none, a number is made from the token: nodes cannot say "any seed". */
      random: Type.Optional(Type.Integer()),
    },
    { additionalProperties: false },
  ),
]);

export type Target = Static<typeof targetSchema>;

/** Params of an offer: a workflow in API format, and where each input goes in it. */
export const paramsSchema = Type.Object(
  {
    /** By node id, as "Export (API)" of the editor writes it. */
    workflow: Type.Record(
      Type.String(),
      Type.Object({ class_type: Type.String(), inputs: Type.Record(Type.String(), Type.Unknown()) }),
      { minProperties: 1 },
    ),
    /** Inputs of the model, by name. What is not listed is not sent. */
    inputs: Type.Record(Type.String(), targetSchema, { minProperties: 1 }),
    /** Pixels by resolution and aspect ratio. */
    sizes: Type.Optional(
      Type.Object(
        {
          width: pointerSchema,
          height: pointerSchema,
          table: Type.Record(
            Type.String(),
            Type.Record(Type.String(), Type.String({ pattern: '^[1-9][0-9]{1,4}x[1-9][0-9]{1,4}$' })),
            { minProperties: 1 },
          ),
        },
        { additionalProperties: false },
      ),
    ),
    /**
     * Where the names of the uploaded pictures go, in the order of `img_urls`; as many as the model takes.
     */
    images: Type.Optional(Type.Array(pointerSchema, { minItems: 1 })),
    /** By pointer: values that differ from those in the graph. */
    constants: Type.Optional(
      Type.Record(Type.String(), Type.Union([Type.String(), Type.Number(), Type.Boolean()])),
    ),
    /** Where a name of the attempt goes: prefixes of files, so that no result belongs to another attempt. */
    token: Type.Optional(Type.Array(pointerSchema, { minItems: 1 })),
    /** The node whose files are the result; without it, every saved video. */
    output: Type.Optional(Type.String()),
    /** What clients see as the version of the model. */
    version: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
  },
  { additionalProperties: false },
);

export type ComfyParams = Static<typeof paramsSchema>;
