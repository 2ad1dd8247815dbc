// Named in vitest.config.ts: fails a test during which a server of this process gave an answer that is not as the OpenAPI
// document describes it.
import { afterEach, expect } from 'vitest';
import { answerFaults, checkAnswers } from './stage/answer-check.ts';

checkAnswers((fault) => answerFaults.push(fault));

afterEach(() => {
  expect(answerFaults.splice(0), 'answers that are not as they are described').toEqual([]);
});
