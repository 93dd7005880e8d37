// The script that is brought when the first message is written, or nobody is there: see index.ts.

import type { Stub } from '@holdfast/loader/stub';
import { ChatTools } from './chat_tools.tsx';
import type { TakeAside } from './index.ts';
import { drawWith } from './means.ts';
import { OfflineForm } from './offline_form.tsx';
import { Reach } from './reach.tsx';
import { StorageRemark } from './storage_remark.tsx';
import { vouch } from './vouching.ts';

declare const __HOLDFAST_BUILD__: string;

const { aside } = window.Holdfast as Stub & { aside?: TakeAside };
aside?.(__HOLDFAST_BUILD__, (means) => {
  drawWith(means);
  return { OfflineForm, ChatTools, StorageRemark, Reach, vouch };
});
