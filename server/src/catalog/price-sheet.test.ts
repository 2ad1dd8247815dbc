import { describe, expect, it } from 'vitest';
import { readShippedModels } from './models.ts';
import { readPriceSheet, writePriceSheet } from './price-sheet.ts';
import { CatalogState } from './state.ts';

const NOW_MS = Date.parse('2026-12-01T12:00:00Z');
const state = new CatalogState(
  { maintenance: { on: false, text: null }, settings: [], prices: [], templates: [] },
  () => NOW_MS,
);
const statuses = readShippedModels().map((model) => state.statusOf(model));
const sheet = writePriceSheet(statuses);
const HEAD = 'model,unit,for,credits,from\n';

function read(rows: string) {
  return readPriceSheet(`${HEAD}${rows}`, statuses, NOW_MS);
}

describe('the sheet of prices', () => {
  it('has every amount of every model, and read back changes nothing', () => {
    expect(sheet.split('\n').length).toBeGreaterThan(statuses.length);
    expect(readPriceSheet(sheet, statuses, NOW_MS)).toEqual({ changes: [], faults: [] });
    expect(readPriceSheet(`\uFEFF${sheet.replaceAll('\n', '\r\n')}`, statuses, NOW_MS).faults).toEqual([]);
  });

  it('changes the amounts that differ, from the moment that a row says, and keeps the rest of the rule', () => {
    const { changes, faults } = read(
      'kling/v2-6,second,pro,30,\nqwen-image,picture,all,5,2027-01-31\nvidu/q1-t2v,task,all,"90.5",2027-01-31T12:00:00Z\n',
    );
    expect(faults).toEqual([]);
    expect(changes).toEqual([
      {
        model: 'kling/v2-6',
        price: expect.objectContaining({ kind: 'per_second', by: ['mode'], credits: { std: 8.4, pro: 30 } }),
        from: undefined,
        differences: ['pro 28 -> 30'],
      },
      {
        model: 'qwen-image',
        price: expect.objectContaining({
          kind: 'per_picture',
          count: 'num_outputs',
          credits: { picture: 5 },
        }),
        from: new Date('2027-01-31T00:00:00Z'),
        differences: ['all 4 -> 5'],
      },
      {
        model: 'vidu/q1-t2v',
        price: expect.objectContaining({ kind: 'flat', credits: 90.5 }),
        from: new Date('2027-01-31T12:00:00Z'),
        differences: ['all 80 -> 90.5'],
      },
    ]);
  });

  it('names every fault with its line', () => {
    const { faults } = read(
      [
        'none/such,task,all,1,',
        'qwen-image,second,all,1,',
        'qwen-image,picture,4K,1,',
        'qwen-image,picture,all,-1,',
        'qwen-image,picture,all,0.1234567,',
        'qwen-image,picture,all,1,tomorrow',
        'vidu/template,task,all,1,',
        'qwen-image,picture,all,1,,,',
        'z-image,picture,all,2,',
        'z-image,picture,all,3,',
      ].join('\n'),
    );
    expect(faults).toHaveLength(9);
    expect(faults[0]).toBe('line 2: there is no model "none/such"');
    expect(faults[1]).toBe('line 3: qwen-image has a price per picture, not per "second"');
    expect(faults[2]).toBe('line 4: qwen-image has no price for "4K"; it has all');
    expect(faults[5]).toContain('"tomorrow" is no time');
    expect(faults.at(-1)).toBe('line 11: says the same amount again');
    expect(readPriceSheet('model,price\n', statuses, NOW_MS).faults).toEqual([
      'line 1: must be model,unit,for,credits,from',
    ]);
  });
});
