import { html, render, nothing } from '/webjars/lit-html/lit-html.js';
import { call, get, post, login, session, stream, newKey, Problem } from '/web/common/api.js';
import { fill } from '/web/common/fill.js';
import { translator, language, setLanguage, yuan, litres, clock } from '/web/common/i18n.js';
import { WORDS } from '/web/console/words.js';

const t = translator(WORDS);
const RECENT = 12;
const state = { user: session.get(), summary: null, dispenses: new Map(), online: null, total: null, rate: 0, live: false, notice: null };
let leave = null;

function show(change = {}) {
  Object.assign(state, change);
  document.title = t('title');
  render(state.user ? board() : loginForm(), document.getElementById('app'));
  fill();
}

function fail(e) {
  if (!(e instanceof Problem)) throw e;
  if (e.status === 401) return show({ user: null });
  show({ notice: { 0: 'unreachable', 403: 'no_right', 409: 'changed', 503: 'unreachable' }[e.status] || 'failed' });
}

// The streams tell what changed; the lists come whole now and then, so that a lost signal is late and never wrong.
async function load() {
  const [summary, online, all, recent] = await Promise.all([
    get('/operations/summary'), call('/devices?online=true&limit=1'), call('/devices?limit=1'), get(`/dispenses?limit=${RECENT}&sort=create_tms&order=desc`),
  ]);
  state.dispenses = new Map(recent.map((d) => [d.dispense_id, d]));
  show({ summary, online: online.total, total: all.total, notice: null });
}

function enter() {
  load().catch(fail);
  leave?.();
  leave = stream('/streams/operations', (event, body) => {
    if (event === 'dispense') { state.dispenses.set(body.dispense_id, body); soon(); show(); }
    if (event === 'traffic') show({ rate: body.messages_per_second });
    if (event === 'fault' || event === 'unattributed') soon();
  }, (live) => { show({ live }); if (live) load().catch(fail); });
}

let pending = null;
function soon() { pending ||= setTimeout(() => { pending = null; load().catch(fail); }, 700); }

const act = (path, body = {}) => async () => { try { await post(path, body, newKey()); await load(); } catch (e) { fail(e); } };

async function doLogin(event) {
  event.preventDefault();
  const form = new FormData(event.target);
  try {
    await login(form.get('user'), form.get('password'));
    show({ user: session.get(), notice: null });
    enter();
  } catch (e) { if (e.status === 401) show({ notice: 'wrong_login' }); else fail(e); }
}

async function logout() {
  leave?.();
  await call('/auth/logout', { method: 'POST', body: { refresh_token: session.get()?.refresh_token } }).catch(() => {});
  session.clear();
  show({ user: null, summary: null });
}

const languageButton = () => html`<button class="quiet" id="language" @click=${() => { setLanguage(language() === 'zh' ? 'en' : 'zh'); show(); }}>${t('other_language')}</button>`;
const notice = () => (state.notice ? html`<p class="notice bad" role="alert" id="notice">${t(state.notice)}</p>` : nothing);

const loginForm = () => html`
  <form class="card stack login" @submit=${doLogin} id="login">
    <div class="row"><h1>${t('title')}</h1>${languageButton()}</div>
    ${notice()}
    <label>${t('user')}<input name="user" autocomplete="username" required></label>
    <label>${t('password')}<input name="password" type="password" autocomplete="current-password" required></label>
    <button class="primary">${t('login')}</button>
  </form>`;

const tile = (key, value, alarm, more) => html`
  <div class="card tile ${alarm ? 'alarm' : ''}" id="tile-${key}"><div class="soft">${t(key)}</div><div class="value number">${value ?? '—'}</div>${more ? html`<div class="soft">${more}</div>` : nothing}</div>`;

function board() {
  const s = state.summary;
  return html`<div class="stack">
    <header class="row"><h1>${t('title')}</h1><div class="row">
      <span class="pill ${state.live ? 'good' : 'warn'}" id="live">${state.live ? t('live') : t('not_live')}</span>${languageButton()}<button class="quiet" id="logout" @click=${logout}>${t('logout')}</button></div></header>
    ${notice()}
    <section class="tiles">
      ${tile('devices_online', state.online, false, state.total === null ? nothing : t('of', { total: state.total }))}
      ${tile('messages', state.rate, false)}${tile('running', s?.running, false)}${tile('orphan', s?.orphan, s?.orphan > 0)}
      ${tile('faulted', s?.faulted, s?.faulted > 0)}${tile('unattributed', s?.unattributed, s?.unattributed > 0)}${tile('overrun', s?.overrun, s?.overrun > 0)}
    </section>
    <div class="columns">
      <section class="card stack scroll"><h3>${t('dispenses')}</h3>${dispenses()}</section>
      <section class="card stack scroll"><h3>${t('matters')}</h3>${matters(s)}</section>
    </div></div>`;
}

function dispenses() {
  const rows = [...state.dispenses.values()].sort((a, b) => b.create_tms.localeCompare(a.create_tms)).slice(0, RECENT);
  if (!rows.length) return html`<p class="soft">${t('none')}</p>`;
  return html`<table id="dispenses"><thead><tr><th>${t('device')}</th><th>${t('state')}</th><th>${t('poured')}</th><th>${t('charge')}</th><th>${t('since')}</th><th></th></tr></thead><tbody>
    ${rows.map((d) => html`<tr data-dispense=${d.dispense_id}>
      <td class="mono">${d.device_id}</td><td><span class="pill ${{ RUNNING: 'good', CAPTURED: 'good', ORPHAN: 'bad', VOIDED: '' }[d.state] ?? 'warn'}">${t(d.state)}</span></td>
      <td class="number">${d.volume_ml} / ${d.ordered_ml} ml<div class="bar ${d.overrun_ml > 0 ? 'over' : ''}" data-poured=${d.volume_ml}><i data-fill=${Math.min(100, (100 * d.volume_ml) / d.ordered_ml)}></i></div></td>
      <td class="number">${yuan(d.charged ?? d.cost)}</td><td class="number">${clock(d.create_tms)}</td>
      <td>${d.state === 'RUNNING' ? html`<button @click=${act(`/dispenses/${d.dispense_id}/stop`)}>${t('stop')}</button>` : nothing}</td></tr>`)}</tbody></table>`;
}

function matters(s) {
  const rows = s ? [
    ...s.orphan_dispenses.map((d) => ['orphan', d.device_id, t('orphan_text', { ml: litres(d.volume_ml) }), t('settle'), act(`/dispenses/${d.dispense_id}/settle`)]),
    ...s.faults.map((f) => ['fault', f.device_id, t('fault_text', { code: f.code }), t('clear'), act(`/operations/faults/${f.device_id}/clear`)]),
    ...s.unattributed_flow.map((u) => ['unattributed', u.device_id, t('unattributed_text', { ml: litres(u.ml) }), t('acknowledge'), act(`/operations/unattributed/${u.id}/acknowledge`)]),
    ...s.overrun_dispenses.map((d) => ['overrun', d.device_id, t('overrun_text', { ml: litres(d.overrun_ml) }), t('acknowledge'), act(`/dispenses/${d.dispense_id}/overrun/acknowledge`)]),
  ] : [];
  if (!rows.length) return html`<p class="soft">${t('none')}</p>`;
  return html`<table id="matters"><thead><tr><th>${t('device')}</th><th>${t('what')}</th><th></th></tr></thead><tbody>
    ${rows.map(([matter, device, what, label, action]) => html`<tr data-matter=${matter}><td class="mono">${device}</td><td>${what}</td><td><button @click=${action}>${label}</button></td></tr>`)}</tbody></table>`;
}

show();
if (state.user) enter();
setInterval(() => { if (state.user && !document.hidden) load().catch(fail); }, 10_000);
