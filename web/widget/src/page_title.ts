// The number of unread messages in front of the page's own title, which the page may change at any time.

let prefix = '';

export function ownTitle(): string {
  return document.title.startsWith(prefix) ? document.title.slice(prefix.length) : document.title;
}

export function countInTitle(unread: number): void {
  const title = ownTitle();
  prefix = unread === 0 ? '' : `(${unread}) `;
  if (document.title !== prefix + title) document.title = prefix + title;
}
