// The emulated APIs, in the order of their ports. A new one is one line here.
import { arkApi } from './ark/ark.ts';
import type { EmulatedApi } from './core/api.ts';

export const EMULATED_APIS: readonly EmulatedApi[] = [arkApi];
