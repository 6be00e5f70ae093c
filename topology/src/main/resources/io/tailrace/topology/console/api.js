const TOKEN = 'tailrace-token';

/** Failed request, with the reason from the server. */
export class Refused extends Error {
  constructor(status, why) {
    super(why);
    this.status = status;
  }
}

async function send(path, body) {
  const headers = {};
  const token = sessionStorage.getItem(TOKEN);
  if (token) headers.Authorization = `Bearer ${token}`;
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await fetch(`/api/${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers,
    body: body === undefined ? undefined : JSON.stringify(body),
    cache: 'no-store',
    signal: AbortSignal.timeout(30_000),
  });
  if (response.status === 401) {
    await askForToken(token !== null);
    return send(path, body);
  }
  const told = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(response.status, told.error ?? `HTTP ${response.status}`);
  return told;
}

export const get = path => send(path);
export const post = (path, body = {}) => send(path, body);

let asking;

/** Asks for the token once for all waiting requests. */
function askForToken(wasWrong) {
  asking ??= new Promise(resolve => {
    const dialog = document.getElementById('login');
    const input = document.getElementById('token');
    document.getElementById('login-error').textContent = wasWrong ? 'Wrong token.' : '';
    sessionStorage.removeItem(TOKEN);
    input.value = '';
    dialog.addEventListener('cancel', event => event.preventDefault());
    dialog.addEventListener('close', () => {
      sessionStorage.setItem(TOKEN, input.value);
      input.value = '';
      asking = undefined;
      resolve();
    }, {once: true});
    dialog.showModal();
  });
  return asking;
}

/** Starts a job, reports its progress, and returns its result. */
export async function job(path, body, onProgress, signal) {
  let status = await post(path, body);
  while (status.state === 'running') {
    onProgress(status);
    await new Promise(resolve => setTimeout(resolve, 500));
    status = signal?.aborted ? await post(`jobs/${status.id}/stop`) : await get(`jobs/${status.id}`);
  }
  if (status.state !== 'done') throw new Refused(0, status.error ?? status.state);
  return status.result;
}

/** Calls a function periodically while the page is visible. Returns functions to stop it and to call it now. */
export function every(millis, work) {
  let timer;
  let stopped = false;
  const run = async () => {
    clearTimeout(timer);
    if (!document.hidden) await work();
    clearTimeout(timer); // a call in between may have set it
    if (!stopped) timer = setTimeout(run, millis);
  };
  const seen = () => document.hidden || run();
  document.addEventListener('visibilitychange', seen);
  run();
  return {
    now: run,
    stop() {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', seen);
    },
  };
}
