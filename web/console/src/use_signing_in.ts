import { Code, type OperatorSession, type SignIn, SignInRefused } from '@holdfast/core';
import { browserHttp, startSession } from '@holdfast/core/browser';
import { useState } from 'preact/hooks';
import type { Addresses } from './addresses.ts';
import { waitWords } from './times.ts';

type Who = Omit<SignIn, 'pub'>;

export interface SigningIn {
  /** Why it was refused, in words; '' when it was not. */
  readonly refusal: string;
  readonly busy: boolean;
  /** null: refused, or nobody answered. */
  readonly signIn: (who: Who) => Promise<OperatorSession | null>;
}

/** Asks one data centre after the other. */
export function useSigningIn({ deployments }: Addresses): SigningIn {
  const [refusal, setRefusal] = useState('');
  const [busy, setBusy] = useState(false);
  const signIn = async (who: Who) => {
    setBusy(true);
    setRefusal('');
    try {
      return await startSession(
        browserHttp,
        [...deployments.primary, ...deployments.redundant],
        who,
      );
    } catch (error) {
      setRefusal(refusalWords(error));
      return null;
    } finally {
      setBusy(false);
    }
  };
  return { refusal, busy, signIn };
}

function refusalWords(error: unknown): string {
  if (!(error instanceof SignInRefused)) return 'No data centre answered. Try again in a moment.';
  switch (error.code) {
    case Code.bad_password:
    case Code.unknown_site:
    case Code.not_found:
      return 'Site, operator and password do not fit together.';
    case Code.rate_limited:
      return `Too many tries. Wait ${waitWords(error.retryMs)}, then try again.`;
    default:
      return error.message;
  }
}
