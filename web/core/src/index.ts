export * from './api.ts';
export { createClient } from './client.ts';
export { verifyEd25519 } from './crypto/ed25519.ts';
export { Code, clientAction, codeName } from './gen/protocol.ts';
export { authorOf, visitorAuthor } from './identity.ts';
export { signIn } from './sign_in.ts';
