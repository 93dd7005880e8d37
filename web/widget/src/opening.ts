// What is told with the opening of a chat. None of it may keep the chat from being opened: a page may have any title, and any address.

import type { OpenFields } from '@holdfast/core';
import { ownTitle } from './page_title.ts';
import { withoutControls } from './text_limit.ts';

/** Together they fit into one event, whatever they are made of. */
const CHARS_MAX = { page: 2_000, referrer: 1_000, title: 300, name: 200 };

export function openingFields(name: string): OpenFields {
  const fields = { page: location.href, referrer: document.referrer, title: ownTitle(), name };
  const kept = Object.entries(CHARS_MAX).map(([field, max]) => [
    field,
    [...withoutControls(fields[field as keyof typeof fields])].slice(0, max).join('').trim(),
  ]);
  return Object.fromEntries(kept.filter(([, text]) => text));
}
