// The people of an account and the invitations that are open.
import { queryOptions } from '@tanstack/react-query';
import { accountApi } from './client.ts';
import type { Session } from './session.ts';
import type { Invitation, MadeInvitation, Member, Role } from './wire.ts';

interface List<Item> {
  items: Item[];
}

export function peopleQuery({ account }: Session) {
  return queryOptions({
    queryKey: ['people', account],
    queryFn: async ({ signal }) => (await accountApi.get<List<Member>>('/people', { signal })).items,
  });
}

export function invitationsQuery({ account }: Session) {
  return queryOptions({
    queryKey: ['invitations', account],
    queryFn: async ({ signal }) => (await accountApi.get<List<Invitation>>('/invitations', { signal })).items,
  });
}

export function invite(body: { email: string; role: Role }): Promise<MadeInvitation> {
  return accountApi.post<MadeInvitation>('/invitations', { body });
}

export function withdrawInvitation(id: string): Promise<unknown> {
  return accountApi.delete(`/invitations/${id}`);
}

export function changeRole(id: string, role: Role): Promise<unknown> {
  return accountApi.patch(`/people/${id}`, { body: { role } });
}

export function removePerson(id: string): Promise<unknown> {
  return accountApi.delete(`/people/${id}`);
}
