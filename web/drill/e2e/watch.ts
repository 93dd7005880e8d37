// Watches a page from its first moment for anything that would tell a person of a failure: an alert, an error, a spinner,
// words about the connection. Sees into shadow roots, and sees what was there for a moment only.

import type { BrowserContext, Page } from 'playwright-core';

/** Runs in the page, before anything else does. Must not refer to anything outside itself. */
function observe(): void {
  const seen: string[] = [];
  (window as unknown as { holdfastSeen: string[] }).holdfastSeen = seen;
  const words =
    /error|reconnect|connection (was )?lost|no connection|offline|try(ing)? again|unavailable|failed|is away|no data centre/i;
  const classes = /error|spinner|loading|banner|toast|offline|reconnect/i;

  const judge = (element: Element) => {
    const role = element.getAttribute('role') ?? '';
    const name = String(element.getAttribute('class') ?? '');
    if (role === 'alert' || role === 'progressbar')
      seen.push(`role ${role}: ${element.textContent}`);
    if (element.getAttribute('aria-busy') === 'true')
      seen.push(`aria-busy: ${element.outerHTML.slice(0, 200)}`);
    if (classes.test(name)) seen.push(`class ${name}: ${element.textContent}`);
  };
  const look = (node: Node) => {
    if (node instanceof Element) {
      judge(node);
      for (const inner of node.querySelectorAll('*')) judge(inner);
    }
    // innerText: what a person reads, without scripts and styles.
    const parent = node instanceof Element ? node : node.parentElement;
    const text = node instanceof HTMLElement ? node.innerText : (node.textContent ?? '');
    if (parent && !parent.closest('script, style, head') && words.test(text)) {
      seen.push(`words: ${text.slice(0, 200)}`);
    }
  };
  const watch = (root: Node) =>
    new MutationObserver((records) => {
      for (const record of records) {
        if (record.type === 'attributes') judge(record.target as Element);
        if (record.type === 'characterData') look(record.target);
        for (const node of record.addedNodes) look(node);
      }
    }).observe(root, { subtree: true, childList: true, characterData: true, attributes: true });

  watch(document);
  const attach = Element.prototype.attachShadow;
  Element.prototype.attachShadow = function (init) {
    const root = attach.call(this, init);
    watch(root);
    return root;
  };
}

export async function watchEverything(context: BrowserContext): Promise<void> {
  await context.addInitScript(observe);
}

/** What the page showed since it was loaded that it should not have. */
export function seenBy(page: Page): Promise<string[]> {
  return page.evaluate(() => (window as unknown as { holdfastSeen: string[] }).holdfastSeen);
}

/** Shows a banner for 50 ms: a watcher that misses it is blind. */
export async function plantBanner(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const banner = document.createElement('div');
    banner.className = 'banner';
    banner.textContent = 'Connection lost';
    document.body.append(banner);
    await new Promise((resolve) => setTimeout(resolve, 50));
    banner.remove();
  });
}
