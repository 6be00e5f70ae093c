const PLAIN = [0, 1, 2].map(digits =>
  new Intl.NumberFormat('en', {minimumFractionDigits: 0, maximumFractionDigits: digits}));

export const NONE = '–';
const isNone = value => value == null || Number.isNaN(value);

function short(value) {
  const size = Math.abs(value);
  return PLAIN[size >= 100 || value === 0 ? 0 : size >= 10 ? 1 : 2].format(value);
}

/** Formats a count: 1,234 up to 99,999, then 123 k, 1.2 M. */
export function count(value) {
  if (isNone(value)) return NONE;
  if (Math.abs(value) < 1e5) return Number.isInteger(value) ? PLAIN[0].format(value) : short(value);
  const [unit, name] = Math.abs(value) < 1e6 ? [1e3, 'k'] : Math.abs(value) < 1e9 ? [1e6, 'M'] : [1e9, 'G'];
  return `${short(value / unit)} ${name}`;
}

export const rate = value => isNone(value) ? NONE : `${count(Math.round(value * 100) / 100)}/s`;

export function bytes(value) {
  if (isNone(value)) return NONE;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit ? short(value) : PLAIN[0].format(value)} ${units[unit]}`;
}

export const byteRate = value => isNone(value) ? NONE : `${bytes(value)}/s`;

export function share(value) {
  if (isNone(value)) return NONE;
  const percent = value * 100;
  return `${percent > 0 && percent < 0.01 ? '< 0.01' : PLAIN[percent >= 10 ? 1 : 2].format(percent)} %`;
}

/** Formats a duration in seconds. */
export function seconds(value) {
  if (isNone(value)) return NONE;
  if (value === 0) return '0 s';
  if (value < 1e-3) return `${short(value * 1e6)} µs`;
  if (value < 1) return `${short(value * 1e3)} ms`;
  if (value < 120) return `${short(value)} s`;
  if (value < 7200) return `${Math.round(value / 60)} min`;
  return value < 172800 ? `${short(value / 3600)} h` : `${Math.round(value / 86400)} days`;
}

const CLOCK = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit', second: '2-digit'});
const MINUTE = new Intl.DateTimeFormat('en-GB', {hour: '2-digit', minute: '2-digit'});
const DAY = new Intl.DateTimeFormat('en-CA', {year: 'numeric', month: '2-digit', day: '2-digit'});

export const clock = millis => CLOCK.format(millis);
export const minute = millis => MINUTE.format(millis);

/** Formats a time, with the day unless it is today. */
export function when(iso) {
  if (!iso) return NONE;
  const date = new Date(iso);
  const today = DAY.format(new Date()) === DAY.format(date);
  return today ? CLOCK.format(date) : `${DAY.format(date)} ${MINUTE.format(date)}`;
}

export const ago = iso => iso ? seconds(Math.max(0, (Date.now() - new Date(iso)) / 1000)) : NONE;
export const plural = (n, one, many) => `${count(n)} ${n === 1 ? one : many}`;
