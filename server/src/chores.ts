// What runs by the clock, on one node at a time: the end of retention, the audit of the ledger, the look for low balances,
// and the copies of covers and previews of imported templates.
import { makeSmallPictures } from '../../draft/small-pictures.ts';
import { makeCovers } from './catalog/covers.ts';
import { copyPreviews } from './catalog/previews.ts';
import type { Core } from './core.ts';
import type { AuditScope } from './credits/audit.ts';
import type { CronJob, JobHandler } from './db/jobs.ts';
import { MINUTE_MS, steadyClock } from './lib/time.ts';

const BATCH = 500;
/** A removal ends before the next one of its name begins: the rarest is that of each hour. */
const REMOVAL_MS = 50 * MINUTE_MS;

/** Repeats a removal until it finds less than a batch, for as long as that takes: what is made must also be removed. */
async function repeat(remove: (limit: number) => Promise<number>, signal: AbortSignal): Promise<void> {
  const untilMs = steadyClock() + REMOVAL_MS;
  while (!signal.aborted && steadyClock() < untilMs) {
    if ((await remove(BATCH)) < BATCH) return;
  }
}

/** Checks the ledger and publishes what it found; a violation is an error that the operator has to look into. */
async function auditLedger(core: Core, scope: AuditScope): Promise<void> {
  const found = await (scope === 'whole' ? core.credits.auditDay() : core.credits.auditRecent());
  const counts: Record<string, number> = {};
  for (const { invariant, promise, subject } of found) {
    counts[invariant] = (counts[invariant] ?? 0) + 1;
    core.log.error({ invariant, promise, subject }, 'ledger.violated');
  }
  await core.credits.saveAudit(scope, counts);
}

/** The handlers and their times, for the job runner. */
export function chores(core: Core): { handlers: Record<string, JobHandler>; crons: CronJob[] } {
  return {
    handlers: {
      ...core.callbacks.jobHandlers,
      ...core.mail.jobHandlers,
      'balances.look': () => core.notices.lookAtAll(),
      'ledger.audit': () => auditLedger(core, 'recent'),
      'ledger.audit-whole': () => auditLedger(core, 'whole'),
      'ledger.sum': (_payload, signal) =>
        repeat((limit) => core.credits.sumOldCharges(core.config.ledgerMonths, limit), signal),
      'files.clean': async (_payload, signal) => {
        await repeat(async (limit) => (await core.files.removeExpired(limit)).removed, signal);
        await core.files.sweepStaging();
      },
      'templates.covers': async (_payload, signal) => {
        const { pool, fetchImages: guardedFetch, files } = core;
        const newPath = () => files.newStagingPath();
        await makeCovers({ pool, guardedFetch, newPath, makePictures: makeSmallPictures }, signal);
      },
      'templates.previews': async (_payload, signal) => {
        const { pool, fetchImages: guardedFetch, files, storage } = core;
        const newPath = () => files.newStagingPath();
        const isRoomLow = () => files.isRoomLow();
        await copyPreviews({ pool, guardedFetch, newPath, storage, isRoomLow }, signal);
      },
      'tasks.clean': (_payload, signal) =>
        repeat((limit) => core.tasks.removeOld(core.config.taskDays, limit), signal),
      'callbacks.clean': async (_payload, signal) => {
        await repeat((limit) => core.callbacks.removeOldCallbacks(core.config.taskDays, limit), signal);
        await repeat((limit) => core.inboxes.removeEnded(limit), signal);
      },
      'people.clean': (_payload, signal) => repeat((limit) => core.people.removeEnded(limit), signal),
    },
    crons: [
      { name: 'balances.look', match: '* * * * *' },
      { name: 'ledger.audit', match: '* * * * *' },
      { name: 'ledger.audit-whole', match: '23 3 * * *' },
      { name: 'ledger.sum', match: '41 * * * *' },
      { name: 'templates.covers', match: '* * * * *' },
      { name: 'templates.previews', match: '* * * * *' },
      { name: 'files.clean', match: '*/10 * * * *' },
      { name: 'tasks.clean', match: '17 * * * *' },
      { name: 'callbacks.clean', match: '47 * * * *' },
      { name: 'people.clean', match: '*/15 * * * *' },
    ],
  };
}
