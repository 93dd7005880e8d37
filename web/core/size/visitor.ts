// What a visitor's page takes from the core.
export { browserSeams, loadIdentity } from '../src/browser/index.ts';
export { createClient, visitorAuthor } from '../src/index.ts';
