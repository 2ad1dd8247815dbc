// The package for agents as its users get it: packed, put beside the packages that it declares, and started there with nothing
// of the repository around.
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, realpath, stat, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { expect, inject, it } from 'vitest';
import { VERSION } from '../../server/src/lib/version.ts';
import type { DoorTools } from './door-clients.ts';
import { call, connectByStdio } from './door-mcp-client.ts';

const ROOT = join(import.meta.dirname, '..', '..');
const run = promisify(execFile);

export function testMcpPackage(tools: DoorTools): void {
  it('the package for agents has one program, a page and a licence, and works with the packages that it declares', async () => {
    const folder = await realpath(await mkdtemp(join(inject('testServer').folder, 'mcp-package-')));
    const home = join(folder, 'node_modules', '@reelay', 'mcp');
    await mkdir(home, { recursive: true });
    const words = ['pack', '--silent', '--pack-destination', folder];
    const { stdout } = await run('npm', words, { cwd: join(ROOT, 'mcp') });
    await run('tar', ['-xzf', join(folder, stdout.trim()), '-C', home, '--strip-components=1']);
    const found = (await readdir(home, { recursive: true, withFileTypes: true })).filter((one) =>
      one.isFile(),
    );
    expect(found.map(({ name }) => name).sort()).toEqual([
      'LICENSE',
      'README.md',
      'package.json',
      'stdio.js',
    ]);
    const manifest = JSON.parse(await readFile(join(home, 'package.json'), 'utf8'));
    expect(manifest.version).toBe(VERSION);
    for (const name of Object.keys(manifest.dependencies)) {
      const place = join(folder, 'node_modules', name);
      await mkdir(dirname(place), { recursive: true });
      await symlink(await realpath(join(ROOT, 'node_modules', name)), place);
    }
    const script = join(home, manifest.bin['reelay-mcp']);
    expect((await readFile(script, 'utf8')).startsWith('#!/usr/bin/env node\n')).toBe(true);
    expect((await stat(script)).size).toBeLessThan(200_000);
    const client = await connectByStdio(tools, { script });
    expect(client.getServerVersion()).toMatchObject({ name: 'reelay', version: VERSION });
    expect((await call(client, 'get_balance')).structuredContent).toMatchObject({ mode: 'test' });
    await client.close();
  });
}
