import {every, get} from './api.js';
import {h, replace, table} from './dom.js';
import {byteRate, bytes, count, NONE, plural, rate, share, when} from './format.js';

const MOST = 200;

export const title = 'Keys';

export function mount(root, state) {
  const burns = h('div');
  const budgets = h('div');
  const keys = h('div');
  const problem = h('p', {class: 'fault', role: 'alert'});
  root.append(h('h1', {}, 'Budgets and keys'), problem, burns, budgets, keys);
  const poll = every(2_000, async () => {
    try {
      const [all, objectives] = await Promise.all([get('budgets'), get('burns')]);
      problem.textContent = '';
      replace(burns, objectives.map(burnTable));
      replace(budgets, budgetTable(all, state.fleet?.figures));
      replace(keys,
        all.filter(policy => policy.shortest).map(groupTable),
        all.filter(policy => policy.top).map(keyTable));
    } catch (e) {
      problem.textContent = `Budgets and keys cannot be read: ${e.message}`;
    }
  });
  return {unmount: () => poll.stop()};
}

/** Shows the keys that burn their error budget, then those that did. */
function burnTable(policy) {
  const time = millis => when(new Date(millis).toISOString());
  const rows = [...policy.burning, ...policy.ended].slice(0, MOST).map(key => [
    h('span', {class: key.until == null ? 'warn' : null}, key.text),
    time(key.since),
    key.until == null ? h('span', {class: 'warn'}, 'burns') : time(key.until),
    count(Math.round(key.rate * 10) / 10),
    plural(key.partitions, 'partition', 'partitions'),
  ]);
  return [
    h('h2', {}, `Error budget of ${policy.policy}`),
    h('p', {class: 'detail'}, `${plural(policy.keys, 'key', 'keys')}, highest burn rate now ${count(Math.round(policy.rate * 100) / 100)}`),
    table([
      {name: 'Key'},
      {name: 'Since', title: 'Log time from which on the key burns'},
      {name: 'Until'},
      {name: 'Burn rate', number: true, title: 'Highest since then. 1 spends exactly the error budget'},
      {name: 'In', number: true, title: 'Partitions in which the key burns'},
    ], rows, {caption: `Keys that burn the error budget of ${policy.policy}`, empty: 'No key burns.'}),
  ];
}

/** Returns the spans or bytes per second that a policy sampled in the last minute. */
function kept(budget, figures) {
  const minute = figures?.policies.find(p => p.policy === budget.policy)?.minute;
  if (!minute || !figures.minute_seconds || budget.policy.includes('/')) return null;
  return minute[budget.unit === 'byte' ? 'bytes' : 'spans'] / figures.minute_seconds;
}

function budgetTable(all, figures) {
  const rows = all.map(budget => {
    const perSecond = budget.unit === 'byte' ? byteRate : rate;
    const amount = budget.unit === 'byte' ? bytes : count;
    return [
      h('span', {class: budget.policy.includes('/') ? 'part' : null}, budget.policy),
      `${budget.unit}s`,
      perSecond(budget.goal),
      perSecond(kept(budget, figures)),
      budget.tokens == null ? NONE
        : h('span', {class: budget.tokens < 0 ? 'warn' : null}, amount(Math.round(budget.tokens * 10) / 10)),
      budget.tokens == null ? NONE
        : h('span', {class: budget.put_off > 0 ? 'warn' : null}, plural(budget.put_off, 'partition', 'partitions')),
      share(budget.slot_probability),
      count(budget.keys),
    ];
  });
  return table([
    {name: 'Policy'}, {name: 'Unit'},
    {name: 'Goal', number: true, title: 'Amount to keep, or the maximum'},
    {name: 'Kept', number: true, title: 'Sampled by this policy in the last minute'},
    {name: 'Tokens', number: true, title: 'Amount that can be spent now. Negative after more than the goal was kept'},
    {name: 'Put off', number: true, title: 'Partitions that wait for tokens before they decide'},
    {name: 'Probability', number: true, title: 'Of a trace that competed in the last second, in the partition where it is lowest'},
    {name: 'Keys', number: true, title: 'Keys with a rate of their own, in the partition that has most'},
  ], rows, {caption: 'Budgets', empty: 'No policy has a budget or keys.'});
}

function groupTable(policy) {
  const perSecond = policy.unit === 'byte' ? byteRate : rate;
  const amount = policy.unit === 'byte' ? bytes : count;
  const more = Math.max(0, policy.groups - policy.shortest.length);
  const rows = policy.shortest.slice(0, MOST).map(group => [
    group.text, perSecond(group.goal),
    h('span', {class: group.tokens < 0 ? 'warn' : null}, amount(Math.round(group.tokens * 10) / 10)),
    share(group.slot_probability)]);
  return [
    h('h2', {}, `Groups of ${policy.policy}`),
    table([
      {name: 'Group'},
      {name: 'Goal', number: true, title: 'Budget in the partitions with recent traffic of the group'},
      {name: 'Tokens', number: true, title: 'Amount that the group can spend now'},
      {name: 'Probability', number: true, title: 'Of a trace that competed in the last second, in the partition where it is lowest'},
    ], rows, {caption: `Groups of ${policy.policy} with the fewest tokens`, empty: 'No group has recent traffic.'}),
    more > 0 ? h('p', {class: 'detail'}, `and ${plural(more, 'other group', 'other groups')} with more tokens`) : null,
  ];
}

function keyTable(policy) {
  const more = Math.max(0, policy.keys - policy.top.length);
  const rows = policy.top.slice(0, MOST).map(key => [
    key.text, rate(key.spans), rate(key.spans * key.probability), share(key.probability)]);
  if (policy.others > 0) {
    rows.push([h('em', {}, 'keys without a rate'), rate(policy.others),
      rate(policy.others * policy.other_probability), share(policy.other_probability)]);
  }
  return [
    h('h2', {}, policy.policy),
    table([
      {name: 'Key'},
      {name: 'Spans in', number: true, title: 'As learnt from the latest intervals'},
      {name: 'Kept', number: true, title: 'Spans in, times the probability'},
      {name: 'Probability', number: true, title: 'Sampling probability, as of the last second'},
    ], rows, {caption: `Keys of ${policy.policy}`, empty: 'No traffic has been learnt yet.'}),
    more > 0 ? h('p', {class: 'detail'}, `and ${plural(more, 'other key', 'other keys')} with less traffic`) : null,
  ];
}
