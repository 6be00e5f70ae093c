import {every, get} from './api.js';
import {h, replace, table} from './dom.js';
import {spark} from './chart.js';
import {clock, count, NONE, plural, rate, seconds, share} from './format.js';

export const title = 'Operations';

const POLL_MILLIS = 5_000;
const PAGE = 100;
const MOST = 10_000;
const SAMPLES = 60;
const SORTS = [['calls', 'most calls'], ['errors', 'most errors'], ['p99', 'slowest 1 %'], ['p95', 'slowest 5 %'], ['p50', 'slowest half'],
  ['kept', 'most kept'], ['dropped', 'most dropped'], ['weight', 'most represented'], ['name', 'name']];
const GROUPED = /^\((other|no root)\)$/;

const keyOf = row => JSON.stringify([row.service, row.operation, row.kind]);
const link = (page, row) => `#/${page}/${new URLSearchParams({service: row.service, operation: row.operation})}`;

export function mount(root) {
  const opened = new Set();
  const histories = new Map(); // of the operations that were shown lately
  let page = 0;
  let report = null;
  let asked = 0;
  let searchTimer;

  const search = h('input', {id: 'q', type: 'search', placeholder: 'Service or operation', maxlength: '200', autocomplete: 'off', spellcheck: 'false',
    oninput: () => { clearTimeout(searchTimer); searchTimer = setTimeout(restart, 250); }});
  const sort = h('select', {id: 'sort', onchange: restart}, SORTS.map(([value, name]) => h('option', {value}, name)));
  const problem = h('p', {class: 'fault', role: 'alert'});
  const told = h('p', {class: 'detail', role: 'status', id: 'matching'});
  const list = h('div', {id: 'operations'});
  const previous = h('button', {type: 'button', onclick: () => turn(-1)}, 'Previous');
  const next = h('button', {type: 'button', onclick: () => turn(1)}, 'Next');
  const pages = h('div', {class: 'bar', hidden: true}, previous, next);
  root.append(h('h1', {}, 'Operations'),
    h('p', {class: 'detail'}, 'All traces, kept or not, by the service and name of their entry span, since the start of the instances. Rates are those since this page was opened.'),
    h('form', {class: 'filters', role: 'search', onsubmit: event => { event.preventDefault(); restart(); }},
      h('label', {for: 'q'}, 'Search', search), h('label', {for: 'sort'}, 'First', sort)),
    problem, told, list, pages);

  function restart() {
    page = 0;
    poll.now();
  }

  function turn(by) {
    page += by;
    poll.now();
  }

  const poll = every(POLL_MILLIS, async () => {
    const number = ++asked;
    const limit = Math.min(MOST, (page + 1) * PAGE);
    try {
      const answer = await get(`operations?${new URLSearchParams({q: search.value.trim(), sort: sort.value, limit})}`);
      if (number !== asked) return;
      report = answer;
      problem.textContent = Object.keys(report.silent).map(address => `${address} does not answer: its calls are missing.`).join(' ');
      show();
    } catch (e) {
      if (number === asked) problem.textContent = `Operations cannot be read: ${e.message}`;
    }
  });

  /** Remembers the calls of an operation now, and returns its latest rates. */
  function ratesOf(row, now) {
    const key = keyOf(row);
    const known = histories.get(key) ?? {rates: []};
    const isReset = known.calls > row.calls; // an instance has started again
    if (known.at && !isReset && now > known.at) known.rates.push((row.calls - known.calls) / ((now - known.at) / 1000));
    if (known.rates.length > SAMPLES) known.rates.shift();
    histories.set(key, Object.assign(known, {calls: row.calls, at: now}));
    return known.rates;
  }

  function show() {
    const now = Date.now();
    page = Math.max(0, Math.min(page, Math.ceil(Math.min(report.matching, MOST) / PAGE) - 1));
    const shown = report.operations.slice(page * PAGE, (page + 1) * PAGE);
    const rows = shown.map(row => operationRow(row, ratesOf(row, now)));
    for (const [key, known] of histories) {
      if (now - known.at > 3 * POLL_MILLIS) histories.delete(key);
    }
    const text = report.matching === report.total ? plural(report.total, 'operation', 'operations')
      : `${count(report.matching)} of ${plural(report.total, 'operation', 'operations')}`;
    const from = page * PAGE;
    const whole = report.matching <= PAGE ? text : `${text}, ${count(from + 1)} to ${count(from + shown.length)}`;
    if (told.textContent !== whole) told.textContent = whole;
    pages.hidden = report.matching <= PAGE;
    previous.disabled = page === 0;
    next.disabled = from + PAGE >= Math.min(report.matching, MOST);
    replace(list, table([
      {name: 'Operation'}, {name: 'Traffic', number: true, title: 'Calls a second since the last update'}, {name: ''},
      {name: 'Calls', number: true}, {name: 'Errors', number: true, title: 'Share of the calls with an error status'},
      {name: 'p50', number: true}, {name: 'p95', number: true}, {name: 'p99', number: true},
      {name: 'Kept', number: true, title: 'Share of the calls whose trace is kept'},
      {name: 'Weight', number: true, title: 'Calls that a kept one represents on average: its adjusted count'},
      {name: 'Kept by'}], rows,
      {caption: 'Operations', empty: report.total === 0 ? 'No trace has been decided yet, or operations.by is off.' : 'No operation matches.'}));
    for (const button of list.querySelectorAll('button.name')) {
      const at = Number(button.dataset.at);
      if (opened.has(keyOf(shown[at]))) expand(button, shown[at]);
    }
  }

  function operationRow(row, rates) {
    const at = report.operations.indexOf(row) - page * PAGE;
    const name = h('button', {type: 'button', class: 'name link', 'aria-expanded': 'false', 'data-key': `operation ${keyOf(row)}`, 'data-at': String(at),
      onclick: () => toggle(name, row)}, row.operation);
    const latest = rates.at(-1);
    return [
      h('div', {}, name, h('div', {class: 'detail'}, row.service || '(no service)', row.kind ? `, ${row.kind.replace('SPAN_KIND_', '').toLowerCase()}` : null)),
      latest == null ? NONE : rate(latest),
      rates.length < 2 ? '' : spark(rates, `Calls a second since the page was opened: ${count(Math.round(latest * 100) / 100)} now`),
      count(row.calls),
      h('span', {class: row.errors > 0 ? 'fault' : null}, row.calls ? share(row.errors / row.calls) : NONE),
      seconds(row.p50), seconds(row.p95), seconds(row.p99),
      row.calls ? share(row.kept / row.calls) : NONE,
      row.weighted ? count(Math.round(row.weight / row.weighted * 10) / 10) : NONE,
      row.policies.length ? row.policies.map(keeps => `${keeps.policy} ${count(keeps.kept)}`).join(', ') : NONE];
  }

  function toggle(name, row) {
    if (name.getAttribute('aria-expanded') === 'true') {
      opened.delete(keyOf(row));
      name.setAttribute('aria-expanded', 'false');
      name.closest('tr').nextElementSibling.remove();
    } else {
      opened.add(keyOf(row));
      expand(name, row);
    }
  }

  function expand(name, row) {
    name.setAttribute('aria-expanded', 'true');
    name.closest('tr').after(h('tr', {class: 'details'}, h('td', {colspan: 11},
      row.recent.length === 0 ? h('p', {}, 'No trace of it was kept lately.')
        : h('p', {}, 'Kept lately: ', row.recent.map((recent, i) => [i ? ', ' : '',
          h('a', {href: `#/traces/${recent.trace_id}`, class: 'id', 'data-key': `recent ${recent.trace_id}`}, recent.trace_id.slice(0, 8)), ` at ${clock(recent.at)}`]), '.'),
      h('p', {class: 'bar'},
        h('a', {href: link('traces', row), 'data-key': `verdicts ${keyOf(row)}`}, 'Its recent verdicts'),
        GROUPED.test(row.operation) ? null
          : h('a', {href: link('policies', row), 'data-key': `more ${keyOf(row)}`}, 'What would keep more of these?')))));
  }

  return {unmount: () => { poll.stop(); clearTimeout(searchTimer); }};
}
