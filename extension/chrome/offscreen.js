// navigator.clipboard wants a focused document, which an offscreen document never is. execCommand does not, and here,
// unlike in the page, no listener but ours can read what is copied.
chrome.runtime.onMessage.addListener((message, sender, respond) => {
  if (message?.target !== 'offscreen' || sender.id !== chrome.runtime.id || sender.tab) return false;
  const area = /** @type {HTMLTextAreaElement} */ (document.querySelector('textarea'));
  area.value = message.text;
  area.select();
  respond(document.execCommand('copy'));
  area.value = '';
  return false;
});
