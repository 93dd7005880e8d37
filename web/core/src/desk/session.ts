// What an operator can do about passwords and sessions beside the settings writes themselves.
import { type Http, SignInRefused } from '../api.ts';
import { unb64 } from '../bytes.ts';
import { Code, clientAction } from '../gen/protocol.ts';

const TIMEOUT_MS = 8_000; // Argon2id takes its time on purpose

/** The session that a token stands for: `session:<sid>` can be ended by a settings write. null: not a token. */
export function sessionOf(token: string): string | null {
  try {
    const bytes = unb64(token.slice(0, token.indexOf('.')));
    if (bytes === null) return null;
    const text = String.fromCharCode(...bytes);
    const { sid } = JSON.parse(text) as { sid?: unknown };
    return typeof sid === 'string' ? sid : null;
  } catch {
    return null;
  }
}

/** A password's Argon2id string, made by whichever deployment answers; nothing is stored. Rejects with SignInRefused or a network failure. */
export async function hashPassword(
  http: Http,
  urls: readonly string[],
  token: string,
  password: string,
): Promise<string> {
  let failure: Error = new SignInRefused(Code.not_ready, 'no deployment is known');
  for (const url of urls) {
    try {
      return await askOne(http, url, token, password);
    } catch (error) {
      if (error instanceof SignInRefused && clientAction(error.code) !== 'retry') throw error;
      failure = error instanceof Error ? error : new Error(String(error));
    }
  }
  throw failure;
}

async function askOne(http: Http, url: string, token: string, password: string): Promise<string> {
  const { status, body } = await http.request({
    method: 'POST',
    url: `${url}/v1/password`,
    body: JSON.stringify({ password }),
    timeoutMs: TIMEOUT_MS,
    bearer: token,
  });
  const { hash, code, why, retry_ms } = read(body);
  if (status === 200 && typeof hash === 'string') return hash;
  throw new SignInRefused(
    typeof code === 'number' ? code : Code.not_ready,
    typeof why === 'string' ? why : `status ${status}`,
    typeof retry_ms === 'number' ? retry_ms : 0,
  );
}

function read(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
