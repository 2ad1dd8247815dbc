// Made from openapi.json by `npm run sdk:types`: the objects of the API, as they are on the wire.

export interface AccountOfCaller {
  id: string;
  name: string;
}

export interface AccountTaskOutput {
  kind: "video" | "image" | "audio";
  /** Works without a key, until the result is removed. */
  url: string;
  poster_url: string | null;
  content_type: string;
  bytes: number;
  /** Of the file as it was stored, in hexadecimal. */
  sha256: string;
}

export interface Asset {
  /** An input may say asset://<AssetId> where it takes an address. */
  AssetId: string;
  Name: string;
  AssetType: "Image" | "Video" | "Audio";
  /** Active: an address is kept, and is read when a task needs it. */
  Status: "Processing" | "Active" | "Failed";
  CreateTime: string;
  UpdateTime: string;
}

export interface Balance {
  balance: number;
  /** Reserved by open tasks. */
  held: number;
}

export interface Callback {
  /** The webhook-id of every attempt. */
  callback_id: string;
  task_id: string;
  url: string;
  state: "pending" | "delivered" | "gone" | "failed";
  attempts: number;
  /** Unix seconds. */
  next_attempt_at: number | null;
  create_at: number;
  /** Unix seconds. */
  complete_at: number | null;
}

export interface Caller {
  account: AccountOfCaller;
  /** Live credits, or those of test keys. */
  mode: "live" | "test";
  /** A reader reads, a member also spends, an owner also manages keys, people and secrets. */
  role: "reader" | "member" | "owner";
  agents: RulesOfAgents;
}

export interface CountedValue {
  value: string;
  count: number;
}

export interface CreateRequest {
  /** Public name of the model, as the Models endpoint lists it. */
  model: string;
  /** What the model takes; see its input_schema. */
  input: Record<string, unknown>;
  /** Where the task object is posted when the task has ended. Null or empty: nowhere. */
  callback_url?: string | null | "";
  /** Short texts of your own. They come back in the task and its callback, filter lists, and change nothing else. */
  metadata?: Record<string, string> | null;
  /** The create is refused when the price is above this. */
  max_credits?: number | null;
}

export interface Created {
  task_id: string;
  /** Of a create: names that had no effect. */
  warnings?: string[];
}

export interface Delivery {
  attempt: number;
  /** `copy` is the second callback of the scenario duplicate_callback. */
  trigger: "schedule" | "replay" | "copy";
  sent_at: number;
  duration_ms: number;
  http_status: number | null;
  /** Why there was no usable answer. */
  error: string | null;
  /** First 1 KiB of the answer. */
  response_head: string | null;
}

export interface Error {
  /** The HTTP status. */
  code: number;
  message: string;
  /** Name of the error, as in docs/errors.md. */
  error: string;
  /** A sentence for each fault. */
  errors?: string[];
  request_id: string;
  data?: null;
}

export interface EstimateRequest {
  /** Public name of the model, as the Models endpoint lists it. */
  model: string;
  /** What the model takes; see its input_schema. */
  input: Record<string, unknown>;
  /** Where the task object is posted when the task has ended. Null or empty: nowhere. */
  callback_url?: string | null | "";
}

export interface GalleryTemplate {
  vendor: "bytedance" | "vidu" | "kling";
  /** By which an input names it. */
  template_id: string;
  /** The field of the input that names it. */
  input_field: "template_id" | "template";
  model: string | null;
  title: string;
  description: string | null;
  tags: string[];
  aspect_ratios: string[];
  images_min: number;
  images_max: number;
  duration_s: number | null;
  prices: TemplatePrice[];
  /** Drawn by the built-in renderer; test keys only. */
  is_drawn_here: boolean;
  live_fault: string | null;
  cover_url: string | null;
  preview_url: string | null;
}

export interface InputField {
  title: string;
  description?: string;
  type?: string;
  default?: unknown;
  enum?: unknown[];
  minimum?: number;
  maximum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
  /** Fields with lower numbers stand first. */
  "x-order": number;
  /** The control that it is set by. */
  "x-widget": "prompt" | "text" | "template" | "pictures" | "clips" | "sounds" | "shots" | "choice" | "ratio" | "slider" | "number" | "seed" | "switch";
  "x-unit"?: string;
  /** Words for people, by value. */
  "x-enum-words"?: Record<string, string>;
  /** Names of the items of a list, in their order. */
  "x-slots"?: string[];
  /** A list with lengths of its own; where it is sent, this is their sum and is left out. */
  "x-sum-of"?: string;
}

export interface Model {
  model: string;
  model_type: "video" | "tools" | "image" | "audio";
  modality: "video" | "image" | "audio";
  operations: string[];
  quality_tier: string;
  speed_tier: string;
  input_fields: string[];
  required_input_fields: string[];
  supports_reference: boolean;
  supports_native_audio: boolean;
  family: string;
  description: string;
  /** What people call it; models of several kinds share one. */
  title: string;
  vendor: string;
  /** Files that it takes beside words. */
  input_media: ("image" | "video" | "audio")[];
  price: ModelPrice;
  /** What a task costs with the defaults of its schema; null for templates. */
  usual_credits: number | null;
  /** Median time from start to end of the tasks that ended lately in the book of the key. */
  usual_seconds: number | null;
  /** Whether it takes tasks now. */
  enabled: boolean;
  /** Whether a provider makes it for live keys. */
  live: boolean;
  /** Other names of it, for creates and GET job/Models/{model}. A name that several models have means the one that takes the input. */
  aliases?: string[];
}

export interface ModelDetail {
  model: string;
  model_type: "video" | "tools" | "image" | "audio";
  modality: "video" | "image" | "audio";
  operations: string[];
  quality_tier: string;
  speed_tier: string;
  input_fields: string[];
  required_input_fields: string[];
  supports_reference: boolean;
  supports_native_audio: boolean;
  family: string;
  description: string;
  /** What people call it; models of several kinds share one. */
  title: string;
  vendor: string;
  /** Files that it takes beside words. */
  input_media: ("image" | "video" | "audio")[];
  price: ModelPrice;
  /** What a task costs with the defaults of its schema; null for templates. */
  usual_credits: number | null;
  /** Median time from start to end of the tasks that ended lately in the book of the key. */
  usual_seconds: number | null;
  /** Whether it takes tasks now. */
  enabled: boolean;
  /** Whether a provider makes it for live keys. */
  live: boolean;
  /** Other names of it, for creates and GET job/Models/{model}. A name that several models have means the one that takes the input. */
  aliases?: string[];
  /** JSON Schema of the input. */
  input_schema: {
    required: string[];
    properties: Record<string, InputField>;
  };
  /** A request that can be sent as it is with a test key. */
  example: {
    model: string;
    input: Record<string, unknown>;
  };
}

/** The price now, in credits. */
export interface ModelPrice {
  per: "task" | "second" | "picture" | "song" | "thousand_characters" | "template";
  /** Of a task; of a second, picture, song or thousand characters, if that depends on nothing; of a template without a price of its own. */
  credits: number | null;
  /** Of each of these; where the price depends on more, by all of it, as in `1K high`. */
  by_resolution: {
    resolution: string;
    credits: number;
  }[];
}

export interface RulesOfAgents {
  /** Agents may use it over MCP if it is a live key. */
  live: boolean;
  confirm_above: number | null;
}

export interface StatementRow {
  id: string;
  kind: "grant" | "adjust" | "capture";
  /** Below zero for a charge. */
  credits: number;
  /** Posted balance after it. */
  balance: number;
  task_id: string | null;
  reason: string;
  create_at: number;
}

export interface Task {
  task_id: string;
  provider: string;
  model_version: string;
  status: "pending" | "running" | "success" | "failed";
  param: {
    model: string;
    callback_url: string | null;
    input: Record<string, unknown>;
  };
  /** Unix seconds. */
  create_at: number;
  result: null | TaskResult;
  /** Reserved while it runs, charged once it has ended. */
  credits: number;
  duration_s: number | null;
  /** Of TaskInfo, once it has waited for a second: its place among the waiting tasks of the account for this model, 1 is next. */
  position?: number;
  complete_at: number | null;
  /** Made by a key, or by a person in the playground. */
  source: "api" | "playground";
  /** As the create gave it; not there if it gave none. */
  metadata?: Record<string, string>;
  /** Of a create: names that had no effect. */
  warnings?: string[];
}

export interface TaskResult {
  /** 200; of a task that failed 501, or 455 when no provider account could take it. */
  code: 200 | 455 | 501;
  message: string;
  /** Name of the error, as in docs/errors.md. */
  error?: string;
  media_urls: string[];
  /** A small JPEG of the first frame of each, in the same order, some seconds after the end. Null for one that could not be read. */
  poster_urls?: (string | null)[];
  usage: Record<string, unknown>;
}

export type Template = Record<string, unknown>;

export interface TemplatePrice {
  resolution: string | null;
  credits: number;
}

export interface UploadAddress {
  presigned_url: string;
  file_url: string;
}

/** The first of its fields is that of group_by. */
export interface UsageRow {
  day?: string;
  model?: string;
  /** Its name. */
  key?: string;
  tasks: number;
  succeeded: number;
  credits: number;
}
