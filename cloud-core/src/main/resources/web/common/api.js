// One client for every page: the bearer token with its silent renewal, the envelope, idempotency keys, live streams.
// A member who scans and an operator who watches may be the same browser, never the same session.
const KEY = location.pathname.startsWith('/d/') ? 'weir.session.member' : 'weir.session.operator';
const RENEW_BEFORE_MS = 60_000;
// The server beats every 10 s; a stream silent for longer than two beats is dead, whatever the network says.
const SILENT_MS = 25_000;

export class Problem extends Error {
  constructor(status, body) {
    super(body?.message || `HTTP ${status}`);
    this.status = status;
    this.code = body?.code || 'UNREACHABLE';
    this.errors = body?.errors || [];
  }
}

export const session = {
  get() {
    try { return JSON.parse(localStorage.getItem(KEY)); } catch { return null; }
  },
  set(data) {
    localStorage.setItem(KEY, JSON.stringify({ ...data, expires_at: Date.now() + data.expires_in * 1000 }));
  },
  clear() { localStorage.removeItem(KEY); },
};

export async function send(path, { method = 'GET', body, key, token } = {}) {
  const headers = { Accept: 'application/json' };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  if (token) headers.Authorization = `Bearer ${token}`;
  if (key) headers['Idempotency-Key'] = key;
  let response;
  try {
    response = await fetch(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) });
  } catch {
    throw new Problem(0, null);
  }
  const envelope = response.status === 204 ? { status: true } : await response.json().catch(() => null);
  if (!response.ok || !envelope?.status) throw new Problem(response.status, envelope);
  return envelope;
}

let renewing = null;

// The access token, renewed a minute before it ends. One renewal at a time: a refresh token works once.
async function token() {
  const s = session.get();
  if (!s) return null;
  if (Date.now() < s.expires_at - RENEW_BEFORE_MS) return s.access_token;
  renewing ||= send('/auth/refresh', { method: 'POST', body: { refresh_token: s.refresh_token } })
    .then((e) => session.set({ ...s, ...e.data }))
    .catch((e) => { if (e.status === 401) session.clear(); throw e; })
    .finally(() => { renewing = null; });
  await renewing;
  return session.get()?.access_token;
}

export async function login(user, pwd, vid) {
  const envelope = await send('/auth/login', { method: 'POST', body: vid ? { user, pwd, vid } : { user, pwd } });
  session.set({ ...envelope.data, vid });
  return envelope.data;
}

export async function call(path, options = {}) {
  try {
    return await send(path, { ...options, token: await token() });
  } catch (e) {
    if (e.status === 401) session.clear();
    throw e;
  }
}

export const get = async (path) => (await call(path)).data;
export const post = async (path, body, key) => (await call(path, { method: 'POST', body, key })).data;
export const newKey = () => crypto.randomUUID();

// Reads server-sent events with the bearer header (no token in a URL). Reconnects with growing pauses; `onState(false)`
// tells the page that it is not live for the moment: said when a connection can't be had, not when one just ends.
export function stream(path, onEvent, onState = () => {}) {
  const stop = new AbortController();
  (async () => {
    for (let pause = 500; !stop.signal.aborted; pause = Math.min(pause * 2, 8000)) {
      let connected = false;
      const silence = new AbortController();
      let timer = setTimeout(() => silence.abort(), SILENT_MS);
      const heard = () => { clearTimeout(timer); timer = setTimeout(() => silence.abort(), SILENT_MS); };
      try {
        const response = await fetch(path, {
          headers: { Accept: 'text/event-stream', Authorization: `Bearer ${await token()}` },
          signal: AbortSignal.any([stop.signal, silence.signal]),
        });
        if (!response.ok) throw new Problem(response.status, null);
        connected = true;
        onState(true);
        pause = 250;
        await read(response.body.getReader(), onEvent, heard);
      } catch (e) {
        if (stop.signal.aborted || e.status === 401 || e.status === 403) return;
      }
      clearTimeout(timer);
      if (!connected) onState(false);
      await new Promise((done) => setTimeout(done, pause * (0.5 + Math.random())));
    }
  })();
  return () => stop.abort();
}

async function read(reader, onEvent, heard) {
  const decoder = new TextDecoder();
  let rest = '';
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    heard();
    const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
    rest = blocks.pop();
    for (const block of blocks) {
      const event = { event: 'message', data: '' };
      for (const line of block.split('\n')) {
        if (line.startsWith('event:')) event.event = line.slice(6).trim();
        if (line.startsWith('data:')) event.data += line.slice(5).trim();
      }
      if (event.data) onEvent(event.event, JSON.parse(event.data));
    }
  }
}
