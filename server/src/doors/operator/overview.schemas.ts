// Schemas of the figures of the whole installation, and of its processes.
import { Type } from 'typebox';
import { orNull, page, record } from '../plain-schemas.ts';
import { book, time } from './schemas.ts';

const tags = ['Operator: checks'];
const count = Type.Integer({ minimum: 0 });
const seconds = Type.Number({ description: 'In seconds.' });

export const overview = record('Overview', {
  violations: Type.Array(record('ViolationCount', { invariant: Type.String(), count }), {
    description: 'Of the last audits; none: every invariant holds.',
  }),
  audit_age_seconds: orNull(seconds),
  open: Type.Array(record('OpenTasks', { state: Type.String(), book, count })),
  oldest_waiting_seconds: seconds,
  unknown: Type.Integer({ description: 'Attempts that a provider may or may not have.' }),
  unreadable: Type.Integer({ description: 'Open, and their providers answer nothing that can be read.' }),
  unfetched: Type.Integer({ description: 'Made, and without their files.' }),
  callbacks_pending: count,
  oldest_callback_seconds: seconds,
  oldest_job_seconds: seconds,
  nodes: count,
  losses: Type.Number({ description: 'Credits that the operator had to bear, since ever.' }),
  credentials: Type.Array(record('CredentialCount', { state: Type.String(), count })),
  maintenance: Type.Boolean(),
});

export const overviewSchema = {
  tags,
  operationId: 'readOverview',
  summary: 'How the whole installation is, in one call',
  response: { 200: overview },
};

export const node = record('Node', {
  id: Type.String(),
  host: Type.String(),
  process_id: Type.Integer(),
  started_at: time,
  seen_at: time,
  tasks: Type.Integer({ description: 'That it works on.' }),
});

export const nodesSchema = {
  tags,
  operationId: 'listNodes',
  summary: 'The processes that share the database, the oldest first',
  description: 'All of them are on the one page.',
  response: { 200: page(node) },
};
