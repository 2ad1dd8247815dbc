import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { HiddenQuestions, readInput } from '../client/ask.ts';
import { either, pair } from '../credentials/testing.ts';
import { OperatorError } from '../errors.ts';
import { gatherFields } from './credential-fields.ts';

/** A terminal whose keys a test presses; it records whether it echoes by itself. */
function openTerminal(isTTY = true) {
  const modes: boolean[] = [];
  const input = Object.assign(new PassThrough(), { isTTY, setRawMode: (raw: boolean) => modes.push(raw) });
  const output = new PassThrough();
  const shown = () => String(output.read() ?? '');
  return { input, output, modes, shown };
}

it('asks for a secret and shows nothing of it, not even while it is corrected', async () => {
  const terminal = openTerminal();
  const questions = new HiddenQuestions(terminal);
  const answer = questions.ask('api_key: ');
  terminal.input.write('wrog\u007fng-secret\r');
  expect(await answer).toBe('wrong-secret');
  questions.close();
  expect(terminal.shown()).toBe('api_key: \n');
  expect(terminal.modes).toEqual([true, false]);
});

it.each([
  ['Ctrl-C', '\u0003'],
  ['Ctrl-D', '\u0004'],
])('gives up with %s', async (_, key) => {
  const terminal = openTerminal();
  const questions = new HiddenQuestions(terminal);
  const answer = questions.ask('api_key: ');
  terminal.input.write(key);
  await expect(answer).rejects.toThrow(OperatorError);
  await expect(questions.ask('api_key: ')).rejects.toThrow('Nothing was entered');
});

it('reads the standard input to its end, and no more than a secret can have', async () => {
  const input = new PassThrough();
  input.end(' a key \n');
  expect(await readInput(input)).toBe(' a key \n');
  const flood = new PassThrough();
  flood.end(Buffer.alloc(64 * 1024 + 1, 'x'));
  await expect(readInput(flood)).rejects.toThrow('more than 65536 bytes');
});

it('asks on a terminal for every field that is missing, and for no other', async () => {
  const terminal = openTerminal();
  const gathered = gatherFields(pair, { field: [['access_key', 'one']] }, terminal);
  terminal.input.write('two\r');
  expect(await gathered).toEqual({ access_key: 'one', secret_key: 'two' });
  expect(terminal.shown()).toBe('secret_key (secret key of the pair, not shown): \n');
});

it('asks for each of the secrets of which one is enough, and lets each be left empty', async () => {
  const terminal = openTerminal();
  const gathered = gatherFields(either, {}, terminal);
  terminal.input.write('\rtwo\r');
  expect(await gathered).toEqual({ old_key: '', new_key: 'two' });
  expect(terminal.shown()).toContain('new_key (new key, not shown, may be left empty): ');
});

it('takes several fields from the standard input, a line each', async () => {
  const terminal = openTerminal(false);
  terminal.input.end('one\r\ntwo\n');
  const options = { fieldStdin: ['access_key', 'secret_key'] };
  expect(await gatherFields(pair, options, terminal)).toEqual({ access_key: 'one', secret_key: 'two' });
});

it('says which field is missing, what it is for and how to give it, if there is no terminal to ask at', async () => {
  const gathered = gatherFields(pair, { field: [['access_key', 'one']] }, openTerminal(false));
  await expect(gathered).rejects.toThrow(
    /^secret_key is missing: secret key of the pair\. Give a secret on the standard input with --field-stdin <name>/,
  );
});

it('refuses a field that is given twice, and an empty standard input', async () => {
  const twice = { field: [['access_key', 'one']] as [string, string][], fieldStdin: ['access_key'] };
  await expect(gatherFields(pair, twice, openTerminal(false))).rejects.toThrow('access_key is given twice');
  const terminal = openTerminal(false);
  terminal.input.end('\n');
  const empty = gatherFields(pair, { fieldStdin: ['access_key'] }, terminal);
  await expect(empty).rejects.toThrow('nothing for the field access_key');
});
