// Schemas of what proves that the server is well.
import { Type } from 'typebox';
import { record } from '../plain-schemas.ts';

const tags = ['Operator: checks'];

export const audit = record('Audit', {
  violations: Type.Array(
    record('Violation', {
      invariant: Type.String({ description: 'L1 to L14.' }),
      promise: Type.String({ description: 'What it says.' }),
      subject: Type.String({ description: 'The id of the row that breaks it.' }),
    }),
    { description: 'None: every invariant holds.' },
  ),
});

export const auditSchema = {
  tags,
  operationId: 'auditLedger',
  summary: 'Prove the invariants of the whole ledger now',
  description: 'Calls at the same time share one proof.',
  response: { 200: audit },
};

export const finding = record('Finding', {
  check: Type.String({ description: 'Of which part.' }),
  ok: Type.Boolean(),
  found: Type.String({ description: 'What was found, in a sentence.' }),
});

export const examineSchema = {
  tags,
  operationId: 'examineServer',
  summary: 'Check what the server needs, as `reelay doctor` does',
  description:
    'Database, data folder, secret, ledger, storage, renderer and models, as the process that answers sees them. A small file is written to the storage, read and removed. The answer is 200 in any case.',
  response: { 200: record('Examination', { findings: Type.Array(finding) }) },
};
