import {get, every} from './api.js';
import {h, replace, table} from './dom.js';
import {ago, bytes, byteRate, count, NONE, plural, rate, seconds, share} from './format.js';

export const title = 'Instances';

const judged = sets => Object.values(sets ?? {})[0];

/** A link to the same page of another instance. */
const consoleAt = address => h('a', {href: `http://${address}/#/instances`}, address);

/** An amount with a bar of its share. */
function filled(used, most, warnAbove) {
  if (used == null || !(most > 0)) return NONE;
  const bar = h('span', {class: used / most > warnAbove ? 'fill warn' : 'fill', 'aria-hidden': 'true'}, h('span'));
  bar.firstChild.style.width = `${Math.min(100, used / most * 100)}%`;
  return h('span', {class: used / most > warnAbove ? 'warn' : null, title: `${bytes(used)} of ${bytes(most)}`}, share(used / most), bar, h('span', {class: 'detail'}, `of ${bytes(most)}`));
}

/** The restores of an instance together. */
function restores(instance) {
  const all = instance.restoring ?? [];
  if (all.length === 0) return null;
  const done = all.reduce((sum, one) => sum + one.done, 0);
  const total = all.reduce((sum, one) => sum + one.total, 0);
  return h('div', {class: 'warn'}, `restores ${plural(all.length, 'partition', 'partitions')}: ${total > 0 ? share(done / total) : share(1)} `,
    h('progress', {max: Math.max(1, total), value: String(done), 'aria-label': 'Restore', title: all.map(one => `${one.topic} ${one.partition}: ${count(one.done)} of ${count(one.total)}`).join('\n')}));
}

function versions(instance) {
  return Object.entries(instance.policies ?? {}).map(([name, set]) => {
    const applied = set.applied?.version;
    const accepted = set.accepted?.version;
    return h('div', {},
      name.endsWith('.shadow') ? 'shadow ' : '',
      applied != null ? `version ${applied}` : accepted != null ? `version ${accepted}` : NONE,
      applied != null && accepted > applied ? h('span', {class: 'warn'}, ` · ${accepted} scheduled`) : null,
      set.refused ? h('div', {class: 'fault'}, `refused ${set.refused.version}: ${set.refused.faults.join('; ')}`) : null);
  });
}

export function mount(root, state) {
  const instances = h('div');
  const others = h('div');
  const partitions = h('div');
  root.append(h('h1', {}, 'Instances'), instances, others, h('h2', {}, 'Partitions'), partitions);
  let lines = [];

  /** Shows instances on the status topic that are not in the report of the fleet. */
  function showOthers() {
    if (!state.fleet) return;
    const known = new Set(state.fleet.instances.map(instance => instance.name));
    const more = lines.filter(line => !known.has(line.instance));
    replace(others, more.length === 0 ? null : table(
      [{name: 'Also on the status topic'}, {name: 'Host'}, {name: 'State'}, {name: 'Applies', number: true}],
      more.map(line => [line.instance, line.admin ? consoleAt(line.admin) : line.host ?? NONE,
        {alive: 'alive, its console does not answer', silent: 'alive, has said nothing', gone: 'gone'}[line.state],
        line.applied ? String(line.applied.version) : NONE]),
      {caption: 'Others'}));
  }

  const poll = every(10_000, async () => {
    try {
      lines = await get('status');
      showOthers();
    } catch (e) {
      replace(others, h('p', {class: 'fault'}, `The status topic cannot be read: ${e.message}`));
    }
  });

  function update(fleet) {
    if (!fleet) return;
    if (lines.length > 0) showOthers();
    const rows = fleet.instances.map(instance => [
      h('span', {}, instance.address === fleet.self
        ? [instance.address, h('span', {class: 'chip'}, 'this one')] : consoleAt(instance.address),
        h('div', {class: 'detail'}, `${instance.name} on ${instance.host}`)),
      h('span', {class: instance.state === 'RUNNING' ? 'good' : 'warn'}, instance.state.toLowerCase(), restores(instance)),
      h('span', {title: instance.started}, ago(instance.started)),
      versions(instance),
      count(instance.partitions.filter(partition => partition.traces != null).length),
      count(instance.partitions.every(partition => partition.lag == null) ? null : instance.partitions.reduce((sum, partition) => sum + (partition.lag ?? 0), 0)),
      rate(instance.now.spans), byteRate(instance.now.bytes),
      h('span', {}, count(instance.now.open_traces), h('div', {class: 'detail'}, bytes(instance.now.open_bytes))),
      seconds(instance.now.delay_seconds), seconds(instance.now.lag_seconds),
      filled(instance.now.heap_bytes, instance.now.heap_max_bytes, 0.95),
      filled(instance.now.disk_total_bytes - instance.now.disk_free_bytes, instance.now.disk_total_bytes, 0.9)]);
    for (const [address, why] of Object.entries(fleet.silent)) {
      const row = [consoleAt(address), h('span', {class: 'fault'}, `no answer: ${why}`), ...Array(11).fill(NONE)];
      row.className = 'silent';
      rows.push(row);
    }
    replace(instances, table([
      {name: 'Instance'}, {name: 'State'}, {name: 'Up', number: true}, {name: 'Policies'},
      {name: 'Partitions', number: true}, {name: 'Lag', number: true, title: 'Unread records of all its partitions'}, {name: 'Spans in', number: true}, {name: 'Bytes in', number: true},
      {name: 'Open traces', number: true},
      {name: 'Delay', number: true, title: '99 % of decisions are faster'},
      {name: 'Behind', number: true, title: 'Delay of the slowest partition behind the clock'},
      {name: 'Heap', number: true, title: 'Used share of the maximum heap of the JVM'},
      {name: 'Disk', number: true, title: 'Used share of the file system of the state directory'}], rows, {caption: 'The fleet'}));
    const all = fleet.instances.flatMap(instance => instance.partitions.map(partition => ({...partition, by: instance.address})));
    all.sort((a, b) => (a.traces == null) - (b.traces == null) || a.topic.localeCompare(b.topic) || a.partition - b.partition);
    replace(partitions, table([
      {name: 'Partition'}, {name: 'Instance'}, {name: 'Lag', number: true, title: 'Unread records'},
      {name: 'Behind', number: true, title: 'Delay behind the clock'},
      {name: 'Open traces', number: true}, {name: 'Spans', number: true}, {name: 'Bytes', number: true},
      {name: 'Overdue', number: true, title: 'Time for which the oldest due trace is overdue'}, {name: 'Version', number: true}],
      all.map(p => [`${p.topic} ${p.partition}`, p.by, count(p.lag), seconds(p.behind_seconds), count(p.traces),
        count(p.spans), bytes(p.bytes), seconds(p.overdue_seconds), p.version == null ? NONE : String(p.version)]),
      {caption: 'Partitions', empty: 'No partition is assigned yet.'}));
  }
  return {update, unmount: () => poll.stop()};
}
