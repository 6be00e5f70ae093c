import uPlot from './uplot.js';
import {h, replace, svg} from './dom.js';
import {clock, minute, NONE} from './format.js';

const WIDTH = 300;
const HEIGHT = 130;
const SPARK = {width: 110, height: 20};
const STEP = 10_000;
const TABLE_ROWS = 13;
const LEAST_STEPS = 31;
const HEADROOM = 1.03; // of the axis above its highest mark, so that a line there is drawn in its whole width

const known = values => values.filter(value => value != null);
const color = name => () => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const drawn = new Set();

matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => drawn.forEach(plot => plot.redraw(false)));

/** Returns the next round number, for bytes in KiB, MiB and so on. */
function ceiling(value, isBytes) {
  if (!(value > 0)) return 1;
  const prefix = isBytes ? 1024 ** Math.floor(Math.log(value) / Math.log(1024)) : 1;
  const unit = 10 ** Math.floor(Math.log10(value / prefix)) * prefix;
  return [1, 2, 2.5, 5, 10, 20].map(n => n * unit).find(n => n >= value);
}

/** Returns the number of latest steps with known values, so that the chart of a new instance is not mostly empty. */
function shownSteps(lines) {
  const first = Math.min(...lines.map(line => line.values.findIndex(value => value != null)).filter(i => i >= 0));
  const all = lines[0].values.length;
  return Number.isFinite(first) ? Math.min(all, Math.max(LEAST_STEPS, all - first)) : LEAST_STEPS;
}

/**
 * Creates a chart of the last hour of one figure or a few, or as much of it as is known.
 *
 * lines: {name, kind}, the first of them filled; format: of a value; top: value that the axis reaches at least.
 * Returns its element, a function to show values, one list for each line, and one to remove it.
 */
export function chart({title, lines, format, top = 0, isBytes = false}) {
  const readout = h('span', {class: 'readout', 'aria-hidden': 'true'});
  const place = h('div', {class: 'plot', role: 'img'});
  const rows = h('tbody');
  const element = h('figure', {class: 'chart'},
    h('figcaption', {}, h('span', {class: 'title'}, title),
      h('span', {class: 'keys'}, lines.map(line => h('span', {class: `key ${line.kind ?? ''}`}, line.name))), readout),
    place,
    h('details', {},
      h('summary', {}, 'As a table'),
      h('table', {},
        h('thead', {}, h('tr', {}, h('th', {scope: 'col'}, 'Time'),
          lines.map(line => h('th', {scope: 'col', class: 'number'}, line.name)))),
        rows)));
  const options = {
    width: WIDTH, height: HEIGHT, ms: 1, padding: [8, 6, 0, 0],
    legend: {show: false},
    cursor: {y: false, drag: {x: false, y: false}},
    scales: {x: {time: true}, y: {range: (_, least, most) => [0, ceiling(Math.max(top, most ?? 0), isBytes) * HEADROOM]}},
    axes: [
      {stroke: color('--soft'), grid: {show: false}, ticks: {show: false}, size: 22, gap: 2, space: 70,
        font: '11px system-ui, sans-serif', values: (_, times) => times.map(time => minute(time))},
      {stroke: color('--soft'), grid: {stroke: color('--line'), width: 1}, ticks: {show: false}, gap: 4, size: 62,
        font: '11px system-ui, sans-serif', splits: (_, axis, least, most) => [0, most / HEADROOM / 2, most / HEADROOM],
        values: (_, values) => values.map(value => format(value))},
    ],
    series: [{}, ...lines.map((line, i) => ({
      stroke: color(line.kind ? '--accent' : '--base'), width: line.kind ? 2 : 1.5,
      fill: i === 0 ? color('--area') : undefined, points: {show: false},
    }))],
    hooks: {setCursor: [tell]},
  };
  const plot = new uPlot(options, [[], ...lines.map(() => [])], place);
  drawn.add(plot);
  const sized = new ResizeObserver(() => {
    if (place.clientWidth > 0 && place.clientWidth !== plot.width) plot.setSize({width: place.clientWidth, height: HEIGHT});
  });
  sized.observe(place);

  function tell(shown) {
    const i = shown.cursor.idx;
    readout.textContent = i == null ? '' : `${minute(shown.data[0][i])} · ${
      lines.map((line, n) => `${line.name} ${format(shown.data[n + 1][i])}`).join(' · ')}`;
  }

  /** Shows the values up to the step with this number. */
  function show(hours, end) {
    const steps = shownSteps(hours.map(values => ({values})));
    const values = hours.map(hour => hour.slice(-steps));
    const times = values[0].map((_, i) => (end + 1 - (steps - 1 - i)) * STEP);
    plot.setData([times, ...values]);
    place.setAttribute('aria-label', `${title}, the last ${Math.round(steps * STEP / 60_000)} minutes: ${lines.map((line, n) => {
      const all = known(values[n]);
      return all.length === 0 ? `${line.name} not known yet`
        : `${line.name} now ${format(known(values[n].slice(-6)).at(-1))}, between ${format(Math.min(...all))} and ${format(Math.max(...all))}`;
    }).join('; ')}`);
    const every = Math.max(1, Math.round(steps / TABLE_ROWS));
    const picked = [];
    for (let i = steps - 1; i >= 0 && picked.length < TABLE_ROWS; i -= every) picked.push(i);
    replace(rows, picked.map(i => h('tr', {}, h('th', {scope: 'row'}, clock(times[i])),
      values.map(line => h('td', {class: 'number'}, line[i] == null ? NONE : format(line[i]))))));
  }

  return {element, show, remove() {
    sized.disconnect();
    drawn.delete(plot);
    plot.destroy();
  }};
}

/** Draws a line without axes. A vector, as tables have many and they are replaced with each update. */
export function spark(values, label) {
  const top = Math.max(1, ...known(values));
  const x = i => (1 + i / Math.max(1, values.length - 1) * (SPARK.width - 2)).toFixed(1);
  const y = value => (SPARK.height - 1 - value / top * (SPARK.height - 2)).toFixed(1);
  let line = '';
  values.forEach((value, i) => {
    if (value != null) line += `${values[i - 1] == null ? 'M' : 'L'}${x(i)} ${y(value)}${
      values[i - 1] == null && values[i + 1] == null ? 'h1' : ''}`;
  });
  return svg('svg', {class: 'spark', viewBox: `0 0 ${SPARK.width} ${SPARK.height}`, role: 'img', 'aria-label': label},
    svg('path', {class: 'line', d: line}));
}
