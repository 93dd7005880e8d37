// An e-mail address as far as a page can tell. Whether anybody reads what is sent there nobody knows.

/** As the nodes see it (src/protocol/text.h), or a little stricter. */
export function isEmail(text: string): boolean {
  const [local = '', domain = ''] = text.split('@');
  return (
    /^[^\s\p{Cc}@,;:<>()[\]"\\]+@[^\s\p{Cc}@,;:<>()[\]"\\]+$/u.test(text) &&
    !/^[.-]|\.\.|\.$/.test(domain) &&
    bytesOf(local) <= 64 &&
    bytesOf(text) <= 254
  );
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}

/** Said below the field; '' when it is one. */
export function emailWords(text: string): string {
  return isEmail(text) ? '' : 'This is no e-mail address, like ada@example.com.';
}
