import { html, nothing } from '/webjars/lit-html/lit-html.js';
import { get } from '/web/common/api.js';
import { yuan, litres, moment } from '/web/common/i18n.js';

// Codes for the time without a network (DESIGN section 5, Offline quota): bought beforehand, checked by the gateway alone. What was
// loaded once stays shown, whatever becomes of the phone's own connection.
const OUT = ['CREATED', 'HELD', 'SERVED', 'TAKEN'];
const COUNTS = [1, 2, 5];
const HOURS = [24, 72, 168];
const DONE_SHOWN = 5;
const TONE = { code_ready: 'good', code_used: 'good', code_on_way: 'warn', code_paying: 'warn', code_settling: 'warn', code_closing: 'warn' };

export const fresh = () => ({ list: null, open: false, count: 1, hours: 24, sure: false });

export async function load(deviceId) {
  const slices = await get(`/slices?device_id=${encodeURIComponent(deviceId)}&limit=50`);
  return slices.filter((s) => s.start_by === 'code');
}

// What a member must know of a code, as the key of a word. Only the gateway's own word moves the money of what it has.
export function standing(s) {
  const over = Date.parse(s.expires_tms) <= Date.now();
  if (s.state === 'REFUSED') return 'code_refused';
  if (s.state === 'DEBITED') return s.returned === null ? 'code_settling' : 'code_used';
  if (!OUT.includes(s.state)) return s.recalled ? 'code_returned' : 'code_expired';
  if (s.recalled) return 'code_closing';
  if (over) return 'code_over';
  return { CREATED: 'code_paying', TAKEN: 'code_ready' }[s.state] || 'code_on_way';
}

const USABLE = ['code_ready', 'code_on_way', 'code_paying'];
export const usable = (list) => (list || []).filter((s) => USABLE.includes(standing(s)));

/**
 * @param t the page's words
 * @param codes what `fresh` began
 * @param page `{device, offer, reachable, working}`; offer is `{outlet, volume, most}` or null where nothing can be bought
 * @param act `{change(part), buy(), giveBack()}`
 */
export function codesCard(t, codes, page, act) {
  const now = usable(codes.list);
  const done = (codes.list || []).filter((s) => !now.includes(s)).slice(0, DONE_SHOWN);
  const toggle = () => act.change({ open: !codes.open, sure: false });
  return html`
    <section class="card stack" id="codes" data-usable=${now.length}>
      <button class="row fold" id="codes-open" aria-expanded=${codes.open} @click=${toggle}>
        <span><strong>${t('codes')}</strong><br><span class="soft">${t('codes_what')}</span></span>
        <span class="pill ${now.length ? 'good' : ''}">${now.length}</span>
      </button>
      ${codes.open ? body(t, codes, page, act, now, done) : nothing}
    </section>`;
}

function body(t, codes, page, act, now, done) {
  return html`
    ${codes.list === null ? html`<p class="soft" id="codes-none">${t(page.reachable ? 'codes_loading' : 'codes_unreachable')}</p>` : nothing}
    ${codes.list !== null && !page.reachable ? html`<p class="notice" role="status" id="codes-offline">${t(now.length ? 'codes_offline' : 'codes_unreachable')}</p>` : nothing}
    ${codes.list?.length === 0 ? html`<p class="soft" id="codes-none">${t('codes_none')}</p>` : nothing}
    ${now.map((s) => code(t, s))}
    ${now.length ? html`<ol class="soft steps"><li>${t('codes_step_1')}</li><li>${t('codes_step_2')}</li><li>${t('codes_step_3')}</li></ol>` : nothing}
    ${page.offer ? buying(t, codes, page, act) : html`<p class="soft" id="codes-closed">${t('codes_closed')}</p>`}
    ${now.length ? givingBack(t, codes, page, act) : nothing}
    ${done.length ? html`<h3>${t('codes_done')}</h3>${done.map((s) => settled(t, s))}` : nothing}`;
}

const grouped = (code) => [code.slice(0, 4), code.slice(4, 8), code.slice(8)];

const pill = (t, key) => html`<span class="pill ${TONE[key] || ''}">${t(key)}</span>`;

function code(t, s) {
  const key = standing(s);
  return html`
    <article class="code stack" data-standing=${key} data-id=${s.dispense_id}>
      <div class="row"><span><span class="dot ${s.outlet}"></span> ${t(s.outlet)} · ${t('up_to', { volume: litres(s.limit_ml) })}</span>${pill(t, key)}</div>
      ${s.code ? html`<div class="digits" aria-label=${s.code.split('').join(' ')}>${grouped(s.code).map((g) => html`<span>${g}</span>`)}</div>` : nothing}
      <div class="soft">${t('code_held', { held: yuan(s.hold) })} · ${t('code_until', { until: moment(s.expires_tms) })}</div>
      ${key === 'code_on_way' ? html`<div class="soft">${t('code_on_way_text')}</div>` : nothing}
    </article>`;
}

function settled(t, s) {
  const key = standing(s);
  const back = s.returned !== null ? t('code_back', { back: yuan(s.returned) }) : t(key === 'code_refused' ? 'code_refused_text' : 'code_waits');
  return html`
    <div class="row done" data-standing=${key} data-id=${s.dispense_id}>
      <span>${t(s.outlet)} · ${s.billed_ml === null ? litres(s.limit_ml) : t('code_poured', { volume: litres(s.billed_ml) })}
        <br><span class="soft">${key === 'code_used' ? html`${t('code_paid', { paid: yuan(s.charged) })} · ` : nothing}${back}</span></span>
      ${pill(t, key)}
    </div>`;
}

const choice = (name, values, chosen, text, act) => html`
  <div class="volumes">${values.map((v) => html`<button aria-pressed=${chosen === v} data-choice="${name}-${v}" @click=${() => act.change({ [name]: v })}>${text(v)}</button>`)}</div>`;

function buying(t, codes, page, act) {
  const { outlet, volume, most } = page.offer;
  return html`
    <div class="stack buy">
      <h3>${t('codes_buy_what', { outlet: t(outlet), volume: litres(volume) })}</h3>
      ${choice('count', COUNTS, codes.count, (n) => t('codes_count', { count: n }), act)}
      ${choice('hours', HOURS, codes.hours, (h) => t('codes_days', { days: h / 24 }), act)}
      <button class="primary start" id="codes-buy" ?disabled=${page.working || !page.reachable || most === null} @click=${act.buy}>
        ${most === null ? t('codes_buy') : t('codes_buy_for', { held: yuan(most * codes.count) })}</button>
      <p class="soft">${t('codes_price')}</p>
    </div>`;
}

const givingBack = (t, codes, page, act) => html`
  <button id="codes-back" class=${codes.sure ? 'danger' : 'quiet'} ?disabled=${page.working || !page.reachable}
    @click=${codes.sure ? act.giveBack : () => act.change({ sure: true })}>${t(codes.sure ? 'codes_back_sure' : 'codes_back')}</button>`;
