/** A banner while the server is away, and trying again until it is back. */

import { connection, health } from './api.js';
import { announce, byId, element, icon } from './dom.js';
import { t } from './i18n.js';

const FIRST_MS = 1000;
const MOST_MS = 15000;

/**
 * Watches the connection.
 * @param {() => void} onBack called when the server answers again
 */
export function watchConnection(onBack) {
  const banner = byId('banner');
  let timer = 0;
  let wait = FIRST_MS;
  const attempt = async () => {
    clearTimeout(timer);
    try {
      await health();
    } catch (error) {
      if (!error.unreachable) return;
      wait = Math.min(MOST_MS, wait * 1.7);
      timer = setTimeout(attempt, wait);
    }
  };
  const show = () => banner.replaceChildren(icon('warning'), element('span', {}, t('offline')),
    element('button', { type: 'button', class: 'button small', onclick: attempt }, t('retry')));
  connection.addEventListener('unreachable', () => {
    show();
    banner.hidden = false;
    wait = FIRST_MS;
    timer = setTimeout(attempt, wait);
  });
  connection.addEventListener('reached', () => {
    clearTimeout(timer);
    banner.hidden = true;
    announce(t('online'));
    onBack();
  });
  addEventListener('online', () => {
    if (!banner.hidden) attempt();
  });
  document.addEventListener('languagechange-page', show);
}
