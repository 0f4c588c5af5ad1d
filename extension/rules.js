// The sites' endpoints and media hosts refuse requests without their own Referer and Origin, and a background
// fetch carries neither. Session rules add them: only to requests that this extension itself makes
// (`initiatorDomains`), so that nobody else's are touched. API rules go by host. Media hosts serve both worlds, so
// their rules go by path.

const com = { referer: 'https://www.bilibili.com/', origin: 'https://www.bilibili.com' };
const tv = { referer: 'https://www.bilibili.tv/', origin: 'https://www.bilibili.tv' };
const mediaHosts = ['bilivideo.com', 'bilivideo.cn', 'akamaized.net'];

/** @type {{site: {referer: string, origin: string}, hosts: string[], filter: string}[]} */
const table = [
  { site: com, hosts: ['api.bilibili.com'], filter: '/' },
  { site: tv, hosts: ['api.bilibili.tv'], filter: '/' },
  { site: com, hosts: mediaHosts, filter: '/upgcxcode/' },
  { site: tv, hosts: mediaHosts, filter: '/iupxcodeboss/' },
  // Whether those of the subtitles look at it isn't known: they are asked as the page asks them.
  { site: com, hosts: ['aisubtitle.hdslb.com', 'i0.hdslb.com'], filter: '/' },
  { site: tv, hosts: ['s.bstarstatic.com', 'p.bstarstatic.com'], filter: '/' },
];

/**
 * The session rules for requests initiated by the extension whose pages live on `self`.
 *
 * @param {string} self host of runtime.getURL('')
 * @returns {chrome.declarativeNetRequest.Rule[]}
 */
export function rulesFor(self) {
  return table.map(({ site, hosts, filter }, i) => ({
    id: i + 1,
    priority: 1,
    action: {
      type: /** @type {chrome.declarativeNetRequest.RuleActionType} */ ('modifyHeaders'),
      requestHeaders: [
        { header: 'referer', operation: /** @type {chrome.declarativeNetRequest.HeaderOperation} */ ('set'), value: site.referer },
        { header: 'origin', operation: /** @type {chrome.declarativeNetRequest.HeaderOperation} */ ('set'), value: site.origin },
      ],
    },
    condition: {
      initiatorDomains: [self],
      requestDomains: hosts,
      urlFilter: filter,
      resourceTypes: [/** @type {chrome.declarativeNetRequest.ResourceType} */ ('xmlhttprequest')],
    },
  }));
}

/**
 * Sets the rules. They last until the browser closes or the extension reloads, and setting them again is harmless.
 *
 * @param {typeof chrome} api
 */
export async function setRules(api) {
  const rules = rulesFor(new URL(api.runtime.getURL('')).host);
  await api.declarativeNetRequest.updateSessionRules({ removeRuleIds: rules.map((r) => r.id), addRules: rules });
}
