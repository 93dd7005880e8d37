// What somebody may write who wants a page to break: markup, scripts, bidi tricks, characters of no width and of too much.

export const hostileTexts: readonly string[] = [
  '<img src="https://evil.example/x.png" onerror="alert(1)"><script>alert(2)</script><b>bold</b>',
  '"><svg/onload=alert(3)>{{7*7}}<style>*{display:none}</style></p></div>',
  'javascript:alert(4) https://evil.example/\u202Egnp.exe and more words behind it',
  '\u2066\u2067\u202B\u202E never closed \u202D at all',
  '\u2069\u2069\u202C\u202C closed more often than opened',
  `zero\u200B\u200C\u200D\u2060\uFEFFwidth${'\u200B'.repeat(500)}!`,
  `towers: ${'Z\u0335\u0321\u0327\u0322\u0328\u0310\u0352\u035B\u0357\u0300\u0301\u0302\u0303'.repeat(12)}`,
  'W'.repeat(1_200),
  '𝕳𝖚𝖌𝖊 ﷽﷽﷽﷽﷽﷽ 𒐫𒐫𒐫𒐫𒐫 ꧅꧅꧅꧅꧅꧅',
  '👩‍👩‍👧‍👦'.repeat(120),
  'مرحبا! هل يعمل المصباح تحت الماء؟ (storm light, 59 €) نعم',
  `${'\n'.repeat(60)}far below`,
  'tab\tand\ttab, and a line\u2028separator\u2029too',
];
