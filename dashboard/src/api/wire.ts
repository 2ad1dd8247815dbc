// What the server answers, by its own schemas: types alone, so nothing of the server reaches the browser.
import type { Static } from 'typebox';
import type {
  attempt,
  cancelTasksSchema,
  listedTask,
  loadPictureSchema,
  searchTasksSchema,
  taskDetail,
} from '../../../server/src/doors/account/tasks.schemas.ts';

/** A task of `GET /api/v1/account/tasks`. */
export type ListedTask = Static<typeof listedTask>;
export type TaskOutput = ListedTask['outputs'][number];
export type TaskPicture = ListedTask['pictures'][number];
export type TaskPage = Static<(typeof searchTasksSchema.response)[200]>;
/** `GET /api/v1/account/tasks/{id}`. */
export type TaskDetail = Static<typeof taskDetail>;
export type TaskAttempt = Static<typeof attempt>;
/** `POST /api/v1/account/tasks/cancel`. */
export type Cancelled = Static<(typeof cancelTasksSchema.response)[200]>;
/** `POST /api/v1/account/tasks/{id}/pictures`. */
export type LoadedPicture = Static<(typeof loadPictureSchema.response)[200]>;

/** A role in an account, from the least to the most. */
export type Role = 'reader' | 'member' | 'owner';

/** What the server offers before and after the sign-in. */
export interface ServerFacts {
  version: string;
  public_url: string;
  sign_up: boolean;
  oauth: string[];
  mail: boolean;
  is_secure: boolean;
}

/** A way to sign in. */
export interface SignIn {
  id: string;
  /** `password`, or the name of a provider. */
  provider: string;
  created_at: string;
}

/** `GET /api/v1/account/setup`. */
export interface Setup {
  open: boolean;
  server: ServerFacts;
}

/** `GET /api/v1/account/me`. */
export interface Me {
  person: { id: string; email: string; name: string; operator: boolean; second_factor: boolean };
  accounts: { id: string; name: string; role: Role }[];
  server: ServerFacts;
}

/** `POST /api/v1/account/second-factor`. */
export interface AppSecret {
  secret: string;
  uri: string;
}

/** `POST /api/v1/account/second-factor/confirm`. */
export interface BackupCodes {
  backup_codes: string[];
}

/** `GET /api/v1/client/account/balance`. */
export interface Balance {
  balance: number;
  held: number;
}

/** One of `GET /api/v1/account/people`. */
export interface Member {
  id: string;
  email: string;
  name: string;
  role: Role;
  joined_at: string;
}

/** One of `GET /api/v1/account/invitations`. */
export interface Invitation {
  id: string;
  email: string;
  role: Role;
  created_at: string;
  expires_at: string;
}

/** The answer that shows the link, this once. */
export interface MadeInvitation extends Invitation {
  link: string;
}

/** `POST /api/v1/account/invitations/look`. */
export interface InvitationLook {
  kind: 'join' | 'password';
  email: string;
  account: { id: string; name: string } | null;
  role: Role | null;
  operator: boolean;
  /** The address belongs to a person, who gives its password. */
  is_known: boolean;
}
