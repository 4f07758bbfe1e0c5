// Puts the parts together. What arrives is taken at once and shown a few times a second at most.

let arrived = [];
let kpisChanged = false;
let drawing = false;
let countsDue = false;

function draw() {
  drawing = false;
  const ids = arrived.filter(id => entries.has(id));
  arrived = [];
  if (ids.length) {
    addNew(ids);
    announce(ids);
  } else render();
  if (kpisChanged) drawKPIs();
  kpisChanged = false;
}

function drawSoon() {
  if (!drawing) setTimeout(draw, 120);
  drawing = true;
}

function announce(ids) {
  const worst = severities.find(severity => ids.some(id => entries.get(id).record.severity === severity));
  const one = entries.get(ids[0]).record;
  byID('announcer').textContent = ids.length === 1 ? `New: ${one.severity}, ${one.rule}, ${one.message ?? ''}` : `${ids.length} new violations, the worst ${worst}`;
  if (document.hidden) document.title = `(${Number(/\d+/.exec(document.title)?.[0] ?? 0) + ids.length}) Tenet`;
}

function take(kind, record) {
  if (kind === 'kpi') kpisChanged = takeKPI(record) || kpisChanged;
  else {
    const result = takeRecord(record);
    if (result === 'new') arrived.push(record.id);
    if (record.id === selected) showDetail(selected, {focus: false}, openDetail, closeDetail);
    countsSoon();
  }
  drawSoon();
}

function countsSoon() {
  if (countsDue) return;
  countsDue = true;
  setTimeout(() => {
    countsDue = false;
    refreshCounts().catch(() => {});
  }, 2000);
}

function openDetail(id) {
  selected = id;
  saveView(id);
  render();
  showDetail(id, {focus: true}, openDetail, closeDetail);
}

function closeDetail() {
  const id = selected;
  selected = null;
  byID('detail').hidden = true;
  saveView();
  const index = order.indexOf(id);
  if (index >= 0) focusRow(index); else render();
}

function anew() {
  loadPage(true);
  loadKPIs().catch(() => {});
  refreshCounts().catch(() => {});
}

makeFilters(() => {
  showFilters();
  saveView(selected);
  resetList();
});
makeList(openDetail);
document.addEventListener('keydown', event => {
  if (event.key === 'Escape' && selected) closeDetail();
});
document.addEventListener('visibilitychange', () => { if (!document.hidden) document.title = 'Tenet'; });
const wanted = loadView();
showFilters();
render();
connect(take, anew);
anew();
if (wanted) openDetail(wanted);
