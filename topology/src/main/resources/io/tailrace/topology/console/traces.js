import {every, get, job, post} from './api.js';
import {confirmed, h, progressView, replace, table} from './dom.js';
import {bytes, clock, count, NONE, plural, rate, seconds, share, when} from './format.js';

export const title = 'Traces';

const FOLLOW_MILLIS = 2_000;
const ID = /^[0-9a-f]{32}$/;
const VOTES = {sampled: 'keep', not_sampled: 'not', dropped: 'drop', error: 'error', not_evaluated: 'not asked'};
const DECISIONS = {sampled: 'kept', not_sampled: 'not kept', dropped: 'dropped'};

const voteClass = vote => ({sampled: 'chip kept', dropped: 'chip dropped', error: 'chip error'}[vote] ?? 'chip no');

function votesView(votes) {
  const entries = Object.entries(votes ?? {});
  return entries.length === 0 ? NONE : h('ul', {class: 'votes'}, entries.map(([policy, vote]) =>
    h('li', {class: voteClass(vote)}, `${policy}: ${VOTES[vote] ?? vote}`)));
}

/** Describes the keys of the trace in its partition. */
function keysView(budgets) {
  return (budgets ?? []).filter(budget => budget.key != null || budget.burn_rate != null).map(budget =>
    budget.burn_rate != null ? burnView(budget) : h('p', {class: 'detail'}, `${budget.policy}: key `, h('b', {}, budget.key), ', ',
      budget.spans_per_second > 0 ? `${rate(budget.spans_per_second)} in its partition` : 'no rate of its own',
      `, kept with probability ${share(budget.probability)}`));
}

function burnView(budget) {
  const since = budget.burning_since;
  return h('p', {class: 'detail'}, `${budget.policy}: `, budget.key == null ? 'all traces' : h('b', {}, budget.key),
    since ? h('span', {class: 'warn'}, ` burning since ${when(since)}`) : ' not burning',
    `, burn rate ${count(Math.round(budget.burn_rate * 100) / 100)} in its partition`);
}

export function mount(root, state, [asked]) {
  let verdicts = [];
  const filters = new URLSearchParams(ID.test(asked ?? '') ? '' : asked?.replace(/^\?/, '') ?? '');
  if (filters.size > 0) asked = undefined;
  const input = h('input', {id: 'trace', value: asked ?? '', spellcheck: 'false', autocomplete: 'off',
    placeholder: '32 hex characters', 'aria-describedby': 'trace-fault', maxlength: '64'});
  const fault = h('span', {id: 'trace-fault', class: 'fault', role: 'alert'});
  const found = h('div', {id: 'found'});
  const said = h('p', {class: 'unseen', role: 'status'});
  const list = h('div', {id: 'verdicts'});
  const filtered = () => show();
  const choice = (id, options) => h('select', {id, onchange: filtered}, options.map(([value, name]) => h('option', {value}, name)));
  const only = choice('only', [['', 'all'], ['kept', 'kept'], ['not', 'not kept'], ['errors', 'with errors']]);
  const ofPolicy = choice('of-policy', [['', 'any']]);
  const slower = choice('slower', [['0', 'any'], ['100', '100 ms'], ['500', '500 ms'], ['1000', '1 s'], ['5000', '5 s']]);
  const text = (id, placeholder) => h('input', {id, type: 'search', placeholder, autocomplete: 'off', spellcheck: 'false',
    maxlength: '200', oninput: filtered, value: filters.get(id) ?? ''});
  const service = text('service', 'any');
  const operation = text('operation', 'any');
  const words = text('words', 'ID, policy, name');
  only.value = filters.get('only') ?? '';
  const shownCount = h('p', {class: 'detail', role: 'status', id: 'shown'});
  root.append(
    h('h1', {}, 'Traces'),
    h('form', {class: 'lookup', role: 'search', onsubmit: event => {
      event.preventDefault();
      const id = input.value.trim().toLowerCase();
      fault.textContent = ID.test(id) ? '' : 'A trace ID has 32 hex characters.';
      if (!ID.test(id)) input.focus();
      else if (location.hash === `#/traces/${id}`) lookUp(id);
      else location.hash = `#/traces/${id}`;
    }}, h('label', {for: 'trace'}, 'Trace id'), input, h('button', {class: 'primary', type: 'submit'}, 'Look up'), fault),
    said,
    found,
    h('div', {class: 'heading'}, h('h2', {}, 'Recent verdicts'),
      h('span', {class: 'detail'}, 'a sample: at most ten a second of either kind from each instance')),
    h('form', {class: 'filters', 'aria-label': 'Filters', onsubmit: event => event.preventDefault()},
      [['Show', only], ['Service', service], ['Root', operation], ['Because of', ofPolicy], ['At least', slower], ['Text', words]].map(
        ([name, field]) => h('label', {for: field.id}, name, field))),
    shownCount,
    list);

  let running = null;

  let again;

  async function lookUp(id) {
    clearTimeout(again);
    if (!again) replace(found, h('p', {class: 'busy'}, 'Querying the instances…'));
    try {
      const told = await get(`traces/${id}`);
      showFound(id, told);
      again = told.answer?.state === 'open' ? setTimeout(lookUp, FOLLOW_MILLIS, id) : null;
    } catch (e) {
      again = null;
      replace(found, h('p', {class: 'fault'}, e.message));
    }
  }

  function showFound(id, told) {
    const answer = told.answer ?? {state: 'unknown'};
    const isWhole = answer.spans != null;
    said.textContent = `The trace is ${answer.state}`;
    replace(found,
      h('h2', {class: 'trace'}, h('span', {class: 'id'}, id), h('span', {class: `chip ${answer.state}`}, answer.state)),
      answer.recorded ? recordedView(answer) : null,
      answer.open ? openView(answer) : null,
      answer.rejudged ? rejudgedView(answer) : null,
      answer.state === 'unknown' ? h('p', {}, isWhole || told.searched
        ? 'Unknown to all instances, and not in the log of that time.'
        : 'Unknown to all instances: it has not arrived, or its verdict has expired.') : null,
      told.notes.map(note => h('p', {class: 'warn'}, note)),
      answer.state === 'unknown' && !told.searched || answer.recorded?.kept ? null : keepBar(id),
      answer.spans?.length ? waterfall(answer.spans) : null,
      answer.spans?.length === 0 && answer.state === 'open' ? h('p', {class: 'detail'}, 'Too large to show while the trace is open.') : null,
      answer.state !== 'open' && !isWhole && !told.searched ? searchBar(id) : null);
  }

  const kept = h('span', {role: 'status', id: 'kept'});

  function keepBar(id) {
    if (kept.dataset.of !== id) {
      kept.dataset.of = id;
      kept.replaceChildren();
    }
    return h('div', {class: 'bar'}, h('button', {type: 'button', id: 'keep', 'data-key': 'keep', onclick: () => keep(id)}, 'Keep this trace…'), kept);
  }

  async function keep(id) {
    const author = h('input', {id: 'keep-author', maxlength: '100', placeholder: 'console', value: localStorage.getItem('tailrace-author') ?? ''});
    const comment = h('input', {id: 'keep-comment', maxlength: '300', placeholder: 'Why', autocomplete: 'off'});
    if (!await confirmed('Keep this trace?', 'Keep', [
      h('p', {}, 'An open trace is kept when it is due. A dropped trace is read back from the log, if it is still there, and exported.'),
      h('label', {for: 'keep-author'}, 'Author'), author, h('label', {for: 'keep-comment'}, 'Comment'), comment])) return;
    localStorage.setItem('tailrace-author', author.value);
    replace(kept, h('span', {class: 'busy'}, 'Waiting for the instances…'));
    try {
      const told = await post(`traces/${id}/keep`, {author: author.value, comment: comment.value});
      kept.replaceChildren(h('span', {class: told.is_kept ? 'good' : 'warn'}, told.told.replace(`${id}: `, '')));
    } catch (e) {
      kept.replaceChildren(h('span', {class: 'fault'}, e.message));
    }
  }

  function searchBar(id) {
    const since = h('select', {id: 'search-since'}, [['5m', '5 minutes'], ['15m', '15 minutes'], ['1h', 'hour']].map(
      ([value, name]) => h('option', {value}, name)));
    const progress = h('span', {role: 'status', class: 'busy'});
    const button = h('button', {type: 'button', id: 'search', onclick: async () => {
      if (running) {
        running.abort();
        return;
      }
      running = new AbortController();
      button.textContent = 'Stop';
      try {
        const told = await job(`traces/${id}/search`, {since: since.value}, status => {
          replace(progress, progressView('Searching the log', status));
        }, running.signal);
        showFound(id, {...told, searched: true});
      } catch (e) {
        progress.textContent = e.message;
        button.textContent = 'Look again';
      } finally {
        running = null;
      }
    }}, 'Show spans and votes from the log');
    return h('div', {class: 'bar'}, button, h('label', {for: 'search-since'}, ' if nothing is recorded, of the last '), since, progress);
  }

  function show() {
    const has = (text, field) => !field.value || (text ?? '').toLowerCase().includes(field.value.trim().toLowerCase());
    const shown = verdicts.filter(v => (!only.value || (only.value === 'errors' ? v.errors > 0 : (v.decision === 'sampled') === (only.value === 'kept')))
      && has(v.service, service) && has(v.root, operation)
      && (!ofPolicy.value || v.policy === ofPolicy.value) && v.duration_ms >= Number(slower.value)
      && has(`${v.trace_id} ${v.policy ?? ''} ${v.root ?? ''} ${v.service ?? ''} ${Object.keys(v.votes ?? {}).join(' ')}`, words));
    const names = [...new Set(verdicts.map(v => v.policy).filter(name => name))].sort();
    if (JSON.stringify(names) !== ofPolicy.dataset.names && document.activeElement !== ofPolicy) {
      const chosen = ofPolicy.value;
      ofPolicy.dataset.names = JSON.stringify(names);
      ofPolicy.replaceChildren(...[['', 'any'], ...new Set([...names, ...chosen ? [chosen] : []]).values()].map(
        name => Array.isArray(name) ? h('option', {value: ''}, name[1]) : h('option', {value: name}, name)));
      ofPolicy.value = chosen;
    }
    const told = shown.length === verdicts.length ? plural(shown.length, 'verdict', 'verdicts') : `${count(shown.length)} of ${plural(verdicts.length, 'verdict', 'verdicts')}`;
    if (shownCount.textContent !== told) shownCount.textContent = told;
    const withRoot = shown.some(v => v.root);
    replace(list, table([
      {name: 'Trace'}, {name: 'Decided'}, {name: 'Verdict'}, {name: 'Because of'}, ...withRoot ? [{name: 'Root'}] : [],
      {name: 'Spans', number: true}, {name: 'Bytes', number: true}, {name: 'Duration', number: true}, {name: 'Errors', number: true},
      {name: 'Stands for', number: true, title: 'Traces that the kept one represents: its adjusted count'}, {name: 'Votes'}],
      shown.slice(0, 100).map(v => [
        h('a', {href: `#/traces/${v.trace_id}`, class: 'id', 'data-key': v.trace_id}, v.trace_id),
        h('time', {datetime: new Date(v.at).toISOString(), title: `log time ${v.decided_at}`}, clock(v.at)),
        h('span', {class: v.decision === 'sampled' ? 'good whole' : 'whole'}, DECISIONS[v.decision] ?? v.decision),
        v.policy ?? NONE,
        ...withRoot ? [v.root ? `${v.root}${v.service ? ` · ${v.service}` : ''}` : NONE] : [],
        count(v.spans), bytes(v.bytes), seconds(v.duration_ms / 1000),
        v.errors > 0 ? h('span', {class: 'fault'}, count(v.errors)) : count(v.errors), weight(v.adjusted_count), votesView(v.votes)]),
      {caption: 'Recent verdicts', empty: verdicts.length ? 'No recent verdict passes the filters.' : 'No verdict yet.'}));
  }

  const poll = every(4_000, async () => {
    try {
      verdicts = (await get('verdicts')).sort((a, b) => b.at - a.at);
      show();
    } catch (e) {
      replace(list, h('p', {class: 'fault'}, e.message));
    }
  });
  if (asked) {
    if (ID.test(asked)) lookUp(asked);
    else fault.textContent = 'A trace ID has 32 hex characters.';
  }
  return {unmount: () => { poll.stop(); clearTimeout(again); running?.abort(); }};
}

function facts(facts) {
  return h('p', {}, `${plural(facts.spans, 'span', 'spans')}, ${bytes(facts.bytes)}, ${seconds(facts.duration_ms / 1000)}, `,
    facts.errors ? h('span', {class: 'fault'}, plural(facts.errors, 'error', 'errors')) : 'no error', ', ',
    facts.root ? `root ${facts.root}${facts.service ? ` of ${facts.service}` : ''}` : 'no root span yet');
}

const weight = n => n == null ? NONE : count(Math.round(n * 100) / 100);
const weightView = verdict => verdict.adjusted_count == null ? null
  : [' Stands for ', h('b', {}, weight(verdict.adjusted_count)), verdict.adjusted_count === 1 ? ' trace' : ' traces', h('span', {class: 'detail'}, ` (threshold ${verdict.threshold})`), '.'];
const because = policy => policy ? ['because of ', h('b', {}, policy)] : 'since no policy wanted it';

function recordedView({recorded, instance, partition}) {
  return h('p', {}, h('b', {class: recorded.kept ? 'good' : null}, recorded.kept ? 'Kept' : 'Not kept'), ' ', because(recorded.policy),
    `, by policy version ${recorded.policy_version} at `, h('time', {title: recorded.decided_at}, when(recorded.decided_at)),
    `. Late spans follow it until ${when(recorded.followed_until)}.`, weightView(recorded), ' ',
    h('span', {class: 'detail'}, `Recorded by ${instance}, partition ${partition}.`));
}

function openView({open, instance, partition}) {
  const now = open.if_decided_now;
  return [
    h('p', {}, 'Open since ', h('time', {title: open.first_seen}, when(open.first_seen)), ', due ', h('time', {title: open.due}, when(open.due)),
      '. If it were decided now: ', h('b', {class: now.decision === 'sampled' ? 'good' : null}, DECISIONS[now.decision] ?? now.decision),
      now.policy ? [' ', because(now.policy)] : null, '.', weightView(now), ' ', h('span', {class: 'detail'}, `At ${instance}, partition ${partition}.`)),
    facts(open.facts), votesView(now.votes), keysView(now.budgets)];
}

function rejudgedView({rejudged, agrees}) {
  return [
    h('p', {}, 'Evaluated again from the log, not recorded: ', h('b', {class: rejudged.decision === 'sampled' ? 'good' : null}, DECISIONS[rejudged.decision] ?? rejudged.decision),
      rejudged.policy ? [' ', because(rejudged.policy)] : null, `, by policy version ${rejudged.policy_version}`,
      agrees == null ? '.' : agrees ? ', as recorded.' : h('b', {class: 'fault'}, '. This is not what is recorded.'), weightView(rejudged)),
    rejudged.facts ? facts(rejudged.facts) : null, votesView(rejudged.votes), keysView(rejudged.budgets)];
}

/** Sorts spans: parents before children, children by start. Spans with a missing parent are at the top level. */
function inOrder(spans) {
  const ids = new Set(spans.map(span => span.id));
  const children = new Map();
  for (const span of spans) {
    const parent = ids.has(span.parent) && span.parent !== span.id ? span.parent : '';
    children.set(parent, [...children.get(parent) ?? [], span]);
  }
  const ordered = [];
  const seen = new Set();
  const visit = (span, depth) => {
    if (seen.has(span)) return;
    seen.add(span);
    ordered.push({...span, depth: Math.min(depth, 20), orphan: span.parent !== '' && !ids.has(span.parent)});
    (children.get(span.id) ?? []).sort((a, b) => a.start_us - b.start_us).forEach(child => visit(child, depth + 1));
  };
  (children.get('') ?? []).sort((a, b) => a.start_us - b.start_us).forEach(span => visit(span, 0));
  spans.forEach(span => visit(span, 0));
  return ordered;
}

/** IDs of the spans whose details are open, over updates of an open trace. */
const opened = new Set();

function waterfall(spans) {
  const begin = Math.min(...spans.map(span => span.start_us));
  const end = Math.max(...spans.map(span => span.start_us + span.duration_us), begin + 1);
  const services = [...new Set(spans.map(span => span.service))];
  const rows = inOrder(spans).map(span => {
    const bar = h('div', {class: `span service-${services.indexOf(span.service) % 6}${span.error ? ' error' : ''}`});
    bar.style.left = `${(span.start_us - begin) / (end - begin) * 100}%`;
    bar.style.width = `max(2px, ${span.duration_us / (end - begin) * 100}%)`;
    const name = h('button', {type: 'button', class: 'name link', 'aria-expanded': 'false', 'data-key': `span ${span.id}`}, span.name || '(no name)');
    const cell = h('div', {class: 'label'}, name,
      span.orphan ? h('span', {class: 'detail'}, ' (parent has not come)') : null,
      span.error ? h('span', {class: 'fault'}, ` error${span.message ? `: ${span.message}` : ''}`) : null);
    cell.style.paddingLeft = `${span.depth}em`;
    name.addEventListener('click', () => toggle(span, name));
    const row = [cell, span.service || NONE, seconds((span.start_us - begin) / 1e6), seconds(span.duration_us / 1e6), h('div', {class: 'track'}, bar)];
    row.className = 'span-row';
    return row;
  });

  function toggle(span, name) {
    const row = name.closest('tr');
    const isOpen = name.getAttribute('aria-expanded') === 'true';
    if (isOpen) row.nextElementSibling.remove();
    else row.after(h('tr', {class: 'details'}, h('td', {colspan: 5}, detailsView(span, begin))));
    name.setAttribute('aria-expanded', String(!isOpen));
    (isOpen ? opened.delete(span.id) : opened.add(span.id));
  }

  const view = table([{name: 'Span'}, {name: 'Service'}, {name: 'After', number: true}, {name: 'Took', number: true}, {name: seconds((end - begin) / 1e6)}],
    rows, {shown: true, caption: spans.length >= 1000 ? 'The first 1,000 spans' : plural(spans.length, 'span', 'spans')});
  view.classList.add('waterfall');
  for (const name of view.querySelectorAll('button.name')) {
    const id = name.dataset.key.slice('span '.length);
    if (opened.delete(id)) name.click();
  }
  return view;
}

const KINDS = ['unspecified', 'internal', 'server', 'client', 'producer', 'consumer'];

/** Attributes and events of a span. */
function detailsView(span, begin) {
  const {details} = span;
  if (!details) return h('p', {class: 'detail'}, 'The attributes are not shown: the trace is too large, or an older instance has answered.');
  const list = (name, values) => Object.keys(values).length === 0 ? null : [
    h('h3', {}, name),
    h('dl', {class: 'attributes'}, Object.entries(values).map(([key, value]) => [h('dt', {}, key), h('dd', {}, value)]))];
  return h('div', {class: 'span-details'},
    h('p', {class: 'detail'}, h('span', {class: 'id'}, span.id), `, ${KINDS[span.kind] ?? span.kind}`,
      details.scope ? `, scope ${details.scope}` : null, details.trace_state ? `, tracestate ${details.trace_state}` : null,
      details.links ? `, ${plural(details.links, 'link', 'links')}` : null),
    list('Attributes', details.attributes),
    details.events.length === 0 ? null : [h('h3', {}, 'Events'), details.events.map(event => h('div', {class: 'event'},
      h('b', {}, event.name || '(no name)'), h('span', {class: 'detail'}, ` after ${seconds((event.at_us - begin) / 1e6)}`), list('', event.attributes)?.[1] ?? null))],
    list('Resource', details.resource),
    Object.keys(details.attributes).length + details.events.length + Object.keys(details.resource).length === 0 ? h('p', {class: 'detail'}, 'No attributes and no events.') : null);
}
