// The control address of an emulator, below `/_control/`: what a test does in the process, other processes do
// here. No provider has such paths, so they hide nothing of an API.
import { isObject, type Json } from '../../server/src/lib/json.ts';
import type { RunningEmulator } from './emulator.ts';
import { type ApiRequest, type Reply, replyJson } from './exchange.ts';
import { type Fault, FaultRefused } from './faults.ts';
import { SettingRefused } from './settings.ts';

export const CONTROL_PATH = '/_control/';

type Operation = (emulator: RunningEmulator, json: Json | undefined) => Json;

const OPERATIONS: Record<string, Operation> = {
  'GET accepted': (emulator) => toJson(emulator.accepted()),
  'GET jobs': (emulator) => emulator.jobCounts(),
  'GET requests': (emulator) => emulator.requestCounts(),
  'GET callbacks': (emulator) => toJson(emulator.deliveries()),
  'GET faults': (emulator) => toJson(emulator.faults()),
  'POST faults': (emulator, json) => {
    const added = Array.isArray(json) ? json : [json];
    for (const fault of added) emulator.addFault(fault as unknown as Fault);
    return { faults: toJson(emulator.faults()) };
  },
  'DELETE faults': (emulator) => {
    emulator.clearFaults();
    return { faults: [] };
  },
  'GET clock': (emulator) => readClock(emulator),
  'POST clock': (emulator, json) => {
    const { manual, advanceMs } = isObject(json) ? json : {};
    if (manual !== undefined && typeof manual !== 'boolean')
      throw new SettingRefused('"manual" is true or false');
    const isTime = typeof advanceMs === 'number' && advanceMs >= 0;
    if (advanceMs !== undefined && !isTime) throw new SettingRefused('"advanceMs" is a number, not negative');
    if (manual !== undefined) emulator.clock.setManual(manual);
    if (isTime) emulator.advance(advanceMs);
    return readClock(emulator);
  },
  'GET settings': (emulator) => emulator.settings as Json,
  'POST settings': (emulator, json) => {
    if (!isObject(json)) throw new SettingRefused('Settings are an object');
    emulator.set(json);
    return emulator.settings as Json;
  },
};

function readClock({ clock }: RunningEmulator): Json {
  return { now: clock.now(), manual: clock.isManual };
}

function toJson(value: unknown): Json {
  return value as Json;
}

/** Performs one control request; `error` says what is wrong with it. */
export function control(emulator: RunningEmulator, { method, path, json }: ApiRequest): Reply {
  const name = `${method} ${path.slice(CONTROL_PATH.length)}`;
  if (!Object.hasOwn(OPERATIONS, name)) {
    return replyJson({ error: `There are: ${Object.keys(OPERATIONS).join(', ')}` }, 404);
  }
  try {
    return replyJson(OPERATIONS[name](emulator, json));
  } catch (error) {
    if (error instanceof FaultRefused || error instanceof SettingRefused)
      return replyJson({ error: error.message }, 400);
    throw error;
  }
}
