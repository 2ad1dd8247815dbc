// Proof that the search for dead members finds what it should, and accepts every indirect way of reading.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { findDeadMembers } from './members.ts';

function findIn(texts: Record<string, string>): string[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'members-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const compilerOptions = { strict: true, target: 'es2024', module: 'nodenext', noEmit: true, types: [] };
  const project = path.join(folder, 'tsconfig.json');
  writeFileSync(
    project,
    JSON.stringify({ compilerOptions: { ...compilerOptions, allowImportingTsExtensions: true } }),
  );
  for (const [name, text] of Object.entries(texts)) writeFileSync(path.join(folder, name), text);
  const dead = findDeadMembers({ project, isSource: (file) => file in texts && !file.endsWith('.test.ts') });
  return dead.map(({ file, line, member }) => `${file}:${line} ${member}`);
}

it('finds methods, getters and fields that are never read, even if a member of the same name is', () => {
  const texts = {
    'a.ts': `export class Lamp {
      watts = 5;
      on(): void {}
      off(): void {}
      get isWarm(): boolean { return this.watts > 3; }
      override toString(): string { return 'lamp'; }
    }
    export interface Room { lamp: Lamp; height: number }
    export type Door = { height: number; width: number };`,
    'b.ts': `import type { Door, Room } from './a.ts';
    export function light(room: Room, door: Door): number {
      room.lamp.on();
      room.height = 3;
      return door.height;
    }`,
    'b.test.ts': `import { Lamp } from './a.ts';
    export const isWarm = new Lamp().isWarm;`,
  };
  expect(findIn(texts)).toEqual([
    'a.ts:4 Lamp.off',
    'a.ts:5 Lamp.isWarm',
    'a.ts:8 Room.height',
    'a.ts:9 Door.width',
  ]);
});

it('counts as read what is destructured, looked up, spread, or known by another type', () => {
  const texts = {
    'a.ts': `export interface Named { name: string; say(): void }
    export class Cat implements Named { name = 'cat'; say(): void {} }
    export interface Size { width: number; height: number; depth: number; unit?: string }
    export interface Part { colour: string; weight: number }
    export interface Store<Data> { put(data: Data): void }
    export class Shelf implements Store<unknown> { put(): void {} }
    export interface Job { id: string; state: string }
    export interface Owner { id: string }
    export interface Union { kind: 'a'; first: string; second?: undefined }
    export interface Other { kind: 'b'; second: string }`,
    'b.ts': `import type { Cat, Job, Named, Other, Owner, Part, Shelf, Size, Store, Union } from './a.ts';
    export const fill = (shelf: Shelf) => (shelf as Store<string>).put('a');
    const show = (named: Named) => { named.say(); return named.name; };
    const own = (owner: Owner) => owner.id;
    export function use(cat: Cat, size: Size, part: Part, job: Job, either: Union | Other) {
      const { width: wide, ...rest } = size;
      if (either.kind === 'a') return either.first;
      return [show(cat), wide, rest, { ...part }, own(job), job['state'], 'second' in either];
    }`,
  };
  expect(findIn(texts)).toEqual([]);
});

it('counts as read what is passed on whole, down to its parts, but not the methods of a class', () => {
  const texts = {
    'a.ts': `export interface Part { size: number }
    export interface Row { id: string; parts: readonly Part[] }
    export class Log { lines: string[] = []; wipe(): void {} }
    export interface Kept { a: string; b: string }
    export interface Left { c: string }`,
    'b.ts': `import type { Kept, Left, Log, Row } from './a.ts';
    export const write = (row: Row, log: Log): string => JSON.stringify({ row, log });
    const send = (value: unknown): unknown => value;
    export const pass = (kept: Kept) => send([kept]);
    const keep = (left: Left): Left => left;
    export const pass = (left: Left) => keep(left);`,
  };
  expect(findIn(texts)).toEqual(['a.ts:3 Log.wipe', 'a.ts:5 Left.c']);
});
