// Passwords as the settings make them: thought of by a person or drawn here, turned into an Argon2id string by a data centre, never kept.
import { Code, SignInRefused } from '@holdfast/core';
import { browserHttp } from '@holdfast/core/browser';
import { hashPassword } from '@holdfast/core/desk';
import type { Desk } from '../desk.ts';
import { waitWords } from '../times.ts';

// Without those that look alike.
const letters = 'abcdefghijkmnpqrstuvwxyz23456789';

/** Five groups of four: 100 bits, and easy to read out. */
export function drawnPassword(): string {
  const draws = crypto.getRandomValues(new Uint8Array(20));
  const text = [...draws].map((draw) => letters.charAt(draw & 31)).join('');
  return text.replaceAll(/(.{4})(?=.)/g, '$1-');
}

/** Rejects with words for a person. */
export async function hashed({ addresses, session }: Desk, password: string): Promise<string> {
  const { primary, redundant } = addresses.deployments;
  try {
    return await hashPassword(
      browserHttp,
      [...primary, ...redundant],
      session.get().token,
      password,
    );
  } catch (error) {
    throw new Error(refusalWords(error));
  }
}

function refusalWords(error: unknown): string {
  if (!(error instanceof SignInRefused))
    return 'No data centre answered. Nothing was changed; try again in a moment.';
  if (error.code === Code.rate_limited)
    return `Too many passwords at once. Wait ${waitWords(error.retryMs)}, then try again.`;
  return `Nothing was changed: ${error.message}.`;
}
