// What the operating system or the database refuses while a command runs: the operator's matter, thus one line, and not
// a fault of the program with its stack.
import { isDatabaseUnavailable } from '../db/pool.ts';
import { OperatorError } from '../errors.ts';

const REASONS: Record<string, string> = {
  EACCES: 'this user may not use it',
  EPERM: 'this user may not use it',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
  ENOTDIR: 'there is a file where a folder should be',
  EEXIST: 'there is a file where a folder should be',
  EISDIR: 'there is a folder where a file should be',
  ENOENT: 'it is not there, and cannot be made',
  ELOOP: 'its links lead in a circle',
  ENAMETOOLONG: 'the name is too long',
  EIO: 'the disk has a fault',
  EMFILE: 'too many files are open; raise the limit (ulimit -n)',
  ENFILE: 'too many files are open on this machine',
};

/** @returns the error for the operator, or undefined when it is none of theirs. */
export function describeSystemFault(error: unknown): OperatorError | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code = '', path, syscall } = error as NodeJS.ErrnoException;
  const reason = REASONS[code];
  if (reason !== undefined && syscall !== undefined)
    return new OperatorError(`${path ?? syscall} cannot be used (${code}): ${reason}`, { cause: error });
  if (isDatabaseUnavailable(error))
    return new OperatorError(`The database cannot be used: ${error.message.split('\n')[0]}`, {
      cause: error,
    });
  return undefined;
}
