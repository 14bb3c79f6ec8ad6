/** A device as seed 3 describes it, written from the rows alone: HTTP, an opaque token, values out, state back. */

export interface Answer {
  readonly status: number;
  readonly body: { readonly data?: { readonly [pin: string]: unknown }; readonly error?: string };
  readonly retryAfterS: number | undefined;
}

export interface Thing {
  /** S3-1. */
  sendTelemetry(data: object): Promise<Answer>;
  /** S3-2. */
  sendLegacy(data: object): Promise<Answer>;
  /** S3-3: asks for commands. */
  poll(): Promise<Answer>;
}

export function makeThing(apiUrl: string, deviceId: string, deviceToken: string): Thing {
  const post = (path: string, data: object): Promise<Answer> =>
    ask(apiUrl + path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ device_token: deviceToken, data }),
    });
  return {
    sendTelemetry: (data) => post(`/devices/${deviceId}/telemetry`, data),
    sendLegacy: (data) => post('/telemetry', data),
    poll: () => ask(`${apiUrl}/telemetry/latest?device_token=${encodeURIComponent(deviceToken)}`),
  };
}

async function ask(url: string, init: RequestInit = {}): Promise<Answer> {
  const answer = await fetch(url, init);
  const retryAfter = answer.headers.get('retry-after');
  return {
    status: answer.status,
    body: await answer.json(),
    retryAfterS: retryAfter === null ? undefined : Number(retryAfter),
  };
}
