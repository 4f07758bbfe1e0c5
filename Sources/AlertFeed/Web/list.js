// The list of violations. Rows have one height and are placed by number, so that nothing but a row itself moves when one comes;
// only those in sight are in the document.

/** By id: {record, at, rank, version, fresh, revised}. */
const entries = new Map();
/** Ids as they are listed. */
let order = [];
/** Ids that wait because someone is reading. */
const waiting = new Set();
const rowElements = new Map();
let nextPage = null;
let loading = false;
let rank = 0;
/** The row that the keyboard is at; null: the first. */
let current = null;
let selected = null;
let lastPointer = 0;

const freshFor = 12000;

function isNewer(a, b) { return a.epoch !== b.epoch ? a.epoch > b.epoch : a.revision > b.revision; }

function goesBefore(a, b) { return a.at !== b.at ? a.at > b.at : a.rank > b.rank; }

function rowHeight() { return parseFloat(getComputedStyle(byID('rows')).getPropertyValue('--row')) || 38; }

/** Takes a record that arrived; tells whether it is `new`, `revised` or nothing. */
function takeRecord(record) {
  offer('rule', record.rule);
  offer('region', record.region);
  const known = entries.get(record.id);
  if (known) {
    if (!isNewer(record, known.record)) return null;
    Object.assign(known, {record, version: known.version + 1, revised: Date.now()});
    return 'revised';
  }
  if (!matchesFilters(record)) return null;
  entries.set(record.id, {record, at: Date.parse(record.at), rank: ++rank, version: 0, fresh: Date.now(), revised: 0});
  return 'new';
}

/** A reader's place must not move: someone points at the list, or goes through it by keyboard. */
function isReading() {
  return Date.now() - lastPointer < 2500 || byID('rows').contains(document.activeElement);
}

function place(id) {
  const entry = entries.get(id);
  let [low, high] = [0, order.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (goesBefore(entries.get(order[middle]), entry)) low = middle + 1; else high = middle;
  }
  order.splice(low, 0, id);
  return low;
}

/** Shows new entries: at once, or when nobody reads. A page that was loaded meanwhile may have brought some of them. */
function addNew(arrived) {
  const listed = new Set(order);
  const ids = arrived.filter(id => !listed.has(id) && !waiting.has(id));
  const scroller = byID('scroller');
  if (scroller.scrollTop < 4 && isReading()) {
    for (const id of ids) waiting.add(id);
    return render();
  }
  const rows = byID('rows');
  const top = Math.floor(scroller.scrollTop / rowHeight());
  const above = ids.filter(id => place(id) <= top).length;
  const isAtTop = scroller.scrollTop < 4;
  rows.classList.toggle('moving', isAtTop);
  render();
  if (!isAtTop) {
    // What is in sight stays where it is.
    scroller.scrollTop += above * rowHeight();
    for (const id of ids) waiting.add(id);
    render();
  }
}

function showWaiting() {
  const ids = [...waiting].filter(id => entries.has(id));
  waiting.clear();
  const known = new Set(order);
  byID('rows').classList.add('moving');
  for (const id of ids) {
    entries.get(id).fresh = Date.now();
    if (!known.has(id)) place(id);
  }
  render();
}

function render() {
  const [scroller, rows] = [byID('scroller'), byID('rows')];
  const height = rowHeight();
  const first = Math.max(0, Math.floor(scroller.scrollTop / height) - 6);
  const last = Math.min(order.length, Math.ceil((scroller.scrollTop + scroller.clientHeight) / height) + 6);
  rows.style.setProperty('--count', order.length);
  byID('grid').setAttribute('aria-rowcount', nextPage ? -1 : order.length + 1);
  if (!order.includes(current)) current = null;
  const wanted = new Set(order.slice(first, last));
  for (const [id, row] of rowElements) {
    if (wanted.has(id) || row === document.activeElement && order.includes(id)) continue;
    row.remove();
    rowElements.delete(id);
  }
  for (let index = first; index < last; index++) drawRow(order[index], index, rows);
  for (const [id, row] of rowElements) row.tabIndex = id === (current ?? order[0]) ? 0 : -1;
  const newer = byID('newer');
  newer.hidden = waiting.size === 0;
  newer.textContent = `${waiting.size} new`;
  const empty = byID('empty');
  empty.hidden = order.length > 0 || loading;
  empty.textContent = isFiltered() ? 'No violation matches these filters.' : 'No violations so far. New ones appear here by themselves.';
  if (nextPage && last >= order.length - 4) loadPage();
}

function drawRow(id, index, rows) {
  const entry = entries.get(id);
  let row = rowElements.get(id);
  if (!row) {
    row = makeRow(id);
    row.style.setProperty('--index', index);
    if (Date.now() - entry.fresh < 1000) row.classList.add('entering');
    rowElements.set(id, row);
    rows.append(row);
  }
  row.style.setProperty('--index', index);
  row.setAttribute('aria-rowindex', index + 2);
  row.setAttribute('aria-selected', id === selected);
  if (row.drawn !== entry.version) fillRow(row, entry);
  row.classList.toggle('fresh', Date.now() - entry.fresh < freshFor);
  row.classList.toggle('revised', Date.now() - entry.revised < freshFor);
}

function makeRow(id) {
  const cells = ['severity', 'time', 'rule', 'key', 'message', 'money', 'region', 'state'];
  const row = element('div', {class: 'row', role: 'row', 'data-id': id, tabindex: '-1'},
    element('div', {class: 'row-cells', role: 'presentation'}, cells.map(name => element('span', {class: `c-${name}`, role: 'gridcell'}))));
  row.drawn = -1;
  return row;
}

function fillRow(row, entry) {
  const {record} = entry;
  const cell = name => row.querySelector(`.c-${name}`);
  row.className = `row ${record.state}`;
  cell('severity').replaceChildren(severityMark(record.severity));
  cell('time').textContent = shortTime(record.at);
  cell('time').title = `${wholeTime(record.at)}\n${record.at}`;
  cell('rule').textContent = cell('rule').title = record.rule;
  cell('key').textContent = keyText(record.key);
  cell('key').title = Object.entries(record.key ?? {}).map(([name, value]) => `${name}: ${valueText(value)}`).join('\n');
  cell('message').textContent = cell('message').title = record.message ?? '';
  cell('money').replaceChildren(...record.exposure
    ? [grouped(record.exposure.amount), element('span', {class: 'currency'}, ` ${record.exposure.currency ?? ''}`)] : []);
  cell('region').textContent = record.region ?? 'global';
  cell('state').replaceChildren(record.state, element('span', {class: 'settled'}, record.settled ? ' · settled' : ' · unsettled'));
  row.drawn = entry.version;
}

/** Loads the list anew, or goes on with it. */
async function loadPage(fromStart = false) {
  if (loading && !fromStart) return;
  loading = true;
  const query = filterQuery();
  query.set('limit', 200);
  if (!fromStart && nextPage) query.set('cursor', nextPage);
  const view = filterQuery().toString();
  try {
    const page = await fetchJSON(`/api/v1/violations?${query}`);
    if (view !== filterQuery().toString()) return;
    for (const record of page.items) {
      offer('rule', record.rule);
      offer('region', record.region);
      const known = entries.get(record.id);
      if (!known) {
        entries.set(record.id, {record, at: Date.parse(record.at), rank: fromStart ? ++rank : -entries.size, version: 0, fresh: 0, revised: 0});
      } else if (isNewer(record, known.record)) Object.assign(known, {record, version: known.version + 1});
    }
    // The rank of a page's records falls: of two at one instant the earlier in the page comes first.
    if (fromStart) page.items.forEach((record, index) => { entries.get(record.id).rank = rank + page.items.length - index; });
    rank += page.items.length;
    if (!fromStart || !order.length) nextPage = page.next;
    const listed = new Set(order);
    for (const record of page.items) if (!listed.has(record.id) && !waiting.has(record.id)) place(record.id);
    loading = false;
    render();
  } catch (error) {
    loading = false;
    setTimeout(() => loadPage(fromStart), 3000);
  }
}

/** Begins anew, with other filters. */
function resetList() {
  entries.clear();
  waiting.clear();
  order = [];
  nextPage = null;
  byID('scroller').scrollTop = 0;
  byID('rows').classList.remove('moving');
  render();
  return loadPage(true);
}

function focusRow(index) {
  if (!order.length) return;
  const at = Math.max(0, Math.min(order.length - 1, index));
  const [scroller, height] = [byID('scroller'), rowHeight()];
  const room = scroller.clientHeight - byID('rows').offsetTop;
  current = order[at];
  if (at * height < scroller.scrollTop) scroller.scrollTop = at * height;
  if ((at + 1) * height > scroller.scrollTop + room) scroller.scrollTop = (at + 1) * height - room;
  render();
  rowElements.get(current)?.focus({preventScroll: true});
}

function makeList(open) {
  const [scroller, rows] = [byID('scroller'), byID('rows')];
  scroller.addEventListener('scroll', () => {
    rows.classList.remove('moving');
    if (scroller.scrollTop < 4 && waiting.size && !isReading()) showWaiting(); else render();
  }, {passive: true});
  scroller.addEventListener('pointermove', () => { lastPointer = Date.now(); }, {passive: true});
  scroller.addEventListener('pointerleave', () => { lastPointer = 0; });
  new ResizeObserver(() => render()).observe(scroller);
  rows.addEventListener('click', event => {
    const row = event.target.closest('.row');
    if (row) open(current = row.dataset.id);
  });
  rows.addEventListener('focus', () => focusRow(Math.max(0, order.indexOf(current))));
  rows.addEventListener('focusin', event => { current = event.target.closest('.row')?.dataset.id ?? current; });
  rows.addEventListener('keydown', event => {
    const index = order.indexOf(current);
    const page = Math.max(1, Math.floor(scroller.clientHeight / rowHeight()) - 2);
    const steps = {ArrowDown: index + 1, j: index + 1, ArrowUp: index - 1, k: index - 1, PageDown: index + page, PageUp: index - page, Home: 0, End: order.length - 1};
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    if (event.key in steps) focusRow(steps[event.key]);
    else if (event.key === 'Enter' || event.key === ' ') open(current);
    else return;
    event.preventDefault();
  });
  byID('newer').addEventListener('click', () => {
    scroller.scrollTop = 0;
    showWaiting();
  });
  setInterval(() => {
    if (waiting.size && scroller.scrollTop < 4 && !isReading()) showWaiting(); else render();
  }, 1000);
}
