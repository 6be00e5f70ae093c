import {h, replace, table} from './dom.js';
import {chart, spark} from './chart.js';
import {byteRate, bytes, count, NONE, plural, rate, seconds, share} from './format.js';

const STEP_SECONDS = 10;
const at = (values, i) => values?.[i];
const per = values => values.map(value => value == null ? null : value / STEP_SECONDS);
const known = values => values.filter(value => value != null);
const sum = (values, steps) => known(values.slice(-steps)).reduce((a, b) => a + b, 0);
const latest = values => known(values.slice(-3)).at(-1);

/** Combines two series, which can have gaps, value by value. */
const combine = (lists, how) => lists[0].map((_, i) => {
  const values = lists.map(list => at(list, i));
  return values.some(value => value == null) ? null : how(...values);
});

const keptShare = (s, steps) => {
  const kept = sum(s.traces_sampled, steps);
  const all = kept + sum(s.traces_not_sampled, steps) + sum(s.traces_dropped, steps);
  return all === 0 ? null : kept / all;
};

const CHARTS = {
  spans: {title: 'Spans', format: rate, lines: [{name: 'in'}, {name: 'kept', kind: 'kept'}]},
  decided: {title: 'Traces kept', format: share, lines: [{name: 'share', kind: 'kept'}]},
  bytes: {title: 'Bytes', format: byteRate, isBytes: true, lines: [{name: 'in'}, {name: 'out', kind: 'kept'}]},
  open: {title: 'Open traces', format: count, lines: [{name: 'open'}]},
  delay: {title: 'Decision delay', format: seconds, top: 0.1, lines: [{name: '99 % faster than'}]},
  behind: {title: 'Behind the clock', format: seconds, top: 1, lines: [{name: 'slowest partition'}]},
};

function tile(name, value, detail) {
  return h('div', {class: 'tile'}, h('dt', {}, name), h('dd', {}, value), h('dd', {class: 'detail'}, detail));
}

export const title = 'Overview';

export function mount(root, state) {
  const tiles = h('dl', {class: 'tiles'});
  const charts = h('div', {class: 'charts'});
  let drawn = null;
  const policies = h('div');
  const last = h('select', {id: 'span', onchange: () => update(state.fleet)},
    h('option', {value: 'hour'}, 'last hour'), h('option', {value: 'minute'}, 'last minute'));
  root.append(
    h('h1', {}, 'Overview'), tiles, charts,
    h('div', {class: 'heading'}, h('h2', {}, 'Policies'), h('label', {for: 'span'}, 'in the '), last),
    policies);

  function update(fleet) {
    if (!fleet) return;
    const figures = fleet.figures;
    const begun = figures && known(figures.series.spans).length > 0;
    if (!begun) {
      replace(tiles, h('div', {class: 'tile wide'}, h('dt', {}, 'Just started'), h('dd', {class: 'detail'}, 'The first figures come after ten seconds.')));
      replace(policies);
      return;
    }
    const s = figures.series;
    const minute = figures.minute_seconds || 1;
    const received = sum(s.spans, 6) / minute;
    const kept = sum(s.spans_sampled, 6) / minute;
    replace(tiles,
      tile('Spans in', rate(received), `${rate(kept)} kept · ${count(sum(s.spans, 360))} in the hour`),
      tile('Traces kept', share(keptShare(s, 6)), `${share(keptShare(s, 360))} of the hour's${represented(s, 360)}`),
      tile('Bytes in', byteRate(sum(s.bytes, 6) / minute), `${byteRate(sum(s.bytes_exported, 6) / minute)} out`),
      tile('Open traces', count(latest(s.open_traces)), `${count(latest(s.open_spans))} spans · ${bytes(latest(s.open_bytes))}`),
      tile('Decision delay', seconds(latest(s.delay_seconds)), '99 % are faster, slowest instance'),
      tile('Behind', seconds(latest(s.lag_seconds)), `slowest partition · ${plural(sum(s.dead_letters, 360), 'dead letter', 'dead letters')} in the hour`));
    const end = figures.end;
    const decided = combine([s.traces_sampled, s.traces_not_sampled, s.traces_dropped],
      (yes, no, dropped) => yes + no + dropped === 0 ? null : yes / (yes + no + dropped));
    const values = {
      spans: [per(s.spans), per(s.spans_sampled)],
      decided: [decided],
      bytes: [per(s.bytes), per(s.bytes_exported)],
      open: [s.open_traces],
      delay: [s.delay_seconds],
      behind: [s.lag_seconds],
    };
    if (!drawn) {
      drawn = Object.fromEntries(Object.entries(CHARTS).map(([name, options]) => [name, chart(options)]));
      charts.append(...Object.values(drawn).map(one => one.element));
    }
    for (const [name, lists] of Object.entries(values)) drawn[name].show(lists, end);
    replace(policies, policyTable(figures, last.value));
  }
  return {update, unmount: () => Object.values(drawn ?? {}).forEach(one => one.remove())};
}

/** Returns the ratio of the estimate from kept traces to the number of all traces, with its standard error. */
function represented(s, steps) {
  const decided = sum(s.truth_decided ?? [], steps);
  if (!(decided > 0)) return '';
  const error = Math.sqrt(sum(s.truth_variance, steps)) / decided;
  return ` · represent ${share(sum(s.truth_adjusted, steps) / decided)} ± ${share(error)}`;
}

function policyTable(figures, span) {
  const steps = span === 'hour' ? 360 : 6;
  const keptTraces = sum(figures.series.traces_sampled, steps);
  const ordered = [...figures.policies].sort((a, b) => b[span].traces - a[span].traces || a.policy.localeCompare(b.policy));
  const rows = ordered.map(({policy, [span]: totals, keeps}) => {
    const votes = totals.votes;
    const evaluated = (votes.sampled ?? 0) + (votes.not_sampled ?? 0) + (votes.dropped ?? 0) + (votes.error ?? 0);
    const isPart = policy.includes('/') && figures.policies.some(p => policy.startsWith(`${p.policy}/`));
    const isWhole = totals.spans > 0 || totals.traces === 0;
    const row = [
      h('span', {class: isPart ? 'part' : null}, policy),
      count(totals.traces),
      keptTraces === 0 ? NONE : share(totals.traces / keptTraces),
      isPart && !isWhole ? NONE : count(totals.spans),
      isPart && !isWhole ? NONE : bytes(totals.bytes),
      totals.decided > 0 ? share(totals.adjusted / totals.decided) : NONE,
      count(votes.sampled ?? 0),
      count(votes.not_sampled ?? 0),
      count(votes.dropped ?? 0),
      h('span', {class: votes.error > 0 ? 'fault' : null}, count(votes.error ?? 0)),
      evaluated === 0 || isPart ? NONE : seconds(totals.seconds / evaluated),
      spark(keeps, `Traces kept because of ${policy}, by minute: ${count(keeps.at(-1) ?? 0)} in the last one`),
    ];
    return row;
  });
  return table([
    {name: 'Policy'},
    {name: 'Kept traces', number: true, title: 'Traces that this policy sampled first'},
    {name: 'of kept', number: true, title: 'Share of all kept traces'},
    {name: 'Spans', number: true, title: 'Spans of these traces at their verdicts'},
    {name: 'Bytes', number: true, title: 'Bytes of these traces at their verdicts'},
    {name: 'Represented', number: true, title: 'Sum of the adjusted counts of its sampled traces, relative to all traces that it can sample. 100 % except for chance'},
    {name: 'Votes: keep', number: true},
    {name: 'not', number: true},
    {name: 'drop', number: true},
    {name: 'Errors', number: true, title: 'Votes that failed'},
    {name: 'Cost a trace', number: true, title: 'Time for a vote and its conditions, estimated from one evaluation in 64'},
    {name: 'By minute'},
  ], rows, {caption: 'Results by policy', empty: 'No trace has been decided yet.'});
}
