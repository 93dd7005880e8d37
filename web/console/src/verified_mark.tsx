import type { Claims } from '@holdfast/core/claims';
import { harmless } from './conversation.ts';

/** Beside the visitor's name: the site's own server vouches for who this is; for the name, where its token says one. */
export function VerifiedMark({ claims }: { claims: Claims }) {
  return (
    <span class="verified">
      <span aria-hidden="true">✓ </span>
      {claims.name === '' ? 'Verified, but for the name: ' : 'Verified: '}
      <bdi>{harmless(claims.sub)}</bdi>
    </span>
  );
}
