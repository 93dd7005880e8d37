import { expect, test } from 'vitest';
import { type Http, SignInRefused, signIn } from '../src/index.ts';

const who = { site: 'shop', operator: 'ann', password: 'pw' };
const good = { status: 200, body: '{"token":"t","author":"o:ann","expires":5}' };

function http(
  answers: Record<string, { status: number; body: string } | Error>,
): Http & { asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    request: ({ url }) => {
      asked.push(url);
      const answer = answers[url] ?? new Error('refused');
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
  };
}

test('The next deployment is asked when one is out of reach or not ready', async () => {
  const answers = http({
    'http://b/v1/signin': { status: 503, body: '{"code":4003,"why":"loading"}' },
    'http://c/v1/signin': good,
  });
  expect(await signIn(answers, ['http://a', 'http://b', 'http://c'], who)).toEqual({
    token: 't',
    author: 'o:ann',
    expires: 5,
  });
  expect(answers.asked.length).toBe(3);
});

test('A wrong password is a decision: nobody else is asked', async () => {
  const answers = http({
    'http://a/v1/signin': { status: 403, body: '{"code":4204,"why":"not the password"}' },
    'http://b/v1/signin': good,
  });
  await expect(signIn(answers, ['http://a', 'http://b'], who)).rejects.toMatchObject({
    code: 4204,
  });
  expect(answers.asked.length).toBe(1);
});

test.each([['[]'], ['nonsense'], ['{"token":1}']])(
  'An answer that is none is an error with a code: %s',
  async (body) => {
    await expect(
      signIn(http({ 'http://a/v1/signin': { status: 200, body } }), ['http://a'], who),
    ).rejects.toBeInstanceOf(SignInRefused);
  },
);

test('With everything out of reach the last failure is told', async () => {
  await expect(signIn(http({}), ['http://a'], who)).rejects.toThrow('refused');
  await expect(signIn(http({}), [], who)).rejects.toBeInstanceOf(SignInRefused);
});
