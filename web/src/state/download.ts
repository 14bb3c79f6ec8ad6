/** Files that only a signed-in person may have: fetched with the token, counted as they come, handed to the browser. */
import { ApiProblem, exchangeFile } from '../http.ts';
import { goodToken, renewedToken } from '../session.ts';

/** Fetches the file of a route and saves it. Throws ApiProblem; an abort of `signal` is thrown as it is. */
export async function download(
  request: { path: string; name: string; signal: AbortSignal },
  onProgress: (bytes: number) => void,
): Promise<void> {
  const fetchAs = (token: string): Promise<Response> => exchangeFile(request.path, token, request.signal);
  const response = await fetchAs(await goodToken()).catch(async (error: unknown) => {
    if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
    return fetchAs(await renewedToken());
  });
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const { value, done } = (await reader?.read()) ?? { value: undefined, done: true };
    if (value !== undefined) {
      parts.push(value);
      bytes += value.length;
      onProgress(bytes);
    }
    if (done) break;
  }
  save(new Blob(parts, { type: response.headers.get('content-type') ?? '' }), request.name);
}

function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  const link = document.createElement('a');
  link.href = address;
  link.download = name;
  link.click();
  // the browser has begun to read it by then
  setTimeout(() => URL.revokeObjectURL(address), RELEASE_MS);
}
const RELEASE_MS = 60_000;
