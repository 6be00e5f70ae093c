import {every, get} from './api.js';
import {h, replace} from './dom.js';
import {clock, plural} from './format.js';
import * as overview from './overview.js';
import * as operations from './operations.js';
import * as instances from './instances.js';
import * as policies from './policies.js';
import * as keys from './keys.js';
import * as traces from './traces.js';

const PAGES = {'': overview, operations, policies, keys, traces, instances};
const content = document.getElementById('content');
const banner = document.getElementById('banner');
const state = {fleet: null, refresh: () => fleet.now()};
let page;
let answeredAt = Date.now();

function show() {
  const [name, ...rest] = location.hash.replace(/^#\/?/, '').split('/');
  if (location.hash === '#content') return;
  const module = PAGES[name] ?? overview;
  page?.unmount?.();
  content.replaceChildren();
  page = module.mount(content, state, rest);
  page.update?.(state.fleet);
  document.title = `${module.title} · Tailrace`;
  for (const link of document.querySelectorAll('.top nav a')) {
    if (link.getAttribute('href') === `#/${PAGES[name] ? name : ''}`) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
}

function told() {
  const fleet = state.fleet;
  const silent = Object.keys(fleet.silent).length;
  const applied = fleet.instances.flatMap(instance =>
    Object.entries(instance.policies ?? {}).filter(([name]) => !name.endsWith('.shadow'))
      .map(([, set]) => set.applied?.version ?? set.accepted?.version ?? 0));
  const [least, most] = [Math.min(...applied), Math.max(...applied)];
  replace(document.getElementById('fleet'),
    h('span', {class: silent ? 'fault' : 'good'}, silent
      ? `${fleet.instances.length} of ${fleet.instances.length + silent} instances answer`
      : plural(fleet.instances.length, 'instance', 'instances')),
    h('span', {}, ` · policies ${least === most ? `version ${most}` : `versions ${least} to ${most}`}`));
}

function complain(text) {
  banner.hidden = !text;
  if (banner.textContent !== text) banner.textContent = text;
}

const fleet = every(5_000, async () => {
  try {
    state.fleet = await get('fleet');
    answeredAt = Date.now();
    complain('');
    told();
    page?.update?.(state.fleet);
  } catch (e) {
    complain(e.status === 403 ? e.message
      : `No response since ${clock(answeredAt)}, retrying: ${e.message}`);
  }
});

document.querySelector('.skip').addEventListener('click', event => {
  event.preventDefault();
  content.focus();
});
window.addEventListener('hashchange', () => {
  show();
  content.focus({preventScroll: true});
  scrollTo(0, 0);
});
show();
