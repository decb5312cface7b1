// Chinese and English in everything a person sees. `t` of a word that is missing shows the word: a test looks for that.
const LANGUAGE = 'weir.language';

export function language() {
  return localStorage.getItem(LANGUAGE) || (navigator.language.startsWith('zh') ? 'zh' : 'en');
}

export function setLanguage(code) {
  localStorage.setItem(LANGUAGE, code);
  document.documentElement.lang = code === 'zh' ? 'zh-CN' : 'en';
}

export function translator(words) {
  setLanguage(language());
  return (key, values = {}) => {
    const entry = words[key];
    const text = entry ? entry[language() === 'zh' ? 0 : 1] : key;
    return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? '');
  };
}

export const yuan = (amount) => `¥${Number(amount).toFixed(2)}`;
export const litres = (ml) => (ml >= 1000 ? `${(ml / 1000).toFixed(ml % 1000 ? 2 : 0)} L` : `${ml} ml`);
export const clock = (iso) => new Date(iso).toLocaleTimeString(language() === 'zh' ? 'zh-CN' : 'en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' });
export const moment = (iso) => new Date(iso).toLocaleString(language() === 'zh' ? 'zh-CN' : 'en-GB', { month: 'short', day: 'numeric', hour: '2-digit', minute: '2-digit' });
