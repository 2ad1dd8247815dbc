// Schemas of the sheet with the prices of all models.
import { Type } from 'typebox';
import { body, orNull, record } from '../plain-schemas.ts';
import { time } from './schemas.ts';

const tags = ['Operator: models'];
/** Some hundred kilobytes: a thousand models with a dozen amounts each. */
const SHEET_CHARACTERS_MAX = 500_000;

const sheet = Type.String({
  description: 'CSV with the columns model, unit, for, credits, from: a row for each amount.',
});

const changes = record('PriceSheetChanges', {
  changes: Type.Array(
    record('PriceSheetChange', {
      model: Type.String(),
      from: orNull({ ...time, description: 'From when on; null is now.' }),
      differences: Type.Array(Type.String({ description: 'Such as 720p 20 -> 24.' })),
    }),
  ),
});

export const priceSheetSchema = {
  tags,
  operationId: 'getPriceSheet',
  summary: 'The prices of all models as one sheet',
  description: 'The prices that hold now, those of templates left out.',
  response: { 200: record('PriceSheet', { sheet }) },
};

const givenSheet = body({ sheet: Type.String({ minLength: 1, maxLength: SHEET_CHARACTERS_MAX }) });

export const previewPricesSchema = {
  tags,
  operationId: 'previewPrices',
  summary: 'What a sheet of prices would change',
  description: 'Nothing is written. Every fault is named with its line.',
  body: givenSheet,
  response: { 200: changes },
};

export const importPricesSchema = {
  tags,
  operationId: 'importPrices',
  summary: 'Set the prices of a sheet that differ, all or none',
  description: 'A row without a time holds from now on. Models and amounts that the sheet leaves out stay.',
  body: givenSheet,
  response: { 200: changes },
};
