import { useEffect, useRef, useState } from 'preact/hooks';
import type { News } from './news.ts';
import { draw } from './plot.ts';
import { summary, summaryWords } from './plot_scale.ts';

/** Real measurements: two people who write to each other without a pause, over the same code as everybody. */
export function PlotFigure({ news }: { readonly news: News }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [words, setWords] = useState('');
  useEffect(() => {
    const stop = each(frameMs(), () => {
      const { samples, waiting, marks } = news;
      if (canvas.current) draw(canvas.current, { now: news.now(), samples, waiting, marks });
    });
    const timer = setInterval(() => setWords(summaryWords(summary(news.samples, news.now()))), 500);
    return () => {
      stop();
      clearInterval(timer);
    };
  }, [news]);
  return (
    <figure class="plot">
      <figcaption>
        <strong>Delay of each message</strong> {words}
      </figcaption>
      <canvas
        ref={canvas}
        role="img"
        aria-label="Delay of each message in the last minute, from the moment somebody says it until the other one sees it"
      />
    </figure>
  );
}

/** Whoever asked for less motion sees the plot move once a second. */
function frameMs(): number {
  return matchMedia('(prefers-reduced-motion: reduce)').matches ? 1_000 : 50;
}

function each(ms: number, act: () => void): () => void {
  let last = Number.NEGATIVE_INFINITY;
  let frame = requestAnimationFrame(function step(now) {
    if (now - last >= ms) {
      last = now;
      act();
    }
    frame = requestAnimationFrame(step);
  });
  return () => cancelAnimationFrame(frame);
}
