/** The hub's API as the bench uses it: signed in again whenever the token has run out. */

/**
 * @typedef {object} HubApi
 * @property {() => Promise<string>} signIn a new token
 * @property {(method: string, path: string, body?: object) => Promise<any>} call
 * @property {(path: string) => Promise<string>} text
 */

/**
 * @param {string} url
 * @param {{ username: string, password: string }} owner
 * @returns {HubApi}
 */
export function makeHubApi(url, owner) {
  let token = '';
  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  const ask = (method, path, body) =>
    fetch(`${url}${path}`, {
      method,
      headers: {
        ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  /** A new token; the old one lasts 15 minutes, a bench may take longer. */
  const signIn = async () => {
    const answer = await ask('POST', '/api/v1/auth/login', owner);
    const reply = await answer.json();
    if (!answer.ok) throw new Error(`login answered ${answer.status}: ${JSON.stringify(reply)}`);
    token = reply.accessToken;
    return token;
  };
  /**
   * @param {string} method
   * @param {string} path
   * @param {object} [body]
   */
  const answerOf = async (method, path, body) => {
    if (token === '') await signIn();
    let answer = await ask(method, path, body);
    if (answer.status === 401) {
      await signIn();
      answer = await ask(method, path, body);
    }
    // A thousand devices are more than one session may ask about in a minute.
    while (answer.status === 429) {
      await new Promise((resolve) => setTimeout(resolve, Number(answer.headers.get('retry-after') ?? 1) * 1000));
      answer = await ask(method, path, body);
    }
    if (!answer.ok) throw new Error(`${method} ${path} answered ${answer.status}: ${await answer.text()}`);
    return answer;
  };
  return {
    signIn,
    call: async (method, path, body) => (await answerOf(method, path, body)).json(),
    text: async (path) => (await answerOf('GET', path)).text(),
  };
}
