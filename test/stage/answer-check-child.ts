// Is loaded before a server that runs as a process of its own (processes.ts): it writes what is wrong with its answers
// into a file, which the test reads at the end.
import { appendFileSync } from 'node:fs';
import { checkAnswers } from './answer-check.ts';

const file = process.env.ANSWER_FAULTS_FILE;
if (file !== undefined) checkAnswers((fault) => appendFileSync(file, `${fault}\n`));
