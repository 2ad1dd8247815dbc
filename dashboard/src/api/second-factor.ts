// The second factor of the person that is signed in: begun with the password, confirmed by a first code, removed with both.
import { accountApi } from './client.ts';
import { meQuery, queryClient } from './queries.ts';
import type { AppSecret, BackupCodes } from './wire.ts';

export function beginSecondFactor(password: string): Promise<AppSecret> {
  return accountApi.post<AppSecret>('/second-factor', { body: { password } });
}

/** The backup codes are shown by the caller, this once; {@link readMeAgain} afterwards. */
export async function confirmSecondFactor(code: string): Promise<readonly string[]> {
  const answer = await accountApi.post<BackupCodes>('/second-factor/confirm', { body: { code } });
  return answer.backup_codes;
}

export async function removeSecondFactor(body: { password: string; code: string }): Promise<void> {
  await accountApi.delete('/second-factor', { body });
  await readMeAgain();
}

export function readMeAgain(): Promise<void> {
  return queryClient.invalidateQueries({ queryKey: meQuery.queryKey });
}
