// What the smaller commands of a client do.
import { spawn } from 'node:child_process';
import type { ListOptions, ModelFilter, TemplateFilter } from '../../../sdk/src/sdk.ts';
import { HiddenQuestions, ownTerminal, readInput } from './ask.ts';
import { ClientFault } from './faults.ts';
import { deliver, type FollowOptions, follow } from './follow.ts';
import { createClient, forgetLogin, keepLogin, openClient } from './login.ts';
import { type PrintOptions, printMany, printOne, printTable, say } from './output.ts';

async function askForKey(): Promise<string> {
  if (!process.stdin.isTTY) return (await readInput(process.stdin)).trim();
  const questions = new HiddenQuestions(ownTerminal);
  try {
    return (await questions.ask('API key (not shown): ')).trim();
  } finally {
    questions.close();
  }
}

/** Keeps a key, once the server has said whose it is. */
export async function login(options: PrintOptions & { baseUrl?: string }): Promise<void> {
  const apiKey = await askForKey();
  const reelay = await createClient({ apiKey, baseUrl: options.baseUrl });
  const caller = await reelay.caller();
  const file = await keepLogin({ apiKey, baseUrl: reelay.baseUrl });
  printOne({ ...caller, base_url: reelay.baseUrl, file }, options, () => [
    `${caller.account.name} at ${reelay.baseUrl}: ${caller.mode} credits, ${caller.role}. The key is in ${file}.`,
  ]);
}

export async function logout(options: PrintOptions): Promise<void> {
  const file = await forgetLogin();
  printOne({ file }, options, () => [
    `${file} is gone. The key itself goes on: keys are disabled where they are made.`,
  ]);
}

export async function listTasks(
  options: PrintOptions & ListOptions & { limit: number; meta?: [string, string][] },
): Promise<void> {
  const { status, model, limit, meta } = options;
  const metadata = meta && Object.fromEntries(meta);
  const tasks = (await openClient()).tasks.list({ status, model, metadata, limit: Math.min(limit, 100) });
  await printMany(tasks, options, (task) => ({
    task: task.task_id,
    status: task.status,
    model: task.param.model,
    credits: task.credits,
    created: new Date(task.create_at * 1000).toISOString(),
    error: task.result?.error,
  }));
}

export async function showTask(id: string, options: PrintOptions): Promise<void> {
  const task = await (await openClient()).tasks.get(id);
  printOne(task, options, () => [JSON.stringify(task, undefined, 2)]);
}

export async function waitForTask(id: string, options: FollowOptions): Promise<void> {
  const reelay = await openClient();
  await deliver(reelay, await follow(reelay, id, { ...options, usualSeconds: null }), options);
}

export async function cancelTask(id: string, options: PrintOptions): Promise<void> {
  const task = await (await openClient()).tasks.cancel(id);
  printOne(task, options, () => [`${task.task_id}\t${task.status}`]);
}

const OPENERS: Partial<Record<NodeJS.Platform, string>> = { darwin: 'open', win32: 'explorer' };

/** Shows a task in the dashboard. */
export async function openTask(id: string, options: PrintOptions): Promise<void> {
  const { baseUrl } = await openClient();
  const url = `${baseUrl}/tasks/${encodeURIComponent(id)}`;
  printOne({ url }, options, () => [url]);
  const opener = spawn(OPENERS[process.platform] ?? 'xdg-open', [url], { stdio: 'ignore', detached: true });
  // Where there is no browser, the printed address is the answer.
  opener.on('error', () => say('No browser was found here'));
  opener.unref();
}

export async function listModels(options: PrintOptions & ModelFilter): Promise<void> {
  const { modality, operation } = options;
  const models = await (await openClient()).models.list({ modality, operation });
  await printMany(models, options, (model) => ({
    model: model.model,
    title: model.title,
    operations: model.operations.join(','),
    usual_credits: model.usual_credits,
    usual_seconds: model.usual_seconds,
    live: model.live ? 'live' : 'test only',
  }));
}

export async function showModel(name: string, options: PrintOptions): Promise<void> {
  const model = await (await openClient()).models.get(name);
  const { properties = {}, required = [] } = model.input_schema as {
    properties?: Record<string, { type?: string; enum?: unknown[]; default?: unknown; description?: string }>;
    required?: string[];
  };
  const { title, description } = model;
  printOne(model, options, () => [description.startsWith(title) ? description : `${title}: ${description}`]);
  if (options.json || options.jsonl) return;
  printTable(
    Object.entries(properties).map(([field, { type, enum: values, default: usual, description }]) => ({
      field: `${field}${required.includes(field) ? ' (required)' : ''}`,
      takes: values?.join('|') ?? type,
      usual: usual === undefined ? '' : `default ${JSON.stringify(usual)}`,
      meaning: description ?? '',
    })),
  );
}

export async function listTemplates(
  options: PrintOptions & TemplateFilter & { limit: number },
): Promise<void> {
  const { q, tag, vendor } = options;
  const templates = (await openClient()).templates.list({ q, tag, vendor });
  await printMany(templates, options, (template) => ({
    template: template.template_id,
    model: template.model,
    title: template.title,
    images: template.images_min,
    tags: template.tags.join(','),
  }));
}

export async function upload(path: string, options: PrintOptions & { contentType?: string }): Promise<void> {
  const reelay = await openClient();
  try {
    const url = await reelay.files.upload({ path }, { contentType: options.contentType });
    printOne({ url }, options, () => [url]);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR')
      throw new ClientFault('refused', `${path} cannot be read (${code})`, error);
    throw error;
  }
}

export async function balance(options: PrintOptions): Promise<void> {
  const found = await (await openClient()).balance();
  printOne(found, options, () => [`${found.balance} credits, and ${found.held} held by open tasks`]);
}
