import { join } from 'node:path';
import { expect, test } from 'vitest';
import { repository } from '../src/paths.ts';
import { readShop } from '../src/shop_pages.ts';

const shop = readShop(join(repository, 'web/demo-shop'));
const pages = [...shop].filter(([, { type }]) => type.startsWith('text/html'));

test('every page of the shop has one place for the snippet, a title and no gap', () => {
  expect(pages.length).toBeGreaterThan(5);
  for (const [path, { body }] of pages) {
    expect(body.split('<!--HOLDFAST-->'), path).toHaveLength(2);
    expect(body, path).toMatch(/<title>.*Harbour Lamps<\/title>/);
    expect(body, path).not.toMatch(/{{/);
  }
});

test('everything that a page names is there, and comes from nowhere else', () => {
  for (const [path, { body }] of pages) {
    const named = [...body.matchAll(/(?:href|src)="([^"]+)"/g)].map(([, url]) => url as string);
    for (const url of named) expect(shop.has(url), `${path} names ${url}`).toBe(true);
  }
});
