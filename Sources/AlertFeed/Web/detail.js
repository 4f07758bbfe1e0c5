// The panel of one violation: what it says, what led to it, and how it came to be said.

let detailRevisions = [];

function fact(name, ...content) {
  return content.some(part => part !== undefined && part !== null && part !== '') ? [element('dt', {}, name), element('dd', {}, ...content)] : [];
}

function drawDetail(open, close) {
  const panel = byID('detail');
  const record = detailRevisions[0];
  const title = element('h2', {id: 'detail-title', tabindex: '-1'}, record.message ?? record.rule);
  panel.replaceChildren(
    element('div', {class: 'bar'}, severityMark(record.severity),
      element('span', {}, record.state, record.reason ? `, ${record.reason}` : ''),
      element('button', {type: 'button', class: 'close', 'aria-label': 'Close', onclick: close}, '×')),
    title,
    element('dl', {class: 'facts'}, facts(record, open)),
    element('h3', {}, 'Evidence'), evidence(record),
    element('h3', {}, 'History'), element('ol', {class: 'history'}, revisions()),
    element('p', {class: 'trace'}, `${record.id} · epoch ${record.epoch} · revision ${record.revision} · engine ${record.engine} · `,
      element('a', {href: `/api/v1/violations/${encodeURIComponent(record.id)}`}, 'JSON')),
  );
  panel.hidden = false;
  return title;
}

function facts(record, open) {
  const related = ids => ids?.length ? ids.map(id => element('button', {type: 'button', class: 'link', onclick: () => open(id)}, `${id.slice(0, 12)}… `)) : [];
  return [
    ...fact('Rule', record.rule, element('div', {class: 'sub'}, record.pattern)),
    ...fact('When', wholeTime(record.at), element('div', {class: 'sub'}, record.at)),
    ...Object.entries(record.key ?? {}).flatMap(([name, value]) => fact(name, valueText(value))),
    ...(record.exposure ? fact('At risk', `${grouped(record.exposure.amount)} ${record.exposure.currency ?? ''}`) : []),
    ...(record.expected === undefined ? [] : fact('Expected', grouped(valueText(record.expected)))),
    ...(record.actual === undefined ? [] : fact('Actual', grouped(valueText(record.actual)))),
    ...Object.entries(record.details ?? {}).flatMap(([name, value]) => fact(name, valueText(value))),
    ...fact('Region', record.region ?? 'global', record.scope === 'region' ? '' : element('span', {class: 'sub'}, ` · scope ${record.scope}`)),
    ...fact('Settled', record.settled ? 'yes' : 'not yet', element('div', {class: 'sub'}, knownTo(record))),
    ...fact('Owner', record.owner),
    ...(record.runbook ? fact('Runbook', runbook(record.runbook)) : []),
    ...fact('Tags', ...(record.tags ?? []).map(tag => element('span', {class: 'tag'}, tag))),
    ...(record.suppressed ? fact('Held back', plural(record.suppressed, 'later one')) : []),
    ...fact('Replaces', ...related(record.replaces)),
    ...fact('Replaced by', ...related(record.replaced_by)),
  ];
}

/** How complete the inputs were when it was said. */
function knownTo(record) { return record.clock ? `inputs known to ${shortTime(record.clock)}` : 'inputs not yet known to any time'; }

/** Only what a browser opens as a page becomes a link. */
function runbook(text) {
  return /^https?:\/\//i.test(text) ? element('a', {href: text, rel: 'noreferrer noopener', target: '_blank'}, text) : text;
}

function evidence(record) {
  const items = (record.evidence ?? []).map(event => element('li', {},
    element('b', {}, event.role), ` ${event.rule ?? [event.stream, event.kind].filter(Boolean).join('.')}`, event.id ? ` ${event.id}` : '',
    element('div', {class: 'where'}, wholeTime(event.at), event.topic ? ` · ${event.topic} [${event.partition}] at ${event.offset}` : '')));
  if (record.evidence_omitted) items.push(element('li', {}, `and ${record.evidence_omitted} more`));
  return items.length ? element('ol', {class: 'evidence'}, items) : element('p', {class: 'where'}, 'none: it rests on a window’s values');
}

const followed = ['state', 'reason', 'severity', 'settled', 'message', 'exposure', 'expected', 'actual', 'details', 'suppressed', 'replaced_by'];

function revisions() {
  return detailRevisions.map((record, index) => {
    const before = detailRevisions[index + 1];
    const changes = before ? changedFields(before, record) : [element('span', {class: 'change'}, record.revision <= 1 ? 'first said' : 'first known here')];
    return element('li', {}, changes.length ? changes : element('span', {class: 'change'}, 'nothing that shows'),
      element('div', {class: 'where'}, `revision ${record.revision}${record.epoch ? ` of epoch ${record.epoch}` : ''} · ${knownTo(record)}`));
  });
}

function changedFields(before, after) {
  const changes = [];
  for (const name of followed) {
    const [old, now] = [fieldText(before[name]), fieldText(after[name])];
    if (old !== now) changes.push(element('span', {class: 'change'}, `${name} `, old ? element('del', {}, old) : '', old ? ' → ' : '', element('ins', {}, now || 'none')));
  }
  const added = (after.evidence?.length ?? 0) - (before.evidence?.length ?? 0);
  if (added > 0) changes.push(element('span', {class: 'change'}, `${plural(added, 'event')} of evidence added`));
  return changes;
}

function fieldText(value) {
  if (value === undefined || value === null) return '';
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (Array.isArray(value)) return value.join(', ');
  if (typeof value === 'object') return Object.entries(value).map(([name, part]) => name === 'currency' || name === 'amount' ? valueText(part) : `${name} ${valueText(part)}`).join(' ');
  return String(value);
}

/** Opens the panel on a violation, or brings it up to date. */
async function showDetail(id, {focus}, open, close) {
  const known = entries.get(id)?.record;
  if (known && detailRevisions[0]?.id !== id) detailRevisions = [known];
  if (known && focus) drawDetail(open, close).focus({preventScroll: true});
  try {
    const {items} = await fetchJSON(`/api/v1/violations/${encodeURIComponent(id)}/revisions`);
    if (selected !== id) return;
    detailRevisions = items;
    const hadFocus = byID('detail').contains(document.activeElement);
    const title = drawDetail(open, close);
    if (hadFocus || focus) title.focus({preventScroll: true});
  } catch (error) {
    if (!known) close();
  }
}
