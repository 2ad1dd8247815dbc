// The package: what it exports is what it promises.
export { createReelay, type ReelayProvider, type ReelayProviderSettings, reelay } from './provider.ts';
