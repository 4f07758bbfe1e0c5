// What of the list is wanted. It stands in the address too, so that a view can be shared.

const filters = {severity: new Set(), state: new Set(), rule: '', region: ''};

function matchesFilters(record) {
  return (!filters.severity.size || filters.severity.has(record.severity)) && (!filters.state.size || filters.state.has(record.state))
    && (!filters.rule || filters.rule === record.rule) && (!filters.region || filters.region === record.region);
}

function isFiltered() { return filters.severity.size > 0 || filters.state.size > 0 || filters.rule !== '' || filters.region !== ''; }

function filterQuery() {
  const query = new URLSearchParams();
  for (const name of ['severity', 'state']) if (filters[name].size) query.set(name, [...filters[name]].join(','));
  for (const name of ['rule', 'region']) if (filters[name]) query.set(name, filters[name]);
  return query;
}

/** The address of this view, with the violation that is open. */
function saveView(id) {
  const query = filterQuery();
  if (id) query.set('id', id);
  const text = query.toString();
  history.replaceState(null, '', text ? `#${text}` : location.pathname);
}

/** Takes the view from the address; returns the violation to open. */
function loadView() {
  const query = new URLSearchParams(location.hash.slice(1));
  for (const [name, known] of [['severity', severities], ['state', states]]) {
    filters[name] = new Set((query.get(name) ?? '').split(',').filter(value => known.includes(value)));
  }
  filters.rule = query.get('rule') ?? '';
  filters.region = query.get('region') ?? '';
  return query.get('id');
}

function showFilters() {
  for (const chip of document.querySelectorAll('.chip')) chip.setAttribute('aria-pressed', filters[chip.name].has(chip.value));
  for (const name of ['rule', 'region']) {
    offer(name, filters[name]);
    byID(`${name}-filter`).value = filters[name];
  }
  byID('clear-filters').hidden = !isFiltered();
}

/** Adds a choice, once and in order. */
function offer(name, value) {
  const select = byID(`${name}-filter`);
  if (!value || [...select.options].some(option => option.value === value)) return;
  const after = [...select.options].find(option => option.value > value);
  select.add(element('option', {value}, value), after ?? null);
  select.value = filters[name];
}

function makeFilters(changed) {
  for (const [name, values] of [['severity', severities], ['state', states]]) {
    for (const value of values) {
      const content = name === 'severity' ? [severityMark(value), element('span', {class: 'count', id: `count-${value}`})] : [value];
      byID(`${name}-filter`).append(element('button', {
        type: 'button', class: 'chip', name, value, 'aria-pressed': 'false',
        onclick() {
          if (!filters[name].delete(value)) filters[name].add(value);
          changed();
        },
      }, ...content));
    }
  }
  for (const name of ['rule', 'region']) {
    byID(`${name}-filter`).addEventListener('change', event => {
      filters[name] = event.target.value;
      changed();
    });
  }
  byID('filters').addEventListener('submit', event => event.preventDefault());
  byID('filters').addEventListener('reset', event => {
    event.preventDefault();
    [filters.severity, filters.state, filters.rule, filters.region] = [new Set(), new Set(), '', ''];
    changed();
  });
}

/** Counts of open violations by severity, in all and at the chips. */
async function refreshCounts() {
  const {items} = await fetchJSON('/api/v1/rules');
  const counts = Object.fromEntries(severities.map(severity => [severity, 0]));
  for (const rule of items) {
    offer('rule', rule.rule);
    for (const severity of severities) counts[severity] += rule.open_by_severity[severity];
  }
  for (const severity of severities) byID(`count-${severity}`).textContent = grouped(counts[severity]);
  const open = Object.values(counts).reduce((sum, count) => sum + count, 0);
  byID('open-count').replaceChildren(element('b', {}, grouped(open)), ' open');
}
