// The package: what it exports is what it promises.
export { callbacks, type VerifyOptions } from './callbacks.ts';
export type { ModelFilter, TemplateFilter } from './catalog.ts';
export { type Quote, Reelay, type RunOptions } from './client.ts';
export {
  ApiError,
  AuthenticationError,
  ConnectionError,
  DownloadError,
  InsufficientCreditsError,
  InvalidRequestError,
  NotFoundError,
  PermissionError,
  RateLimitError,
  ReelayError,
  SignatureError,
  TaskFailedError,
  UnavailableError,
  WaitTimeoutError,
} from './errors.ts';
export type { DownloadedFile, DownloadOptions, UploadOptions, UploadSource } from './files.ts';
export type { InputOf, ModelName } from './inputs.ts';
export type { ModelInputs } from './models.generated.ts';
export {
  type CreateOptions,
  expectSuccess,
  type FinishedTask,
  isTerminal,
  type ListOptions,
  type Progress,
  type StreamEvent,
  type WaitOptions,
} from './tasks.ts';
export type { CallOptions, ClientOptions } from './transport.ts';
export type * from './wire.generated.ts';
