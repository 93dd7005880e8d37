// The visitor's widget. The snippet in the page made `Holdfast` and brought this script, perhaps from two hosts: the first one runs.

import '@holdfast/loader/stub';
import { PageApi } from './page_api.ts';
import { WidgetOnPage } from './widget_on_page.tsx';

const stub = window.Holdfast;
if (!stub?.calls) console.error('Holdfast: this script is brought by the snippet of a site');
else if (!stub.run) {
  const api = new PageApi((site, tell) => new WidgetOnPage(site, stub.facts, tell));
  stub.run = (call) => api.run(call);
  for (const call of stub.calls.splice(0)) api.run(call);
}
