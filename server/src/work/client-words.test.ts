// D12: no sentence about a live task that a client can read says what only an operator can act on. The sentences are
// those that the shipped adapters make of every recorded answer, in every situation of a task, and all those that are
// fixed in the code of tasks and of the calls to providers.
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { parseOwnJson } from '../lib/json.ts';
import type { Failure, FailureReason } from '../providers/contract.ts';
import { judgeRemote, wordsForOperator } from './outcome.ts';

const ROOT = join(import.meta.dirname, '..');

/** Written independently of the words that outcome.ts takes out. */
const OPERATORS =
  /base.?(url|address)|\bkeys?\b|secret|credential|\bbalance|\bquota|top.?up|recharg|billing|overdue|reelay_|\bsettings?\b|environment|bearer|unauthori|authenticat|region\b|arrears/i;
/** The sentence of a 455, which says only that. */
const ALLOWED = /^No provider account can take this task now; nothing was charged$/;

function isForOperators(sentence: string): boolean {
  return !ALLOWED.test(sentence) && (OPERATORS.test(sentence) || /provider account/i.test(sentence));
}

const REASONS: FailureReason[] = [
  'invalid_input',
  'content_refused',
  'template_gone',
  'rate_limited',
  'quota_exhausted',
  'bad_credentials',
  'unavailable',
  'timed_out',
  'cancelled',
  'lost',
  'unreadable',
  'failed',
];

/** What a client may read of a failure in the end, whatever else is known of its task. */
function sentencesOf(failure: Failure): string[] {
  const sentences: string[] = [];
  for (const wasTaken of [true, false]) {
    for (const isMade of [true, false]) {
      const verdict = judgeRemote(failure, { attempts: 5, canGoOn: false, wasTaken, isMade, makes: 'video' });
      if (verdict.type === 'end') sentences.push(verdict.message);
    }
  }
  return sentences;
}

function fixtureFailures(): Failure[] {
  return globSync('providers/*/fixtures/*.json', { cwd: ROOT }).flatMap((file) => {
    const { outcome } = parseOwnJson<{ outcome?: { failure?: Failure } }>(
      readFileSync(join(ROOT, file), 'utf8'),
    );
    const failure = outcome?.failure;
    return failure?.reason === undefined ? [] : [{ ...failure, message: failure.message ?? 'no words' }];
  });
}

/** The sentences in a source file: texts that begin with a capital letter and have several words. */
function sentencesIn(file: string): string[] {
  const code = readFileSync(join(ROOT, file), 'utf8')
    .split('\n')
    .filter((line) => !/^\s*(\/\/|\/?\*)|OperatorError|operatorDetail/.test(line))
    .join('\n');
  return [
    ...code.matchAll(/(['"`])((?:The|A|An|No|It|Its|Not|This|Given|Cancelled|Ended|Refused) [^\n]*?)\1/g),
  ].map(([, , sentence]) => sentence);
}

it('D12: no failure that an adapter makes of a known answer shows a client what concerns the operator', () => {
  const failures = fixtureFailures();
  expect(failures.length).toBeGreaterThan(100);
  const sentences = failures.flatMap(sentencesOf);
  expect(sentences.length).toBeGreaterThan(failures.length);
  expect(sentences.filter(isForOperators)).toEqual([]);
});

it('D12: no sentence of Reelay about a task or a call to its provider does so either', () => {
  const files = [
    ...globSync('{tasks,dispatch,work}/*.ts', { cwd: ROOT }),
    'files/fetch-image.ts',
    ...['answers', 'failures', 'http', 'outcomes'].map((name) => `providers/${name}.ts`),
  ].filter((file) => !/\.test\.ts$|testing|by-hand\.store/.test(file));
  // What the key of a client may spend concerns that client.
  const sentences = files
    .flatMap(sentencesIn)
    .filter((sentence) => !sentence.startsWith('This key may use '));
  expect(sentences.length).toBeGreaterThan(40);
  expect(sentences.filter(isForOperators)).toEqual([]);
});

it('D12: what an operator can do stays in the log and the attempt, and reaches no client', () => {
  const operatorDetail = 'is its base address right?';
  for (const reason of REASONS) {
    for (const isMade of [undefined, true] as const) {
      const failure: Failure = { reason, message: 'The provider answered oddly', operatorDetail, isMade };
      expect(wordsForOperator(failure)).toContain(operatorDetail);
      for (const sentence of sentencesOf(failure)) expect(sentence).not.toContain('address');
    }
  }
});
