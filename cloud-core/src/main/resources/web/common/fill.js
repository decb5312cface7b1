// Levels and bars: the content security policy forbids style attributes, so they are set from here after each drawing.
export function fill() {
  for (const element of document.querySelectorAll('[data-fill]')) element.style.setProperty('--fill', `${element.dataset.fill}%`);
}
