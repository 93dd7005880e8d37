// An operator's way from a password to a token. Either deployment can give it; both believe it.
import { type Http, type SignedIn, type SignIn, SignInRefused } from './api.ts';
import { Code, clientAction } from './gen/protocol.ts';

const TIMEOUT_MS = 5_000;

/** Asks one base URL after the other until one decides. Rejects with SignInRefused, or with the last network failure. */
export async function signIn(http: Http, urls: readonly string[], who: SignIn): Promise<SignedIn> {
  let failure: Error = new SignInRefused(Code.not_ready, 'no deployment is known');
  for (const url of urls) {
    try {
      return await askOne(http, url, who);
    } catch (error) {
      if (error instanceof SignInRefused && clientAction(error.code) !== 'retry') throw error;
      failure = error instanceof Error ? error : new Error(String(error));
    }
  }
  throw failure;
}

async function askOne(http: Http, url: string, who: SignIn): Promise<SignedIn> {
  const response = await http.request({
    method: 'POST',
    url: `${url}/v1/signin`,
    body: JSON.stringify(who),
    timeoutMs: TIMEOUT_MS,
  });
  const fields = readObject(response.body);
  const { token, author, expires, code, why, retry_ms } = fields;
  if (
    response.status === 200 &&
    typeof token === 'string' &&
    typeof author === 'string' &&
    typeof expires === 'number'
  )
    return { token, author, expires };
  throw new SignInRefused(
    typeof code === 'number' ? code : Code.not_ready,
    typeof why === 'string' ? why : `status ${response.status}`,
    typeof retry_ms === 'number' ? retry_ms : 0,
  );
}

function readObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
