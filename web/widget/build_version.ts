// One name for all that the widget's scripts are made of: the second one is taken only by the first one of the same build.

import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

export function buildVersion(): string {
  const hash = createHash('sha256');
  for (const folder of ['widget/src', 'core/src']) {
    const root = join(import.meta.dirname, '..', folder);
    const files = readdirSync(root, { recursive: true, withFileTypes: true });
    const paths = files
      .filter((file) => file.isFile())
      .map(({ parentPath, name }) => join(parentPath, name));
    for (const path of paths.sort())
      hash.update(`${path.slice(root.length)}\n`).update(readFileSync(path));
  }
  return hash.digest('hex').slice(0, 12);
}
