import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { policyOf, snippet, withNonce } from '../src/snippet.ts';
import { facts } from './page.ts';

const template =
  '<script>\nload(HOLDFAST_FACTS);\nHoldfast("boot", {"site": HOLDFAST_SITE});\n</script>\n';

describe('the snippet', () => {
  it('carries the site and every address', () => {
    const { html } = snippet(template, 'shop', { ...facts, moderatorKeys: { k2: 'y', k1: 'x' } });
    expect(html).toBe(`<script>
load({"deployments":{"primary":["https://a","https://a2"],"redundant":["https://b"]},"moderators":["https://m"],"moderatorKeys":{"k1":"x","k2":"y"}});
Holdfast("boot", {"site": "shop"});
</script>
`);
  });

  it('is the same whichever deployment was asked', () => {
    const told = { deployment: 'redundant', build: '0.1.0', versions: [1, 1], ...facts };
    expect(snippet(template, 'shop', told)).toEqual(snippet(template, 'shop', facts));
  });

  it('cannot be ended early by what it carries', () => {
    const { html } = snippet(template, '</script><b>', { ...facts, moderators: ['$&<!--'] });
    expect(html.match(/<\/?script|<!--|<b>/g)).toEqual(['<script', '</script']);
    expect(html).toContain('$&');
  });

  it('has the hash that a browser computes', () => {
    const { html, hash } = snippet(template, 'shop', facts);
    const script = html.slice('<script>'.length, html.indexOf('</script>'));
    const expected = createHash('sha256').update(script).digest('base64');
    expect(hash).toBe(`'sha256-${expected}'`);
  });

  it('says what the policy of the page must allow', () => {
    const one = snippet(template, 'shop', facts);
    expect(policyOf(one)).toBe(
      `script-src ${one.hash} https://a https://a2 https://b; ` +
        'connect-src https://a wss://a https://a2 wss://a2 https://b wss://b https://m',
    );
  });

  it('can carry a nonce', () => {
    expect(withNonce(snippet(template, 'shop', facts), 'abc')).toMatch(/^<script nonce="abc">\n/);
  });
});
