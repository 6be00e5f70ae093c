import {h, svg} from './dom.js';
import {clock, minute, NONE} from './format.js';

const WIDTH = 600;
const HEIGHT = 120;
const STEP = 10_000;
const TABLE_ROWS = 13;
const LEAST_STEPS = 31;

const known = values => values.filter(value => value != null);

/** Returns the next round number, for bytes in KiB, MiB and so on. */
function ceiling(value, isBytes) {
  if (!(value > 0)) return 1;
  const prefix = isBytes ? 1024 ** Math.floor(Math.log(value) / Math.log(1024)) : 1;
  const unit = 10 ** Math.floor(Math.log10(value / prefix)) * prefix;
  return [1, 2, 2.5, 5, 10].map(n => n * unit).find(n => n >= value);
}

/** Returns the latest steps with known values, so that the chart of a new instance is not mostly empty. */
function shownSteps(lines) {
  const first = Math.min(...lines.map(line => line.values.findIndex(value => value != null)).filter(i => i >= 0));
  const all = lines[0].values.length;
  return Number.isFinite(first) ? Math.min(all, Math.max(LEAST_STEPS, all - first)) : LEAST_STEPS;
}

/** Returns SVG path commands for each run of known values. */
function path(values, top, closed) {
  const x = i => (i / (values.length - 1) * WIDTH).toFixed(1);
  const y = value => (HEIGHT - value / top * HEIGHT).toFixed(1);
  let drawn = '';
  let begin = -1;
  values.forEach((value, i) => {
    if (value == null) return;
    if (begin < 0) begin = i;
    drawn += `${begin === i ? 'M' : 'L'}${x(i)} ${y(value)}`;
    if (values[i + 1] == null) {
      if (begin === i) drawn += 'h1';
      if (closed) drawn += `L${x(i)} ${HEIGHT}L${x(begin)} ${HEIGHT}Z`;
      begin = -1;
    }
  });
  return drawn;
}

/**
 * The last hour of one figure or a few, or as much of it as is known.
 *
 * lines: {name, values, kind}, the first of them filled; format: of a value; end: number of the last step;
 * top: the least that the axis reaches to
 */
export function chart({title, lines: hour, format, end, top = 0, isBytes = false}) {
  const steps = shownSteps(hour);
  const lines = hour.map(line => ({...line, values: line.values.slice(-steps)}));
  const most = ceiling(Math.max(top, ...lines.flatMap(line => known(line.values))), isBytes);
  const time = i => (end + 1 - (lines[0].values.length - 1 - i)) * STEP;
  const latest = line => known(line.values.slice(-6)).at(-1);
  const readout = h('span', {class: 'readout', 'aria-hidden': 'true'});
  const cursor = svg('line', {class: 'cursor', y1: 0, y2: HEIGHT, visibility: 'hidden'});
  const tell = i => lines.map(line => `${line.name} ${format(line.values[i])}`).join(' · ');
  const picture = svg('svg', {
    viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img',
    'aria-label': `${title}, the last ${Math.round(steps * STEP / 60_000)} minutes: ${lines.map(line => {
      const values = known(line.values);
      return values.length === 0 ? `${line.name} not known yet`
        : `${line.name} now ${format(latest(line))}, between ${format(Math.min(...values))} and ${format(Math.max(...values))}`;
    }).join('; ')}`,
  },
    svg('line', {class: 'grid', x1: 0, x2: WIDTH, y1: HEIGHT / 2, y2: HEIGHT / 2}),
    lines.map((line, n) => [
      n === 0 ? svg('path', {class: `area ${line.kind ?? ''}`, d: path(line.values, most, true)}) : null,
      svg('path', {class: `line ${line.kind ?? ''}`, d: path(line.values, most, false)}),
    ]),
    cursor);
  picture.addEventListener('pointermove', event => {
    const box = picture.getBoundingClientRect();
    const i = Math.round((event.clientX - box.left) / box.width * (lines[0].values.length - 1));
    const x = i / (lines[0].values.length - 1) * WIDTH;
    cursor.setAttribute('x1', x);
    cursor.setAttribute('x2', x);
    cursor.setAttribute('visibility', 'visible');
    readout.textContent = `${minute(time(i))} · ${tell(i)}`;
  });
  picture.addEventListener('pointerleave', () => {
    cursor.setAttribute('visibility', 'hidden');
    readout.textContent = '';
  });
  const rows = [];
  const every = Math.max(1, Math.round(steps / TABLE_ROWS));
  for (let i = steps - 1; i >= 0 && rows.length < TABLE_ROWS; i -= every) rows.push(i);
  return h('figure', {class: 'chart'},
    h('figcaption', {}, h('span', {class: 'title'}, title),
      h('span', {class: 'keys'}, lines.map(line =>
        h('span', {class: `key ${line.kind ?? ''}`}, line.name))), readout),
    h('div', {class: 'plot'},
      h('span', {class: 'axis most', 'aria-hidden': 'true'}, format(most)),
      picture),
    h('div', {class: 'times', 'aria-hidden': 'true'},
      h('span', {}, minute(time(0))), h('span', {}, minute(time((lines[0].values.length - 1) / 2))), h('span', {}, 'now')),
    h('details', {'data-key': `table ${title}`},
      h('summary', {'data-key': `summary ${title}`}, 'As a table'),
      h('table', {},
        h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, 'Time'),
          lines.map(line => h('th', {scope: 'col', class: 'number'}, line.name)))),
        h('tbody', {}, rows.map(i => h('tr', {}, h('th', {scope: 'row'}, clock(time(i))),
          lines.map(line => h('td', {class: 'number'}, line.values[i] == null ? NONE : format(line.values[i])))))))));
}

/** Draws a line without axes. */
export function spark(values, label) {
  const top = Math.max(1, ...known(values));
  return svg('svg', {class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, preserveAspectRatio: 'none', role: 'img', 'aria-label': label},
    svg('path', {class: 'area', d: path(values, top, true)}),
    svg('path', {class: 'line', d: path(values, top, false)}));
}
