// The error numbers of the service, which both forms share, and of the gateway in front of form A: what each
// means, who must act on it, and what it proves. Facts: the protocol file and samples in
// github.com/bytedance/agentkit-samples (skills/byted-kickart-game-replicator), and
// https://www.volcengine.com/docs/6664/1984743, read 2026-11-21.
import type { Failure, FailureReason } from '../contract.ts';

export interface CodeRule {
  reason: FailureReason;
  /** For the user; a phrase of the provider is added if it helps to fix the input. */
  says: string;
  /** The answer to a submit with it proves that nothing was started. */
  refusesSubmit: boolean;
  /**
   * Whether it ends the job as the answer to a query: always, or only if the answer names the job (otherwise
   * it may be about the query itself), or never.
   */
  endsJob: 'always' | 'if named' | 'never';
}

const ACCOUNT_SAYS = 'The provider account cannot be used for this model now';

const ofAccount = (reason: FailureReason): CodeRule => ({
  reason,
  says: ACCOUNT_SAYS,
  refusesSubmit: true,
  // A key or a package that runs out while the job runs says nothing about the job.
  endsJob: 'never',
});
const ofInput = (says: string, reason: FailureReason = 'invalid_input'): CodeRule => ({
  reason,
  says,
  refusesSubmit: true,
  endsJob: 'always',
});
const ofJob = (reason: FailureReason, says: string): CodeRule => ({
  reason,
  says,
  refusesSubmit: false,
  endsJob: 'always',
});

const TEMPLATE_RULE = 'The input breaks a rule of this template';
const COPYRIGHT = 'Refused by the copyright check';

const SERVICE_CODES: Readonly<Record<number, CodeRule>> = {
  1300: ofAccount('bad_credentials'),
  // The query itself may lack something.
  1400: { ...ofInput('The provider does not accept the input'), endsJob: 'if named' },
  1401: { ...ofAccount('rate_limited'), says: 'The provider account already runs as many tasks as it may' },
  1402: ofAccount('quota_exhausted'),
  1403: ofAccount('bad_credentials'),
  1404: ofAccount('quota_exhausted'),
  1410: ofInput('The provider no longer has this template', 'template_gone'),
  1411: ofInput('resolution: the template is not offered in this resolution'),
  1412: ofInput('img_urls: a picture is broken, or its format is not accepted'),
  1413: ofInput('img_urls: the provider cannot fetch a picture; is its address public?'),
  1414: ofInput('The provider refuses the content of the input', 'content_refused'),
  1415: ofInput('The provider refuses the content of the result', 'content_refused'),
  1416: ofInput('img_urls: the template takes another number of pictures'),
  1417: ofJob('failed', 'A model that the template uses has failed'),
  1418: ofInput(TEMPLATE_RULE),
  1419: ofInput('The provider does not know this template', 'template_gone'),
  1430: ofInput('img_urls: the width of a picture must be between 0.4 and 2.5 times its height'),
  1431: ofInput(COPYRIGHT, 'content_refused'),
  1432: ofInput(COPYRIGHT, 'content_refused'),
  1435: ofInput(COPYRIGHT, 'content_refused'),
  1450: ofInput(TEMPLATE_RULE),
  1500: { ...ofJob('unavailable', 'The provider had an internal error'), endsJob: 'if named' },
  1501: ofAccount('quota_exhausted'),
  1600: ofJob('lost', 'The provider does not know this task'),
  1601: ofJob('timed_out', "Not finished within the provider's time limit"),
  1602: ofJob('cancelled', 'Cancelled at the provider'),
  2000: ofJob('failed', 'The generation has failed'),
  5000: ofJob('failed', 'The generation has failed'),
};

/** Further rules about the input of single templates. */
const TEMPLATE_CODES = { first: 1420, last: 1429 };

/** Numbers of `Error.CodeN`. A number about time or load proves nothing about the call behind it. */
const GATEWAY_CODES: Readonly<Record<number, CodeRule>> = {
  100006: {
    ...ofAccount('bad_credentials'),
    says: 'The clock of this server and that of the provider differ',
  },
  100009: ofAccount('bad_credentials'),
  100010: ofAccount('bad_credentials'),
  100013: ofAccount('bad_credentials'),
  100016: { ...ofAccount('unavailable'), refusesSubmit: false },
  100018: ofAccount('rate_limited'),
  100019: { ...ofAccount('unavailable'), refusesSubmit: false },
  100027: ofAccount('rate_limited'),
  100034: ofAccount('rate_limited'),
  100035: { ...ofAccount('unavailable'), refusesSubmit: false },
};

/** Undefined for an undocumented number. */
export function ruleOf(code: number): CodeRule | undefined {
  if (code >= TEMPLATE_CODES.first && code <= TEMPLATE_CODES.last) return ofInput(TEMPLATE_RULE);
  return SERVICE_CODES[code] ?? GATEWAY_CODES[code];
}

/** The provider's words help with these; its words about an account go only into the log. */
const SHOWN: readonly FailureReason[] = ['invalid_input', 'content_refused', 'template_gone', 'failed'];

/**
 * Request ids and empty phrases mean nothing to a user. The words are not cut here: a secret that was cut in
 * two is no longer found (outcomes.ts cuts, after it has removed secrets).
 */
function cleanWords(words: string): string {
  const clean = words
    .replace(/[\s,;.]*\(?\b(?:request|log)[ _-]?id\b.*$/i, '')
    .replace(/\s+/g, ' ')
    .trim();
  return /^(?:success|ok|failed|error)?$/i.test(clean) ? '' : clean;
}

/** @param rule of the code; undefined for an unknown code, which only means that the generation failed. */
export function describeCode(code: number, rule: CodeRule | undefined, words = ''): Failure {
  const { reason, says } = rule ?? SERVICE_CODES[2000];
  const shown = SHOWN.includes(reason) ? cleanWords(words) : '';
  const message = shown === '' ? says : `${says} (${shown})`;
  const isHidden = !SHOWN.includes(reason) && words !== '';
  return { reason, message, code: String(code), ...(isHidden && { operatorDetail: words }) };
}
