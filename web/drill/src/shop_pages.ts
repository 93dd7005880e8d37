// The pages of the demo's shop (web/demo-shop), put together as its own server would do it.

import { readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';

export interface ShopPage {
  readonly type: string;
  readonly body: string;
}

interface Product {
  readonly id: string;
  readonly name: string;
  readonly price: number;
  readonly line: string;
  readonly text: string;
  readonly facts: readonly string[];
}

const types: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Every page and file by its path; `<!--HOLDFAST-->` still stands in the pages. */
export function readShop(folder: string): Map<string, ShopPage> {
  const read = (...path: string[]) => readFileSync(join(folder, ...path), 'utf8');
  const products = JSON.parse(read('products.json')) as readonly Product[];
  const layout = read('layout.html');
  const found = new Map<string, ShopPage>();

  const page = (path: string, text: string, values: Readonly<Record<string, string>> = {}) => {
    const filled = fill(text, values);
    const [, title = '', main = ''] = /^<title>(.*?)<\/title>\n(.*)$/s.exec(filled) ?? [];
    found.set(path, {
      type: 'text/html; charset=utf-8',
      body: fill(layout, { TITLE: title, MAIN: main }),
    });
  };
  page('/', read('pages/index.html'), { LAMPS: products.map(card).join('\n') });
  page('/delivery', read('pages/delivery.html'));
  page('/basket', read('pages/basket.html'), { PRODUCTS: inAttribute(JSON.stringify(products)) });
  const lamp = read('pages/lamp.html');
  for (const product of products) page(`/lamps/${product.id}`, lamp, valuesOf(product));

  const files = [
    'shop.css',
    'shop.js',
    ...readdirSync(join(folder, 'pictures')).map((name) => `pictures/${name}`),
  ];
  for (const name of files) {
    found.set(`/${name}`, { type: types[extname(name)] ?? 'text/plain', body: read(name) });
  }
  return found;
}

function card({ id, name, price, line }: Product): string {
  return `<a href="/lamps/${id}"><img src="/pictures/${id}.svg" alt="" width="400" height="300" /><h2>${name}</h2><p>${line}. ${price}\u00a0€</p></a>`;
}

function valuesOf({ id, name, price, line, text, facts }: Product): Record<string, string> {
  return {
    ID: id,
    NAME: name,
    PRICE: String(price),
    LINE: line,
    TEXT: text,
    FACTS: facts.map((fact) => `<li>${fact}</li>`).join('\n'),
  };
}

function fill(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/{{([A-Z]+)}}/g, (place, name: string) => values[name] ?? place);
}

function inAttribute(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
}
