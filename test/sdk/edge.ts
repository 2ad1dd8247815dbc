// The packed SDK where there is no Node: one script of it, in a context that has only what browsers, edges and Node share.
import path from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { build } from 'vite';

/** What the Minimum Common Web API (Ecma TC55) has, as far as the SDK may use it. */
const SHARED = [
  'AbortController',
  'AbortSignal',
  'Blob',
  'Headers',
  'ReadableStream',
  'Request',
  'Response',
  'TextDecoder',
  'TextEncoder',
  'URL',
  'URLSearchParams',
  'atob',
  'btoa',
  'clearTimeout',
  'console',
  'crypto',
  'fetch',
  'setTimeout',
] as const;

/** @param folder where `@reelay/sdk` is installed. What is evaluated finds it as `sdk`. */
export async function loadAtEdge(folder: string): Promise<{ evaluate(code: string): unknown; code: string }> {
  const entry = path.join(folder, 'node_modules', '@reelay', 'sdk', 'dist', 'sdk.js');
  const result = await build({
    root: folder,
    logLevel: 'silent',
    configFile: false,
    build: { write: false, minify: true, lib: { entry, formats: ['iife'], name: 'sdk' } },
  });
  const [{ output }] = result as { output: { code: string }[] }[];
  const [{ code }] = output;
  const context = createContext(Object.fromEntries(SHARED.map((name) => [name, globalThis[name]])));
  runInContext(`${code};globalThis.sdk = sdk;`, context);
  return { evaluate: (text) => runInContext(text, context), code };
}
