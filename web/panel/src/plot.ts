// Draws the delays of the last minute on a canvas: a dot for each message, a bar for each that nobody has seen yet, a line for what
// was done and what the Moderator said.

import { duration, heightFor, rowsFor, spanMs } from './plot_scale.ts';
import type { Mark, Sample } from './wire.ts';

export interface PlotData {
  readonly now: number;
  readonly samples: readonly Sample[];
  readonly waiting: readonly number[];
  readonly marks: readonly Mark[];
}

const margin = { left: 48, right: 8, top: 6, bottom: 16 };
const rowHeight = 13;
const labelRows = 4;

export function draw(canvas: HTMLCanvasElement, { now, samples, waiting, marks }: PlotData): void {
  const pen = canvas.getContext('2d');
  if (!pen) return;
  const { width, height } = fit(canvas, pen);
  const style = getComputedStyle(canvas);
  const colour = (name: string) => style.getPropertyValue(`--${name}`);
  const from = now - spanMs;
  const shown = samples.filter(({ at }) => at >= from);
  const slowest = Math.max(
    0,
    ...shown.map(({ ms }) => ms),
    ...waiting.filter((at) => at >= from).map((at) => now - at),
  );
  const top = heightFor(slowest);
  const floor = height - margin.bottom;
  const x = (at: number) =>
    margin.left + ((at - from) / spanMs) * (width - margin.left - margin.right);
  const y = (ms: number) => floor - (ms / top) * (floor - margin.top);

  pen.clearRect(0, 0, width, height);
  pen.font = `11px ${style.fontFamily}`;
  drawGrid();
  drawMarks();
  for (const at of waiting) {
    pen.fillStyle = colour('waiting');
    const left = Math.max(x(at), margin.left);
    pen.fillRect(left - 1, y(now - at), 2, floor - y(now - at));
  }
  pen.fillStyle = colour('dot');
  for (const { at, ms } of shown) {
    pen.beginPath();
    pen.arc(x(at), y(ms), 2.2, 0, 2 * Math.PI);
    pen.fill();
  }

  function drawGrid(): void {
    if (!pen) return;
    pen.strokeStyle = colour('grid');
    pen.fillStyle = colour('quiet');
    pen.lineWidth = 1;
    pen.textBaseline = 'middle';
    pen.textAlign = 'right';
    for (const part of [0, 0.5, 1]) {
      const at = Math.round(y(top * part)) + 0.5;
      line(margin.left, at, width - margin.right, at);
      pen.fillText(
        part === 0 ? '0' : duration(top * part),
        margin.left - 6,
        at + (part === 1 ? 4 : 0),
      );
    }
    pen.textBaseline = 'alphabetic';
    for (const ago of [60, 45, 30, 15, 0]) {
      pen.textAlign = ago === 60 ? 'left' : ago === 0 ? 'right' : 'center';
      pen.fillText(ago === 0 ? 'now' : `-${ago} s`, x(now - ago * 1_000), height - 3);
    }
  }

  function drawMarks(): void {
    if (!pen) return;
    const seen = marks.filter(({ at }) => at >= from);
    pen.textAlign = 'left';
    pen.textBaseline = 'top';
    const labels = seen.map(({ at, text }) => {
      const wide = pen.measureText(text).width;
      const right = width - margin.right - wide - 4;
      return { left: Math.min(x(at) + 4, right), width: wide };
    });
    const rows = rowsFor(labels, labelRows);
    seen.forEach(({ at, kind, text }, i) => {
      const left = labels[i]?.left ?? 0;
      pen.strokeStyle = colour(kind);
      pen.fillStyle = colour(kind);
      pen.lineWidth = 1.5;
      line(x(at), margin.top, x(at), floor);
      const row = rows[i] ?? null;
      if (row === null) return;
      const top = margin.top + row * rowHeight;
      // Legible also where it crosses a line.
      pen.strokeStyle = colour('paper');
      pen.lineWidth = 3;
      pen.strokeText(text, left, top);
      pen.fillText(text, left, top);
    });
  }

  function line(x1: number, y1: number, x2: number, y2: number): void {
    if (!pen) return;
    pen.beginPath();
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
    pen.stroke();
  }
}

/** As many dots as the screen has. */
function fit(
  canvas: HTMLCanvasElement,
  pen: CanvasRenderingContext2D,
): { width: number; height: number } {
  const { clientWidth: width, clientHeight: height } = canvas;
  const fine = devicePixelRatio || 1;
  const [across, down] = [Math.round(width * fine), Math.round(height * fine)];
  if (canvas.width !== across || canvas.height !== down) {
    canvas.width = across;
    canvas.height = down;
  }
  pen.setTransform(fine, 0, 0, fine, 0, 0);
  return { width, height };
}
