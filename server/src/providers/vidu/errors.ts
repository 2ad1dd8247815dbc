// Vidu's names of what went wrong, in refusals and in failed tasks, and what each means to Reelay.
// https://platform.vidu.com/docs/error-code, read 2026-11-21.
import type { FailureReason } from '../contract.ts';

/** @property sentence for the user of a failed task, since the service gives only the bare name. */
interface Meaning {
  reason: FailureReason;
  sentence: string;
}

const OPERATOR = 'The provider account cannot be used for this model now';
const BUSY = 'The provider is busy';
const FACE = 'No usable face or body was found in a picture; send one where it can be seen';

const invalid = (sentence: string): Meaning => ({ reason: 'invalid_input', sentence });
const refused = (sentence: string): Meaning => ({ reason: 'content_refused', sentence });

const MEANINGS: Readonly<Record<string, Meaning>> = {
  BadRequest: invalid('The provider refused the request'),
  FieldLacking: invalid('The provider requires a field that is missing'),
  FieldUnwanted: invalid('The provider does not accept one of the fields for this model'),
  FieldItemCountOutOfRange: invalid('A list has too few or too many items'),
  FieldInvalid: invalid('The provider does not accept the value of a field'),
  PageSizeOutOfRange: invalid('A picture is too large, or one side is more than 4 times the other'),
  ImageDownloadFailure: invalid('A picture could not be fetched; its address must be public'),
  ImageFormatInvalid: invalid('A picture is not PNG, JPEG or WebP'),
  ImageSizeInvalid: invalid('A picture is too small or too large'),
  ImageCheckBodyJointsFailed: invalid(FACE),
  ImageCheckFaceFailed: invalid(FACE),
  ImageObjectsUndetected: invalid(FACE),
  FaceDetectFailure: invalid(FACE),
  FaceDetectNotPass: invalid(FACE),
  NoFaceDetected: invalid(FACE),
  MultiFaceDetected: invalid('A picture shows several faces; send one with a single face'),
  TaskPromptPolicyViolation: refused('The prompt was refused by the provider’s content policy'),
  AuditSubmitIllegal: refused('The input was refused by the provider’s content policy'),
  PhotoAuditNotPass: refused('A picture was refused by the provider’s content policy'),
  AuditFailed: refused('The input was refused by the provider’s content policy'),
  CreationPolicyViolation: refused('The video was held back by the provider’s content policy'),
  CreditInsufficient: { reason: 'quota_exhausted', sentence: OPERATOR },
  Unauthorized: { reason: 'bad_credentials', sentence: OPERATOR },
  Forbidden: { reason: 'bad_credentials', sentence: OPERATOR },
  ModelUnavailable: { reason: 'unavailable', sentence: 'The provider does not offer this model now' },
  QuotaExceeded: { reason: 'rate_limited', sentence: BUSY },
  TooManyRequests: { reason: 'rate_limited', sentence: BUSY },
  SystemThrottling: { reason: 'rate_limited', sentence: BUSY },
  OperationInProcess: { reason: 'rate_limited', sentence: BUSY },
  InternalServiceFailure: { reason: 'unavailable', sentence: 'The provider failed on its side' },
  UserCancelled: { reason: 'cancelled', sentence: 'Cancelled at the provider' },
  Canceled: { reason: 'cancelled', sentence: 'Cancelled at the provider' },
  TaskNotFound: { reason: 'lost', sentence: 'The provider does not know this task' },
  CreationNotFound: { reason: 'lost', sentence: 'The provider no longer has the result' },
  NotFound: { reason: 'lost', sentence: 'The provider does not know this task' },
};

/** Undefined for an undocumented name. */
export function meaningOf(code: string): Meaning | undefined {
  return Object.hasOwn(MEANINGS, code) ? MEANINGS[code] : undefined;
}
