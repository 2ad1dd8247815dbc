// The owner of the embedded PostgreSQL's files. A copy that was made by root belongs to root, but PostgreSQL runs as
// another user. So the files of a restored copy are given to that user.
import { chmod, lchown, lstat, readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Layout } from './embedded-cluster.ts';
import type { SystemUser } from './embedded-user.ts';

/** PostgreSQL refuses a folder that others may write to or list. */
const FORBIDDEN_BITS = 0o027;
const FOLDER_MODE = 0o700;

async function isOwnedBy(user: SystemUser, target: string): Promise<boolean> {
  const found = await lstat(target).catch(() => undefined);
  return found === undefined || found.uid === user.uid;
}

/**
 * Never through a link, and never a file that has another name elsewhere: only files inside the tree change their
 * owner.
 */
async function giveTree(target: string, user: SystemUser): Promise<void> {
  const found = await lstat(target);
  if (found.isFile() && found.nlink > 1) return;
  if (found.uid !== user.uid) await lchown(target, user.uid, user.gid);
  if (!found.isDirectory()) return;
  for (const name of await readdir(target)) await giveTree(path.join(target, name), user);
}

/**
 * Prepares a copied cluster for a start: gives it to the user that will run it, if this process is root, and closes
 * its folder to others. It checks a few files, and goes through all of them only if one of these has another owner.
 */
export async function restoreOwner(layout: Layout, user: SystemUser | undefined): Promise<void> {
  const { root, cluster, password, logFile } = layout;
  if (user !== undefined) {
    const samples = [root, cluster, password, path.dirname(logFile), logFile];
    const inside = ['PG_VERSION', 'base', 'global', 'pg_wal', 'postgresql.conf'];
    const targets = samples.concat(inside.map((name) => path.join(cluster, name)));
    const owned = await Promise.all(targets.map((target) => isOwnedBy(user, target)));
    if (owned.includes(false)) await giveTree(root, user);
  }
  const mode = (await stat(cluster).catch(() => undefined))?.mode ?? FOLDER_MODE;
  if ((mode & FORBIDDEN_BITS) !== 0) await chmod(cluster, FOLDER_MODE);
}
