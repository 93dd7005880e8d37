// What the snippet runs. Its generator puts the facts in the place of the name.

import { load } from './loader.ts';
import type { Facts } from './stub.ts';

declare const HOLDFAST_FACTS: Facts;

load(HOLDFAST_FACTS);
