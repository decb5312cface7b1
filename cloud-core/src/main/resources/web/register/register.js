// Where referral codes lead (A-026): ?vid= names the vendor, ?rid= the member who has invited.
import { html, render, nothing } from '/webjars/lit-html/lit-html.js';
import { send, Problem } from '/web/common/api.js';
import { translator, language, setLanguage } from '/web/common/i18n.js';
import { WORDS } from '/web/register/words.js';

const t = translator(WORDS);
const link = new URLSearchParams(location.search);
const vid = link.get('vid');
const state = { rid: link.get('rid'), wait: 0, minutes: 0, challenge: null, notice: vid ? null : 'no_vendor', working: false, done: false };
const PROBLEMS = {
  CHALLENGE_REQUIRED: 'image_text', BAD_CODE: 'bad_code', MOBILE_TAKEN: 'taken', UNKNOWN_REFERRER: 'bad_referrer', NOT_FOUND: 'no_vendor',
  TOO_MANY_CODES: 'too_many', TOO_MANY_REQUESTS: 'too_many', SMS_UNAVAILABLE: 'sms_off', UNAVAILABLE: 'unreachable', UNREACHABLE: 'unreachable',
};

function show(change = {}) {
  Object.assign(state, change);
  document.title = t('title');
  render(page(), document.getElementById('app'));
}

const working = (task) => async (event) => {
  event?.preventDefault();
  show({ working: true, notice: null });
  try { await task(event); } catch (e) { await fail(e); } finally { show({ working: false }); }
};

async function fail(e) {
  if (!(e instanceof Problem)) throw e;
  show({ notice: PROBLEMS[e.code] || 'failed' });
  // An inviter who left must not keep anybody out.
  if (e.code === 'UNKNOWN_REFERRER') show({ rid: null });
  if (e.code === 'CHALLENGE_REQUIRED') await anotherImage();
}

async function anotherImage() {
  try { show({ challenge: (await send('/challenges')).data }); } catch { show({ notice: 'unreachable' }); }
}

const doSend = working(async () => {
  if (!document.querySelector('input[name=mobile]').reportValidity()) return;
  const form = new FormData(document.getElementById('register'));
  const query = new URLSearchParams({ vid, mobile: form.get('mobile').trim() });
  if (state.challenge) {
    query.set('challenge_id', state.challenge.challenge_id);
    query.set('challenge_answer', form.get('answer') || '-');
  }
  const sent = (await send(`/users/code?${query}`)).data;
  show({ challenge: null, wait: sent.again_in, minutes: Math.round(sent.expires_in / 60) });
  document.querySelector('input[name=code]').focus();
});

const doRegister = working(async (event) => {
  const form = new FormData(event.target);
  const body = { vid, mobile: form.get('mobile').trim(), code: form.get('code').trim(), name: form.get('name').trim() };
  if (form.get('password')) body.pwd = form.get('password');
  if (state.rid) body.rid = state.rid;
  await send('/users', { method: 'POST', body });
  show({ done: true });
});

setInterval(() => { if (state.wait > 0) show({ wait: state.wait - 1 }); }, 1000);

const page = () => html`
  <div class="stack">
    <header class="row">
      <h1>${t('title')}</h1>
      <button class="quiet" lang=${language() === 'zh' ? 'en' : 'zh-CN'} @click=${() => { setLanguage(language() === 'zh' ? 'en' : 'zh'); show(); }}>${t('other_language')}</button>
    </header>
    ${state.notice ? html`<p class="notice bad" id="notice" role="alert" data-notice=${state.notice}>${t(state.notice)}</p>` : nothing}
    ${state.done ? welcome() : vid ? form() : nothing}
  </div>`;

const welcome = () => html`<section class="card stack" id="done"><h2>${t('done')}</h2><p>${t('done_text')}</p></section>`;

const form = () => html`
  <form class="card stack" id="register" @submit=${doRegister}>
    ${state.rid ? html`<p class="soft" id="invited">${t('invited')}</p>` : nothing}
    <label>${t('mobile')}<input name="mobile" inputmode="tel" autocomplete="tel" pattern="\\+?[0-9]{6,15}" required></label>
    ${state.challenge ? image() : nothing}
    <button type="button" id="send" ?disabled=${state.working || state.wait > 0} @click=${doSend}>${state.wait > 0 ? t('wait', { seconds: state.wait }) : t('send_code')}</button>
    ${state.minutes ? html`<p class="soft" role="status">${t('code_sent', { minutes: state.minutes })}</p>` : nothing}
    <label>${t('code')}<input name="code" inputmode="numeric" autocomplete="one-time-code" pattern="[0-9]{6}" maxlength="6" required></label>
    <label>${t('name')}<input name="name" autocomplete="name" maxlength="64" required></label>
    <label>${t('password')}<input name="password" type="password" autocomplete="new-password" minlength="6" maxlength="128"></label>
    <button class="primary" ?disabled=${state.working}>${t('register')}</button>
  </form>`;

const image = () => html`
  <div class="stack" id="challenge">
    <div class="row"><img class="image" alt=${t('image')} src=${state.challenge.image}><button type="button" class="quiet" @click=${anotherImage}>${t('other_image')}</button></div>
    <label>${t('image')}<input name="answer" autocomplete="off" maxlength="8"></label>
  </div>`;

show();
