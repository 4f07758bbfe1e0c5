'use strict';
// How values are shown, and elements made: always by text, never by markup.

const severities = ['critical', 'high', 'medium', 'low', 'info'];
const states = ['open', 'resolved', 'withdrawn'];

function element(tag, attributes, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'class') made.className = value;
    else if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children.flat().filter(child => child !== undefined && child !== null && child !== false));
  return made;
}

function byID(id) { return document.getElementById(id); }

/** Digits in groups of three, without going through a number: decimals are exact. */
function grouped(text) {
  const match = /^(-?)(\d+)(\.\d+)?$/.exec(String(text));
  if (!match) return String(text);
  return match[1].replace('-', '−') + match[2].replace(/\B(?=(\d{3})+$)/g, ',') + (match[3] ?? '');
}

const clock = new Intl.DateTimeFormat(undefined, {hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23'});
const dayAndClock = new Intl.DateTimeFormat(undefined, {day: 'numeric', month: 'short', hour: '2-digit', minute: '2-digit', hourCycle: 'h23'});
const whole = new Intl.DateTimeFormat(undefined, {dateStyle: 'medium', timeStyle: 'long'});

/** A time of today by the clock, another with its day; in the reader's zone. */
function shortTime(text) {
  const time = new Date(text);
  if (isNaN(time)) return text ?? '';
  return time.toDateString() === new Date().toDateString() ? clock.format(time) : dayAndClock.format(time);
}

function wholeTime(text) {
  const time = new Date(text);
  return isNaN(time) ? text ?? '' : whole.format(time);
}

function keyText(key) { return Object.values(key ?? {}).map(valueText).join(' · '); }

function valueText(value) { return value !== null && typeof value === 'object' ? JSON.stringify(value) : String(value); }

function plural(count, word) { return `${count} ${word}${count === 1 ? '' : 's'}`; }

function severityMark(severity) { return element('span', {class: `severity ${severity}`}, severity); }

async function fetchJSON(path) {
  const response = await fetch(path, {headers: {Accept: 'application/json'}});
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.json();
}
