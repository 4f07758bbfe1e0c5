// The strip of KPIs: the latest value of each, and how it came there.

/** By name, region and key: windows by their start. */
const series = new Map();
const mostWindows = 24;
const mostSeries = 40;

/** Takes a record; tells whether it changed anything. */
function takeKPI(record) {
  const name = JSON.stringify([record.kpi, record.region ?? null, record.key]);
  if (!series.has(name)) series.set(name, new Map());
  const windows = series.get(name);
  const known = windows.get(record.window.start);
  if (known && !isNewer(record, known)) return false;
  windows.set(record.window.start, record);
  if (windows.size > mostWindows) windows.delete([...windows.keys()].sort((a, b) => Date.parse(a) - Date.parse(b))[0]);
  return true;
}

function drawKPIs() {
  const names = [...series.keys()].sort().slice(0, mostSeries);
  const list = byID('kpis');
  const tiles = new Map([...list.children].map(tile => [tile.dataset.name, tile]));
  names.forEach((name, index) => {
    const windows = [...series.get(name).values()].sort((a, b) => Date.parse(a.window.start) - Date.parse(b.window.start));
    const tile = tiles.get(name) ?? element('li', {class: 'kpi', 'data-name': name});
    const latest = windows.findLast(record => record.value !== undefined) ?? windows.at(-1);
    tile.replaceChildren(...kpiTile(latest, windows));
    if (list.children[index] !== tile) list.insertBefore(tile, list.children[index] ?? null);
  });
}

function kpiTile(latest, windows) {
  const {currency, region, ...others} = latest.key ?? {};
  const where = [...Object.values(others).map(valueText), region ?? latest.region ?? 'global'].join(' · ');
  const state = latest.partial ? 'partial' : latest.final ? 'final' : 'so far';
  const title = `${latest.kpi}, ${where}\n${latest.value ?? 'no value'} ${currency ?? ''}, ${state}, from ${plural(latest.events, 'event')}\n`
    + `${wholeTime(latest.window.start)} to ${wholeTime(latest.window.end)}`;
  return [
    element('span', {class: 'name', title}, latest.kpi),
    element('span', {class: 'value', title}, latest.value === undefined ? '–' : shortNumber(latest.value), currency ? element('small', {}, ` ${currency}`) : ''),
    sparkline(windows, latest),
    element('span', {class: 'foot', title}, ...targetText(latest.target), where),
  ];
}

/** A tile has little room: of a large number the digits after the point are left out. */
function shortNumber(value) {
  const text = String(value);
  return grouped(/^-?\d{4,}\.\d+$/.test(text) ? text.split('.')[0] : text);
}

function targetText(target) {
  if (!target) return [];
  const sign = {'>=': '≥', '<=': '≤', '==': '=', '!=': '≠'}[target.op] ?? target.op;
  const bound = `${sign} ${shortNumber(target.value)}`;
  return target.met === false ? [element('span', {class: 'missed'}, `missed ${bound}`), ' · '] : [`${target.met ? 'meets' : 'target'} ${bound} · `];
}

function svg(tag, attributes) {
  const made = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  return made;
}

function sparkline(windows, latest) {
  const points = windows.filter(record => isFinite(parseFloat(record.value)));
  const values = points.map(record => parseFloat(record.value));
  const image = svg('svg', {class: 'spark', viewBox: '0 0 72 24', preserveAspectRatio: 'none', role: 'img'});
  image.setAttribute('aria-label', `${plural(values.length, 'window')}${values.length > 1 ? `, from ${values[0]} to ${values.at(-1)}` : ''}`);
  if (!values.length) return image;
  const target = latest.target ? parseFloat(latest.target.value) : NaN;
  const all = isFinite(target) ? [...values, target] : values;
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const y = value => high === low ? 12 : 21 - (value - low) / (high - low) * 18;
  const x = index => values.length === 1 ? 69 : 3 + index * 66 / (values.length - 1);
  const line = (from, to) => values.slice(from, to).map((value, index) => `${index ? 'L' : 'M'}${x(from + index).toFixed(1)} ${y(value).toFixed(1)}`).join('');
  if (isFinite(target)) image.append(svg('path', {class: 'target', d: `M0 ${y(target).toFixed(1)}H72`}));
  const open = points.at(-1).final === false;
  image.append(svg('path', {d: line(0, open ? -1 : undefined)}));
  if (open && values.length > 1) image.append(svg('path', {class: 'provisional', d: line(values.length - 2)}));
  image.append(svg('circle', {cx: x(values.length - 1), cy: y(values.at(-1)), r: 2, class: open ? 'provisional' : ''}));
  return image;
}

async function loadKPIs() {
  const {items} = await fetchJSON('/api/v1/kpis?limit=500');
  for (const record of items) takeKPI(record);
  byID('kpis').dataset.loaded = '';
  drawKPIs();
}
