/// <reference path="../types.d.ts" />
// The dialog with a row's curl command, which saves the file without this extension.
(() => {
  const parts = (globalThis.streamlistParts ??= /** @type {any} */ ({}));
  if (Object.hasOwn(parts, 'showCommand')) return;
  const { el } = parts;

  parts.showCommand = (row, opener, { words, root, dialog, choice, load, copy, explain }) => {
    const { msg } = words;
    const outcome = el('p', { class: 'outcome', role: 'status' });
    // Focusable, because a long command scrolls.
    const text = el('pre', {
      'class': 'command secret', 'tabindex': 0, 'role': 'group', 'aria-label': msg('downloadCommand'), 'aria-busy': 'true', 'data-text': msg('writingCommand'),
    });
    const copyButton = el('button', {
      type: 'button', class: 'pri', disabled: true,
      onclick: async () => {
        outcome.textContent = await copy(row);
      },
    }, msg('copyCommand'));
    const how = { posix: msg('downloadHow'), powershell: msg('downloadHowWindows'), cmd: msg('downloadHowCmd') }[choice.shell];
    const parted = { video: msg('downloadPicture'), audio: msg('downloadSound'), single: '' }[row.kind];
    const current = dialog.show(msg('downloadTitle', words.name(row)), [
      el('p', null, [how, parted].filter(Boolean).join(' ')),
      text,
      el('div', { class: 'acts' }, copyButton, el('button', { type: 'button', class: 'sec', onclick: () => dialog.hide() }, msg('done'))),
      outcome,
    ], opener);
    text.focus();
    void load(row).then((answer) => {
      if (!current()) return;
      text.dataset.text = answer.ok ? answer.body.text : '';
      text.removeAttribute('aria-busy');
      if (!answer.ok) outcome.textContent = explain(answer.error);
      copyButton.disabled = !answer.ok;
      if (answer.ok && root.activeElement === text) copyButton.focus();
    });
  };
})();
