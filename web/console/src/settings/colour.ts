// Can what stands on a colour be read? WCAG 2.1, relative luminance and contrast.

const white = '#ffffff';
const black = '#000000';

/** 1 to 21. */
export function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

/** White or black, whichever reads better on it. */
export function textOn(colour: string): string {
  return contrast(colour, white) >= contrast(colour, black) ? white : black;
}

export function colourWords(colour: string): string {
  const text = contrast(colour, textOn(colour));
  const onPage = contrast(colour, white);
  const reads = `Text on it reads well (contrast ${text.toFixed(1)} : 1).`;
  if (onPage >= 3) return reads;
  return `${reads} On a white page the button itself is hard to see (${onPage.toFixed(1)} : 1; 3 : 1 is advised).`;
}

function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  const [r, g, b] = parts.map((part) =>
    part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4,
  ) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
