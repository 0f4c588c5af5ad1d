/** @param {string} key @param {string[]} substitutions */
export const msg = (key, ...substitutions) => chrome.i18n.getMessage(key, substitutions);

/** Fills every element that names a message in `data-msg`. */
export function translate() {
  document.documentElement.lang = msg('locale');
  for (const element of document.querySelectorAll('[data-msg]')) element.textContent = msg(element.getAttribute('data-msg') ?? '');
}
