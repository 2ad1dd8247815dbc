// What a key, or a person in an account, may do there.

/** From the least to the most: a reader reads, a member also spends, an owner also manages. */
export const ROLES = ['reader', 'member', 'owner'] as const;

export type Role = (typeof ROLES)[number];
