import { html, render, nothing } from '/webjars/lit-html/lit-html.js';
import { call, get, post, login, session, stream, newKey, Problem } from '/web/common/api.js';
import { fill } from '/web/common/fill.js';
import { translator, language, setLanguage, yuan, litres } from '/web/common/i18n.js';
import { fresh, load, usable, codesCard } from '/web/scan/codes.js';
import { WORDS } from '/web/scan/words.js';

const t = translator(WORDS);
const deviceId = decodeURIComponent(location.pathname.split('/').filter(Boolean).pop());
const VOLUMES = [200, 300, 500, 1000];
const OPEN = ['CREATED', 'HELD', 'COMMANDED', 'RUNNING', 'ENDED', 'ORPHAN'];
const CURRENT = `weir.dispense.${deviceId}`;
// How often codes are looked at while one of them is on its way to the device, or back; and while none is.
const CODES_SOON_MS = 3_000;
const CODES_LATER_MS = 10_000;

// All that the page knows. Every change goes through `show`, which draws the whole page.
const state = {
  device: null, tariff: null, wallet: null, dispense: null, member: session.get(),
  outlet: null, volume: 500, notice: null, live: true, reachable: true, working: false, stopping: false, codes: fresh(),
};
const PROBLEMS = {
  INSUFFICIENT_FUNDS: 'no_money', DEVICE_BUSY: 'busy_text', DEVICE_OFFLINE: 'offline_text', DEVICE_NOT_USABLE: 'offline_text', DEVICE_FAULTED: 'faulted_text',
  NO_TARIFF: 'no_price', UNKNOWN_OUTLET: 'no_price', UNAVAILABLE: 'unreachable', TOO_MANY_REQUESTS: 'too_many',
};
let leave = null;

function show(change = {}) {
  Object.assign(state, change);
  document.title = name();
  render(page(), document.getElementById('app'));
  fill();
}

// Until its owner gives it a name, a device is called by its number: then the product says more.
function name() {
  const d = state.device;
  return d ? (d.name === d.device_id ? d.product_name : d.name) : t('title');
}

const working = (task) => async (event) => {
  event?.preventDefault();
  show({ working: true, notice: null });
  try { await task(event); } catch (e) { fail(e); } finally { show({ working: false }); }
};

function fail(e) {
  if (!(e instanceof Problem)) throw e;
  if (e.status === 401 && state.member) return show({ member: null, notice: null });
  if (e.status === 0) return show({ reachable: false });
  show({ notice: PROBLEMS[e.code] || 'failed' });
}

async function loadDevice() {
  try {
    const path = `/public/devices/${encodeURIComponent(deviceId)}`;
    const [device, use] = await Promise.all([get(path), get(`${path}/use`)]);
    device.use = use.use;
    show({ device, outlet: state.outlet || device.outlets[0]?.key, reachable: true });
  } catch (e) {
    if (e.status === 404) show({ notice: 'unknown_device' }); else fail(e);
  }
}

async function loadMember() {
  if (!state.member || !state.device) return;
  // Members belong to one vendor: who is logged in elsewhere is nobody here.
  if (state.member.vid !== state.device.vendor?.vid) return show({ member: null });
  const [tariff, wallet] = await Promise.all([get(`/devices/${deviceId}/tariff`), get(`/users/${state.member.uid}/wallet`)]);
  show({ tariff, wallet });
  watchCodes();
  leave?.();
  leave = stream('/streams/dispenses', onLive, (live) => { show({ live }); if (live) refresh(); });
  await refresh();
}

// After a reload or a lost connection the server says what is going on. The page remembers its dispense only to show the
// receipt again; one that is open is found without (another browser, a reply that got lost).
async function refresh() {
  if (!state.member) return;
  try {
    const id = localStorage.getItem(CURRENT);
    const newest = id ? await get(`/dispenses/${id}`) : (await get(`/dispenses?device_id=${encodeURIComponent(deviceId)}&limit=1`))[0];
    if (!newest || (!id && !OPEN.includes(newest.state))) return;
    localStorage.setItem(CURRENT, newest.dispense_id);
    onLive('dispense', newest);
  } catch (e) { if (e.status === 404) localStorage.removeItem(CURRENT); else fail(e); }
}

function onLive(event, dispense) {
  if (state.codes.list?.some((s) => s.dispense_id === dispense.dispense_id)) watchCodes();
  if (event !== 'dispense' || dispense.dispense_id !== localStorage.getItem(CURRENT)) return;
  const known = state.dispense?.dispense_id === dispense.dispense_id ? state.dispense : null;
  if (known && Date.parse(dispense.update_tms) < Date.parse(known.update_tms)) return;
  const done = !OPEN.includes(dispense.state);
  show({ dispense, stopping: done ? false : state.stopping });
  if (done) get(`/users/${state.member.uid}/wallet`).then((wallet) => show({ wallet }), () => {});
}

const changeCodes = (part) => show({ codes: { ...state.codes, ...part } });
let codesTimer = 0;

// Reloads the codes again and again; one that was shown stays while the network is gone.
async function watchCodes() {
  clearTimeout(codesTimer);
  const uid = state.member?.uid;
  if (!uid) return;
  try {
    const list = await load(deviceId);
    if (state.member?.uid !== uid) return;
    const before = state.codes.list;
    show({ reachable: true, codes: { ...state.codes, list, open: state.codes.open || (before === null && usable(list).length > 0) } });
    if (before && JSON.stringify(before) !== JSON.stringify(list)) show({ wallet: await get(`/users/${uid}/wallet`) });
  } catch (e) { fail(e); }
  const settling = (state.codes.list || []).some((s) => s.returned === null && s.state !== 'REFUSED' && (s.state !== 'TAKEN' || s.recalled));
  clearTimeout(codesTimer);
  codesTimer = setTimeout(watchCodes, settling || !state.reachable ? CODES_SOON_MS : CODES_LATER_MS);
}

let codesKey = null;
const doBuyCodes = working(async () => {
  codesKey ||= newKey();
  try {
    const wish = { outlet: state.outlet, volume_ml: state.volume, slices: state.codes.count, start_by: 'code', hours: state.codes.hours };
    const grant = await post(`/devices/${deviceId}/grants`, wish, codesKey);
    codesKey = null;
    if (grant.slices.every((s) => s.state === 'REFUSED')) show({ notice: 'no_money' });
    await watchCodes();
  } catch (e) {
    if (e.status !== 0 && e.status !== 500 && e.status !== 503) codesKey = null;
    throw e;
  }
});

const doGiveBackCodes = working(async () => {
  changeCodes({ sure: false });
  const grants = new Set(usable(state.codes.list).map((s) => s.grant_id));
  for (const grant of grants) await post(`/grants/${grant}/recall`, {}, newKey());
  await watchCodes();
});

const doLogin = working(async (event) => {
  const form = new FormData(event.target);
  try {
    await login(form.get('mobile'), form.get('password'), state.device.vendor?.vid);
  } catch (e) {
    if (e.status === 401) return show({ notice: 'wrong_login' });
    throw e;
  }
  show({ member: session.get() });
  await loadMember();
});

let startKey = null;
const doStart = working(async () => {
  // One key per wish: a second tap or a retry after a lost reply can't open the valve twice.
  startKey ||= newKey();
  try {
    const dispense = await post(`/devices/${deviceId}/dispenses`, { outlet: state.outlet, volume_ml: state.volume }, startKey);
    localStorage.setItem(CURRENT, dispense.dispense_id);
    startKey = null;
    show({ dispense, stopping: false });
    get(`/users/${state.member.uid}/wallet`).then((wallet) => show({ wallet }), () => {});
    await refresh();
  } catch (e) {
    if (e.status !== 0 && e.status !== 500 && e.status !== 503) startKey = null;
    if (e.code?.startsWith('DEVICE_')) loadDevice();
    throw e;
  }
});

const doStop = working(async () => {
  show({ stopping: true });
  try {
    await post(`/dispenses/${state.dispense.dispense_id}/stop`, {}, newKey());
  } catch (e) { show({ stopping: false }); throw e; }
});

const doTopUp = (amount) => working(async () => {
  await post(`/users/${state.member.uid}/wallet/topups`, { amount, channel: 'lab' }, newKey());
  show({ wallet: await get(`/users/${state.member.uid}/wallet`) });
});

const again = () => { localStorage.removeItem(CURRENT); show({ dispense: null, notice: null }); loadDevice(); };

async function logout() {
  leave?.();
  await call('/auth/logout', { method: 'POST', body: { refresh_token: session.get()?.refresh_token } }).catch(() => {});
  session.clear();
  show({ member: null, wallet: null, tariff: null, dispense: null, codes: fresh() });
}

function price() {
  const perLitre = state.tariff?.prices?.[state.outlet];
  if (perLitre === undefined) return null;
  // Shown before, for the eye only: the server holds and charges by its own whole-fen arithmetic.
  return { perLitre, most: Math.round(perLitre * state.volume / 10) / 100 };
}

const page = () => html`
  <div class="stack">
    <header class="row">
      <div><h1>${name()}</h1><div class="soft mono">${deviceId}</div></div>
      <div class="row keep">${statusPill()}<button class="quiet" id="language" @click=${() => { setLanguage(language() === 'zh' ? 'en' : 'zh'); show(); }}>${t('other_language')}</button></div>
    </header>
    ${state.live && state.reachable ? nothing : html`<p class="notice" role="status" id="link">${t(state.device ? 'link_down' : 'unreachable')}</p>`}
    ${state.notice ? html`<p class="notice bad" role="alert" id="notice">${t(state.notice)}</p>` : nothing}
    ${codesFirst() ? codes() : nothing}
    ${!state.device ? nothing : !state.member ? loginForm() : state.dispense ? progress() : order()}
    ${state.member && state.device && !state.dispense && !codesFirst() ? codes() : nothing}
    ${state.member && state.wallet ? walletCard() : nothing}
  </div>`;

// Where nothing else works, the codes come first.
const codesFirst = () => state.member && state.device && !state.dispense && usable(state.codes.list).length > 0 && !(state.reachable && state.device.online);

function codes() {
  const d = state.device;
  const offer = d.online && d.usable && d.use !== 'FAULTED' ? { outlet: state.outlet, volume: state.volume, most: price()?.most ?? null } : null;
  const page = { offer, reachable: state.reachable, working: state.working };
  return codesCard(t, state.codes, page, { change: changeCodes, buy: doBuyCodes, giveBack: doGiveBackCodes });
}

function statusPill() {
  const d = state.device;
  if (!d) return nothing;
  const status = !d.online || !d.usable ? 'offline' : d.use === 'FAULTED' ? 'faulted' : d.use === 'BUSY' && !state.dispense ? 'busy' : 'online';
  return html`<span class="pill ${{ online: 'good', busy: 'warn' }[status] || 'bad'}" id="status" data-status=${status}>${t(status)}</span>`;
}

const loginForm = () => html`
  <form class="card stack" @submit=${doLogin} id="login">
    <h2>${t('login')}</h2>
    <label>${t('mobile')}<input name="mobile" inputmode="tel" autocomplete="username" required></label>
    <label>${t('password')}<input name="password" type="password" autocomplete="current-password" required></label>
    <button class="primary" ?disabled=${state.working}>${t('login')}</button>
  </form>`;

function order() {
  const cost = price();
  const closed = !state.device.online || !state.device.usable ? 'offline_text' : { FAULTED: 'faulted_text', BUSY: 'busy_text' }[state.device.use];
  if (closed === 'offline_text' && usable(state.codes.list).length) return html`<p class="notice" id="closed">${t('offline_codes_text')}</p>`;
  if (closed) return html`<p class="notice bad" id="closed">${t(closed)}</p>`;
  return html`
    <section class="card stack">
      <h3>${t('outlet')}</h3>
      <div class="outlets">${state.device.outlets.map(({ key: outlet }) => html`
        <button aria-pressed=${state.outlet === outlet} data-outlet=${outlet} @click=${() => show({ outlet })}><span class="dot ${outlet}"></span>${t(outlet)}</button>`)}
      </div>
      <div class="row"><h3>${t('volume')}</h3><strong class="number">${litres(state.volume)}</strong></div>
      <div class="volumes">${VOLUMES.map((v) => html`<button aria-pressed=${state.volume === v} data-volume=${v} @click=${() => show({ volume: v })}>${litres(v)}</button>`)}</div>
      <input type="range" min="100" max="2000" step="50" aria-label=${t('volume')} .value=${String(state.volume)} @input=${(e) => show({ volume: Number(e.target.value) })}>
    </section>
    <section class="card stack">
      <div class="row"><div><div class="soft">${t('price')}</div><div class="price number" id="price">${cost ? yuan(cost.most) : '—'}</div></div>
      <div class="soft right">${cost ? t('per_litre', { price: yuan(cost.perLitre) }) : nothing}</div></div>
      <button class="primary start" id="start" ?disabled=${state.working || !cost} @click=${doStart}>${state.working ? t('starting') : t('start')}</button>
    </section>`;
}

function progress() {
  const d = state.dispense;
  if (d.state === 'VOIDED') return html`
    <section class="card stack" id="voided"><h2>${t('voided')}</h2><p class="soft">${d.reason ? t(d.reason) : nothing}</p><button class="primary" @click=${again}>${t('again')}</button></section>`;
  if (d.state === 'CAPTURED') return receipt(d);
  const share = Math.min(1, d.volume_ml / d.ordered_ml);
  const flowing = ['RUNNING'].includes(d.state);
  return html`
    <section class="card stack" id="progress" data-state=${d.state}>
      <div data-poured=${d.volume_ml} class="glass ${flowing ? 'flowing' : ''}" role="progressbar" aria-valuemin="0" aria-valuemax=${d.ordered_ml} aria-valuenow=${d.volume_ml}>
        <div class="level" data-fill=${share * 100}></div>
        <div class="text number">${d.volume_ml}<small>ml</small></div>
      </div>
      <p class="soft centre">${flowing ? html`${t('of', { total: litres(d.ordered_ml) })} · <span class="number" id="so-far">${t('so_far', { cost: yuan(d.cost) })}</span>` : ['ENDED', 'ORPHAN'].includes(d.state) ? t('settling') : t('starting')}</p>
      <button class="danger start" id="stop" ?disabled=${state.stopping || ['ENDED', 'ORPHAN'].includes(d.state)} @click=${doStop}>${state.stopping ? t('stopping') : t('stop')}</button>
    </section>`;
}

const receipt = (d) => html`
  <section class="card receipt" id="receipt">
    <div class="row"><h2>${t('receipt')}</h2><span class="pill good">${litres(d.billed_ml)}</span></div>
    <dl>
      <dt>${t('charged')}</dt><dd class="total number" id="charged">${yuan(d.charged)}</dd>
      <dt>${t('poured')}</dt><dd class="number">${d.volume_ml} ml</dd>
      <dt>${t('released')}</dt><dd class="number">${yuan(d.hold - d.charged)}</dd>
      <dt>${t('ended')}</dt><dd>${d.reason ? t(d.reason) : '—'}</dd>
      <dt>${t('number')}</dt><dd class="mono" id="receipt-number">${d.dispense_id}</dd>
    </dl>
    <p><button class="primary start" @click=${again}>${t('again')}</button></p>
  </section>`;

const walletCard = () => html`
  <section class="card stack" id="wallet">
    <div class="row"><div><div class="soft">${t('wallet')} · ${t('available')}</div><strong class="number" id="available">${yuan(state.wallet.available)}</strong>
      ${state.wallet.held > 0 ? html`<span class="soft"> · ${t('held', { held: yuan(state.wallet.held) })}</span>` : nothing}</div>
      <button class="quiet" id="logout" @click=${logout}>${t('logout')}</button></div>
    ${state.wallet.channels.includes('lab') ? html`<div class="row"><button ?disabled=${state.working} @click=${doTopUp(10)} id="topup">${t('top_up', { amount: yuan(10) })}</button><span class="soft">${t('top_up_lab')}</span></div>` : nothing}
  </section>`;

addEventListener('online', watchCodes);
addEventListener('offline', () => show({ reachable: false }));
show();
loadDevice().then(loadMember).catch(fail);
setInterval(() => { if (!document.hidden) loadDevice(); }, 5000);
