import { describe, expect, it } from 'vitest';
import { inkOn } from '../src/contrast.ts';

describe('what is written on a colour', () => {
  it('stands out by 4.5 to 1 at least, whatever the colour', () => {
    const steps = ['00', '1d', '3b', '58', '6f', '76', '80', '93', 'b1', 'ce', 'e6', 'ff'];
    let least = 21;
    for (const r of steps)
      for (const g of steps)
        for (const b of steps) least = Math.min(least, contrast(`#${r}${g}${b}`));
    expect(least).toBeGreaterThan(4.5);
  });

  it('is black on yellow and white on blue', () => {
    expect(inkOn('#ffe600')).toBe('#000');
    expect(inkOn('#1D5FD1')).toBe('#fff');
  });
});

// As WCAG 2 has it.
function contrast(colour: string): number {
  const [light, dark] = [luminance(colour), inkOn(colour) === '#000' ? 0 : 1].sort((a, b) => b - a);
  return ((light ?? 0) + 0.05) / ((dark ?? 0) + 0.05);
}

function luminance(colour: string): number {
  const [r = 0, g = 0, b = 0] = (colour.match(/[0-9a-f]{2}/gi) ?? []).map((hex) => {
    const part = Number.parseInt(hex, 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
