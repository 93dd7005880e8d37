export * from './api.ts';
export { createClient } from './client.ts';
export { Code, clientAction, codeName } from './gen/protocol.ts';
export { authorOf, visitorAuthor } from './identity.ts';
export { signIn } from './sign_in.ts';
