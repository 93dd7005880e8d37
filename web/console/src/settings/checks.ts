// What a node would refuse, said while it is typed. The same rules as src/node/settings_check.cc, in words for people.

export const TEXT_MAX = 2_000;
const NAME_MAX = 100;
const ORIGINS_MAX = 100;
const ADDRESSES_MAX = 20;
const RETENTION_MAX = 36_500;

/** C0, DEL and C1, but tab and line feed. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: what is refused are exactly those
const control = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/;

export function nameProblem(name: string): string {
  if (name.trim() === '') return 'A name is needed.';
  if (control.test(name) || /[\t\n]/.test(name)) return 'A name is one line of text.';
  return tooLong(name, NAME_MAX);
}

export function textProblem(text: string): string {
  if (control.test(text)) return 'This holds a character that cannot be shown.';
  return tooLong(text, TEXT_MAX);
}

function tooLong(text: string, max: number): string {
  const length = [...text].length;
  return length > max ? `${length} characters; at most ${max} are kept.` : '';
}

/** Lines without what stands round them; empty ones count for nothing. */
export function linesIn(text: string): string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

function listProblem(text: string, max: number, problem: (line: string) => string): string {
  const lines = linesIn(text);
  if (lines.length > max) return `${lines.length} lines; at most ${max} are kept.`;
  for (const [i, line] of lines.entries()) {
    const twice = lines.indexOf(line) < i ? 'it stands there twice' : '';
    const words = problem(line) || twice;
    if (words !== '') return `Line ${i + 1}: ${words}.`;
  }
  return '';
}

export function originsProblem(text: string): string {
  return listProblem(text, ORIGINS_MAX, originProblem);
}

export function originProblem(text: string): string {
  if (!/^https?:\/\//.test(text)) return 'it begins with https://';
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return 'this is no web address';
  }
  if (text.includes('*')) return 'each address by itself, without *';
  if (url.origin === text) return '';
  return `browsers send ${url.origin}, so write it like that`;
}

export function emailsProblem(text: string): string {
  return listProblem(text, ADDRESSES_MAX, (line) =>
    isEmail(line) ? '' : 'this is no e-mail address',
  );
}

export function isEmail(text: string): boolean {
  const at = text.indexOf('@');
  const [name, host] = [text.slice(0, at), text.slice(at + 1)];
  const never = /[\s@,;:<>()[\]"\\]/;
  if (at < 1 || at > 64 || text.length > 254 || control.test(text)) return false;
  if (never.test(name) || host === '' || never.test(host)) return false;
  return !/^[.-]|\.$|\.\./.test(host);
}

export function colourProblem(text: string): string {
  return /^#[0-9a-f]{6}$/i.test(text) ? '' : 'A colour is # and six digits, like #1b5cce.';
}

export function zoneProblem(zone: string): string {
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return /^[A-Za-z][\w/+-]{0,63}$/.test(zone) ? '' : 'Choose one from the list.';
  } catch {
    return 'There is no such time zone. Choose one from the list, like Europe/Berlin.';
  }
}

export function retentionProblem(days: string): string {
  if (!/^\d{1,5}$/.test(days.trim()) || Number(days) > RETENTION_MAX)
    return `A whole number of days, at most ${RETENTION_MAX}; 0 keeps everything.`;
  return '';
}

export function webhookUrlProblem(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return 'A web address is needed, like https://example.org/hook.';
  }
  if (url.protocol !== 'https:' && !isLoopback(url)) return 'It begins with https://.';
  if (url.username !== '' || url.password !== '') return 'No name or password in it.';
  if (text.includes('#')) return 'No # in it.';
  if (text.length > 1_000 || /[^\x21-\x7E]/.test(text))
    return 'At most 1,000 characters, without spaces.';
  return '';
}

function isLoopback({ protocol, hostname }: URL): boolean {
  return protocol === 'http:' && /^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname);
}

export function operatorIdProblem(id: string, taken: ReadonlySet<string>): string {
  if (!/^[a-z0-9][a-z0-9-]{0,31}$/.test(id))
    return 'Small letters, digits and hyphens, at most 32; it is what they sign in with.';
  return taken.has(id) ? 'There is an operator of this name already.' : '';
}

export function passwordProblem(password: string): string {
  const length = [...password].length;
  if (length < 10) return 'At least 10 characters.';
  return length > 200 ? 'At most 200 characters.' : '';
}
