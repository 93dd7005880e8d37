import { useEffect, useState } from 'preact/hooks';
import { Announcer } from './announcer.tsx';
import { Counters } from './counters.tsx';
import { DeploymentCard } from './deployment_card.tsx';
import { Frame } from './frame.tsx';
import { Headline } from './headline.tsx';
import type { News } from './news.ts';
import { give } from './orders.ts';
import { PlotFigure } from './plot_figure.tsx';
import { RecordList } from './record_list.tsx';
import { SignInHelp } from './sign_in_help.tsx';
import { Tabs, type View } from './tabs.tsx';
import type { Order } from './wire.ts';

export function App({ news }: { readonly news: News }) {
  const { state, lines, silent } = usePicture(news);
  const [view, setView] = useState<View>('panel');
  const [refusal, setRefusal] = useState('');
  const order = async (given: Order) => {
    setRefusal('');
    setRefusal(await give(given));
  };
  const ended = silent || state?.phase === 'ending';

  return (
    <div class="demo" data-view={view}>
      <Tabs view={view} choose={setView} />
      <main class="panel" id="view-panel" aria-label="Control panel">
        <Headline state={state} ended={ended} />
        <div class="deployments">
          {(['primary', 'redundant'] as const).map((name) => (
            <DeploymentCard
              key={name}
              name={name}
              state={state}
              ended={ended}
              order={(what) => void order({ what, where: name })}
            />
          ))}
        </div>
        {refusal !== '' && (
          <p class="refusal" role="alert">
            {refusal}
          </p>
        )}
        <PlotFigure news={news} />
        <Counters state={state} />
        <RecordList lines={lines} />
        <Announcer lines={lines} />
      </main>
      <Frame
        id="view-shop"
        title="The shop, for visitors"
        url={state?.pages?.shop}
        hint="Open the chat at its bottom right and write something."
      />
      <Frame id="view-console" title="The console, for operators" url={state?.pages?.console}>
        {state?.pages && <SignInHelp words={state.pages.signIn} />}
      </Frame>
    </div>
  );
}

function usePicture(news: News) {
  const [picture, setPicture] = useState(news.picture);
  useEffect(() => {
    const look = () => setPicture(news.picture);
    look();
    return news.subscribe(look);
  }, [news]);
  return picture;
}
