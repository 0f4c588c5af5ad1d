import { Session, Tab } from './lib/launch.js';
import { rightClick } from './lib/menu.js';
const b = new Session('chromium'); await b.start();
try {
    const tab = await b.open('free');
    await tab.evaluate(`{
      const card = document.createElement('a');
      card.href = 'https://www.bilibili.com/cheese/play/ep700301';
      card.className = 'card';
      card.append(document.querySelector('video').cloneNode());
      document.querySelector('main').prepend(card);
    }`);
    await tab.evaluate(`addEventListener('pointerover', e => { window.__t = (window.__t ?? '') + e.target.tagName + e.isTrusted + ' '; })`);
    await tab.page.hover('.card video');
    await new Promise(r=>setTimeout(r,1500));
    console.log(await tab.evaluate('window.__t'));
    await rightClick(tab, '.card video');
    console.log(await tab.evaluate('window.__t'));
    await new Promise(r=>setTimeout(r,700));
    await b.screenshot('zz');
    console.log(await b.errors());
} catch (e) { console.log(e) } finally { await b.close(); }
process.exit(0)
