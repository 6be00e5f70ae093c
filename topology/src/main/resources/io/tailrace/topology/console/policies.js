import {get, job, post} from './api.js';
import {confirmed, h, progressView, replace, table} from './dom.js';
import {bytes, count, NONE, plural, share, when} from './format.js';

export const title = 'Policies';

const VALIDATE_AFTER = 300;
const MAX_DIFF_LINES = 1500;
const DRAFT = 'tailrace-draft';

const quoted = JSON.stringify; // its escapes are those of OTTL, too

/** Returns a document with one policy or rule that keeps half of the traces with such a span. */
export function suggestion(service, operation, isRules) {
  const name = `more-${operation.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-|-$/g, '').slice(0, 40) || 'traces'}`;
  const prefix = isRules ? 'span.' : '';
  const condition = [`${prefix}name == ${quoted(operation)}`, ...service ? [`resource.attributes["service.name"] == ${quoted(service)}`] : []]
    .join(' and ').replaceAll("'", "''");
  return isRules ? `rules:
  - name: ${name}
    conditions: ['${condition}']
    sampler: {type: probabilistic, sampling_percentage: 50}
` : `policies:
  - name: ${name}
    type: and
    and:
      and_sub_policy:
        - name: operation
          type: ottl_condition
          ottl_condition: {span: ['${condition}']}
        - name: half
          type: probabilistic
          probabilistic: {sampling_percentage: 50}
`;
}

/** Returns lines with a mark: ' ' in both, '-' in the first only, '+' in the second only. */
function diff(before, after) {
  const a = before.trimEnd().split('\n');
  const b = after.trimEnd().split('\n');
  if (a.length > MAX_DIFF_LINES || b.length > MAX_DIFF_LINES) return null;
  const common = Array.from({length: a.length + 1}, () => new Uint16Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i--) {
    for (let j = b.length - 1; j >= 0; j--) {
      common[i][j] = a[i] === b[j] ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1]);
    }
  }
  const lines = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) lines.push([' ', a[i], i++, j++]);
    else if (i < a.length && (j === b.length || common[i + 1][j] >= common[i][j + 1])) lines.push(['-', a[i++]]);
    else lines.push(['+', b[j++]]);
  }
  return lines;
}

/** Returns changed lines with two lines of context. */
function diffView(before, after, label = 'Changes against the active version') {
  const lines = diff(before, after);
  if (!lines) return h('p', {class: 'empty'}, 'Too long for a comparison.');
  const near = lines.map((_, i) => lines.slice(Math.max(0, i - 2), i + 3).some(line => line[0] !== ' '));
  return h('pre', {class: 'diff', tabindex: '0', 'aria-label': label},
    lines.flatMap(([mark, text], i) => near[i]
      ? [h('span', {class: {'+': 'added', '-': 'removed'}[mark]}, `${mark} ${text}\n`)]
      : near[i - 1] ? [h('span', {class: 'gap'}, '⋯\n')] : []));
}

export function mount(root, state, [asked_for] = []) {
  let wanted = asked_for ? new URLSearchParams(asked_for) : null; // an operation to keep more of
  let overview = null;
  let basedOn = null;
  let loaded = null; // the active document while the editor shows it unchanged
  let check = null;
  let validateTimer;
  let asked = 0;
  let running = null;

  const lineNumbers = h('pre', {class: 'numbers', 'aria-hidden': 'true'}, '1');
  const editor = h('textarea', {
    id: 'document', spellcheck: 'false', autocomplete: 'off', wrap: 'off', rows: '24',
    'aria-describedby': 'check', oninput: edited, onscroll: () => { lineNumbers.scrollTop = editor.scrollTop; },
  });
  const source = h('p', {class: 'detail', id: 'source'});
  const checked = h('div', {id: 'check', role: 'status', class: 'check'});
  const changes = h('div');
  const simulateFor = h('select', {id: 'since'}, [['5m', '5 minutes'], ['15m', '15 minutes'], ['1h', 'hour']].map(
    ([value, name]) => h('option', {value}, name)));
  const simulate = h('button', {type: 'button', id: 'simulate', onclick: runSimulation}, 'Simulate');
  const stop = h('button', {type: 'button', hidden: true, onclick: () => running?.abort()}, 'Stop');
  const effect = h('div', {id: 'effect', role: 'status'});
  const author = h('input', {id: 'author', autocomplete: 'name', maxlength: '100', placeholder: 'console', value: localStorage.getItem('tailrace-author') ?? ''});
  const comment = h('input', {id: 'comment', autocomplete: 'off', maxlength: '300', placeholder: 'Why'});
  const mode = h('select', {id: 'mode', onchange: showMode},
    h('option', {value: 'active'}, 'as the policies of the fleet'),
    h('option', {value: 'shadow'}, 'as shadow set, which only votes'),
    h('option', {value: 'temporary'}, 'for a limited time, in addition'));
  const time = h('select', {id: 'for', 'aria-label': 'Time'}, [['15m', '15 minutes'], ['30m', '30 minutes'], ['1h', '1 hour'], ['6h', '6 hours'], ['24h', '1 day']].map(
    ([value, name]) => h('option', {value}, name)));
  const hint = h('p', {class: 'detail', id: 'mode-hint'});
  const publish = h('button', {type: 'submit', id: 'publish', class: 'primary'}, 'Review and publish…');
  const outcome = h('p', {id: 'outcome', role: 'status'});
  const reset = h('button', {type: 'button', onclick: () => load(activeDocument(), activeName())}, 'Start from the active version');
  const arrival = h('div', {id: 'arrival'});
  const shadow = h('div', {id: 'shadow'});
  const versions = h('div', {id: 'versions'});

  root.append(
    h('h1', {}, 'Policies'),
    arrival,
    h('div', {class: 'columns'},
      h('section', {'aria-labelledby': 'editor-title'},
        h('div', {class: 'heading'}, h('h2', {id: 'editor-title'}, h('label', {for: 'document'}, 'Document')), reset),
        source,
        h('div', {class: 'editor'}, lineNumbers, editor),
        checked,
        changes),
      h('section', {'aria-label': 'Try and publish'},
        h('h2', {}, 'What would it keep?'),
        h('div', {class: 'bar'}, h('label', {for: 'since'}, 'Of the last '), simulateFor, simulate, stop),
        effect,
        h('h2', {}, 'Publish'),
        h('form', {class: 'publish', onsubmit: runPublish},
          h('label', {for: 'author'}, 'Author'), author,
          h('label', {for: 'comment'}, 'Comment'), comment,
          h('label', {for: 'mode'}, 'Publish'), h('div', {class: 'bar'}, mode, time), hint,
          publish),
        outcome)),
    h('h2', {}, 'Shadow set'),
    shadow,
    h('h2', {}, 'Versions'),
    versions);
  showMode();

  const activeDocument = () => overview?.active?.document ?? overview?.bootstrap ?? '';
  const activeName = () => overview?.active ? `active version ${overview.active.version}` : 'the built-in or configured set';

  async function loadOverview() {
    try {
      overview = await get('policies');
    } catch (e) {
      replace(versions, h('p', {class: 'fault'}, `The history cannot be read: ${e.message}`));
      return;
    }
    if (basedOn === null) {
      const draft = JSON.parse(sessionStorage.getItem(DRAFT) ?? 'null');
      if (draft) {
        load(draft.text, 'your draft', draft.basedOn);
      } else {
        load(activeDocument(), activeName());
      }
    } else if (editor.value === loaded && basedOn !== (overview.active?.version ?? 0)) {
      load(activeDocument(), activeName());
    }
    showShadow();
    showVersions();
    showChanges();
    if (wanted) await suggest();
  }

  /** Opens the editor with a policy that keeps more of an operation, and simulates it. */
  async function suggest() {
    const [service, operation] = [wanted.get('service') ?? '', wanted.get('operation') ?? ''];
    wanted = null;
    history.replaceState(null, '', '#/policies');
    if (sessionStorage.getItem(DRAFT) && !await confirmed('Replace your draft?', 'Replace',
      h('p', {}, 'The editor has changes that are not published.'))) return;
    const isRules = /^\s*("?)rules\1\s*:/m.test(activeDocument());
    load(suggestion(service, operation, isRules), `a suggestion for ${operation}, which adds to the active version`);
    if (overview.active?.document) {
      mode.value = 'temporary';
      showMode();
    } else {
      load(`${activeDocument().trimEnd()}\n${editor.value.replace(/^.*\n/, '')}`, `the built-in or configured set, with a policy for ${operation}`);
    }
    await validate();
    if (check?.valid) await runSimulation();
  }

  function showMode() {
    time.hidden = mode.value !== 'temporary';
    hint.textContent = {
      active: '', shadow: 'Votes beside the active policies, without effect on decisions.',
      temporary: 'The document contains only the policies or rules to add. They expire by themselves.'}[mode.value];
  }

  function load(text, name, on) {
    loaded = on === undefined ? text : null;
    basedOn = on ?? overview.active?.version ?? 0;
    editor.value = text;
    replace(source, `From ${name}.`);
    edited();
  }

  function edited() {
    const lines = editor.value.split('\n').length;
    lineNumbers.textContent = Array.from({length: lines}, (_, i) => i + 1).join('\n');
    if (editor.value === activeDocument()) sessionStorage.removeItem(DRAFT);
    else sessionStorage.setItem(DRAFT, JSON.stringify({text: editor.value, basedOn}));
    check = null;
    clearTimeout(validateTimer);
    validateTimer = setTimeout(validate, VALIDATE_AFTER);
  }

  async function validate() {
    const number = ++asked;
    try {
      const told = await post('policies/validate', {document: editor.value});
      if (number !== asked) return;
      check = told;
      showCheck();
    } catch (e) {
      if (number === asked) replace(checked, h('p', {class: 'fault'}, `Not checked: ${e.message}`));
    }
    showChanges();
  }

  function goTo(line) {
    const lines = editor.value.split('\n');
    const from = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
    editor.focus();
    editor.setSelectionRange(from, from + (lines[line - 1]?.length ?? 0));
    editor.scrollTop = Math.max(0, (line - 4) * parseFloat(getComputedStyle(editor).lineHeight));
  }

  function showCheck() {
    lineNumbers.replaceChildren(...editor.value.split('\n').flatMap((_, i) => {
      const wrong = check.faults.some(fault => fault.line === i + 1);
      return [wrong ? h('mark', {}, i + 1) : i + 1, '\n'];
    }));
    lineNumbers.scrollTop = editor.scrollTop;
    publish.disabled = simulate.disabled = !check.valid;
    if (!check.valid) {
      replace(checked,
        h('p', {class: 'fault'}, plural(check.faults.length, 'fault', 'faults')),
        h('ul', {class: 'faults'}, check.faults.slice(0, 20).map(fault => h('li', {}, fault.line > 0
          ? h('button', {type: 'button', class: 'link', onclick: () => goTo(fault.line)}, fault.message)
          : fault.message))));
      return;
    }
    replace(checked,
      h('p', {class: 'good'}, `Valid, ${plural(check.policies.length, 'policy', 'policies')}`),
      [...check.warnings, ...check.doubts].map(text => h('p', {class: 'warn'}, text)),
      h('details', {'data-key': 'summary'}, h('summary', {}, 'Description of the policies'),
        h('ul', {}, check.summary.map(line => h('li', {}, line)))));
  }

  function showChanges() {
    replace(changes, !overview || editor.value === activeDocument() ? null
      : h('details', {'data-key': 'changes'}, h('summary', {}, 'Changes against the active version'), diffView(activeDocument(), editor.value)));
  }

  async function runSimulation() {
    running = new AbortController();
    simulate.disabled = true;
    stop.hidden = false;
    const since = simulateFor.value;
    try {
      const document = mode.value !== 'temporary' ? editor.value
        : (await post('policies/plan', {mode: 'temporary', for: time.value, document: editor.value})).document;
      const report = await job('policies/simulate', {document, since}, status =>
        replace(effect, progressView(`Reading the last ${since} of the log`, status)), running.signal);
      replace(effect, effectView(report));
    } catch (e) {
      replace(effect, h('p', {class: 'fault'}, `No answer: ${e.message}`));
    } finally {
      simulate.disabled = !(check?.valid);
      stop.hidden = true;
      running = null;
    }
  }

  function runPublish(event) {
    event.preventDefault();
    const request = {mode: mode.value, document: editor.value, author: author.value, comment: comment.value};
    if (mode.value === 'temporary') request.for = time.value;
    change(request, 'Publish', {
      active: 'Publish to the fleet?', shadow: 'Publish as shadow set?', temporary: `Publish for ${time.selectedOptions[0].text}?`}[mode.value]);
  }

  /** Shows what a request changes, and publishes it if that is confirmed. */
  async function change(request, action, question) {
    const what = {...request, author: author.value, comment: comment.value,
      based_on: basedOn ?? 0, based_on_shadow: overview.shadow?.version ?? 0};
    // Only a document from the editor can be based on an older version.
    if (request.document === undefined || request.mode === 'temporary') what.based_on = overview.active?.version ?? 0;
    publish.disabled = true;
    try {
      localStorage.setItem('tailrace-author', author.value);
      const plan = await post('policies/plan', what);
      if (!await confirmed(question, action, planView(plan))) {
        replace(outcome, 'Not published.');
        return;
      }
      const published = await post('policies/publish', what);
      replace(outcome, h('span', {class: 'good'}, `Published version ${published.version} of ${published.name}.`), ' The list above shows which instances use it.');
      comment.value = '';
      if (request.mode === 'active') {
        sessionStorage.removeItem(DRAFT);
        basedOn = published.version;
        loaded = editor.value;
      }
      await loadOverview();
      if (request.mode === 'active') replace(source, `From ${activeName()}.`);
      if (published.name !== overview.name) return;
      for (let i = 0; i < 15 && !state.fleet.instances.every(one => appliedBy(one) >= published.version); i++) {
        await state.refresh();
        await new Promise(resolve => setTimeout(resolve, 500));
      }
    } catch (e) {
      replace(outcome, h('span', {class: 'fault'}, `Not published: ${e.message}`));
      if (e.status === 409) {
        await loadOverview();
        basedOn = overview.active?.version ?? 0;
      }
    } finally {
      publish.disabled = !(check?.valid);
    }
  }

  function planView(plan) {
    const before = plan.before ?? (plan.name === overview.name ? overview.bootstrap : '');
    return [
      h('p', {}, plan.document == null ? `Removes the ${plan.name === overview.name ? 'policies: the built-in or configured set applies' : 'shadow set'}.`
        : plan.comment ? `Comment, if there is none: ${plan.comment}.` : null),
      plan.warnings.map(text => h('p', {class: 'warn'}, text)),
      before.trimEnd() === (plan.document ?? '').trimEnd() ? h('p', {}, 'The document is the same as the active one.')
        : diffView(before, plan.document ?? '', `Changes of ${plan.name}`)];
  }

  function showShadow() {
    const set = overview.shadow;
    replace(shadow, set?.document == null
      ? h('p', {class: 'detail'}, 'None is published. A shadow set votes beside the active policies, without effect on decisions.')
      : h('div', {},
        h('p', {}, `Version ${set.version}, published ${when(set.time)} by ${set.author ?? 'somebody'}${set.comment ? `: ${set.comment}` : ''}. `,
          h('a', {href: '#/'}, 'Its votes'), ' are on the overview.'),
        h('div', {class: 'bar'},
          h('button', {type: 'button', 'data-key': 'shadow edit', onclick: () => { load(set.document, `the shadow set, version ${set.version}`); editor.focus(); }}, 'Edit the shadow set'),
          h('button', {type: 'button', 'data-key': 'shadow promote', onclick: () => change({mode: 'promote'}, 'Promote', 'Make the shadow set the policies of the fleet?')}, 'Promote…'),
          h('button', {type: 'button', 'data-key': 'shadow withdraw', onclick: () => change({mode: 'withdraw'}, 'Withdraw', 'Withdraw the shadow set?')}, 'Withdraw…'))));
  }

  function showVersions() {
    replace(versions, table([
      {name: 'Version'}, {name: 'Published'}, {name: 'By'}, {name: 'What it changed'}, {name: 'Comment'}, {name: ''}, {name: ''}],
      overview.versions.map(line => {
        const row = [
          h('span', {}, line.version, line.active ? h('span', {class: 'chip'}, 'active') : null),
          h('time', {datetime: line.time, title: line.time}, when(line.time)),
          line.author ?? NONE, line.change, line.comment ?? NONE,
          h('button', {type: 'button', class: 'link', 'data-key': `edit ${line.version}`, 'aria-label': `Edit version ${line.version}`,
            onclick: () => open(line.version)}, 'Edit'),
          line.active ? '' : h('button', {type: 'button', class: 'link', 'data-key': `roll back ${line.version}`, 'aria-label': `Roll back to version ${line.version}`,
            onclick: () => change({mode: 'rollback', version: line.version}, 'Roll back', `Roll back to version ${line.version}?`)}, 'Roll back…')];
        return row;
      }), {caption: `Versions of ${overview.name}`, empty: 'Nothing was published yet. The built-in or configured policies apply.'}));
  }

  async function open(version) {
    try {
      const published = await get(`policies/${version}`);
      load(published.document ?? '', `version ${version}`, overview.active?.version ?? 0);
      editor.focus();
    } catch (e) {
      replace(outcome, h('span', {class: 'fault'}, e.message));
    }
  }

  const setOf = instance => instance.policies?.[overview?.name] ?? Object.values(instance.policies ?? {})[0];
  const appliedBy = instance => setOf(instance)?.applied?.version ?? setOf(instance)?.accepted?.version ?? 0;

  let shownVersions = '';
  function update(fleet) {
    if (!fleet) return;
    const newest = Math.max(0, ...fleet.instances.map(one => Math.max(setOf(one)?.accepted?.version ?? 0, setOf(one)?.refused?.version ?? 0)));
    const known = JSON.stringify(fleet.instances.map(one => Object.entries(one.policies ?? {})
      .map(([name, set]) => [name, set.accepted?.version, set.refused?.version])));
    replace(arrival, h('ul', {class: 'arrival'}, fleet.instances.map(instance => {
      const set = setOf(instance);
      const applied = appliedBy(instance);
      const refused = set?.refused?.version === newest;
      const late = !refused && (set?.accepted?.version < newest || applied < newest);
      return h('li', {class: refused ? 'fault' : late ? 'warn' : 'good'},
        h('b', {}, instance.address), ` judges by version ${applied}`,
        refused ? `, refused ${newest}: ${set.refused.faults.join('; ')}` : late ? `, ${newest} is on its way` : '');
    }), Object.keys(fleet.silent).map(address => h('li', {class: 'fault'}, h('b', {}, address), ' does not answer'))));
    if (known !== shownVersions) {
      shownVersions = known;
      loadOverview();
    }
  }

  return {update, unmount: () => { clearTimeout(validateTimer); running?.abort(); }};
}

function effectView(report) {
  const planned = report.result;
  const current = report.compared_with;
  const change = (before, after) => before === after ? '±0' : before === 0 ? NONE
    : `${after > before ? '+' : '−'}${share(Math.abs(after - before) / before)}`;
  const line = (name, of, format) => [name, format(of(current)), format(of(planned)), change(of(current), of(planned))];
  const effects = [
    line('Traces kept', result => result.sampled.traces, count),
    ['of all', share(current.sampled.share.traces), share(planned.sampled.share.traces), ''],
    line('Spans kept', result => result.sampled.spans, count),
    line('Bytes kept', result => result.sampled.bytes, bytes)];
  if (planned.dropped.traces + current.dropped.traces > 0) effects.push(line('Traces dropped', result => result.dropped.traces, count));
  if (planned.sampled_a_day && current.sampled_a_day) effects.push(line('Bytes per day at this rate', result => result.sampled_a_day.bytes, bytes));
  const both = new Map();
  for (const [side, result] of [['current', current], ['planned', planned]]) {
    for (const policy of result.by_policy) both.set(policy.policy, {...both.get(policy.policy), [side]: policy.credited});
  }
  const services = planned.by_service.slice(0, 10).map(service => {
    const before = current.by_service.find(other => other.service === service.service)?.sampled;
    return [service.service || '(no root)', count(service.total.traces), count(before?.traces ?? 0), count(service.sampled.traces)];
  });
  const examples = (name, side) => side.kept.traces === 0 ? null : h('p', {},
    `${name}: ${plural(side.kept.traces, 'trace', 'traces')} (${share(side.kept.share.traces)}), such as `,
    side.example_trace_ids.slice(0, 3).flatMap((id, i) => [i ? ', ' : '', h('a', {href: `#/traces/${id}`, class: 'id'}, id.slice(0, 8))]), '.');
  const numbers = names => names.map(name => ({name, number: true}));
  return [
    h('p', {class: 'detail'}, `${plural(planned.total.traces, 'trace', 'traces')} with ${count(planned.total.spans)} spans since ${when(report.input.from)}: ${current.policies} against this document.`),
    table([{name: ''}, ...numbers(['Now', 'This document', 'Change'])], effects, {caption: 'Effect'}),
    examples('Only this document keeps', report.difference.only_here),
    examples('It drops', report.difference.only_compared),
    report.difference.only_here.kept.traces + report.difference.only_compared.kept.traces === 0 ? h('p', {}, 'Both keep the same traces.') : null,
    table([{name: 'Policy'}, ...numbers(['Kept now', 'This document'])],
      [...both].map(([policy, sides]) => [policy, sides.current ? count(sides.current.traces) : NONE, sides.planned ? count(sides.planned.traces) : NONE]), {caption: 'Kept traces by policy', shown: true}),
    services.length ? table([{name: 'Service'}, ...numbers(['Traces', 'Kept now', 'This document'])], services, {caption: 'By service of the root span', shown: true}) : null,
  ];
}
