// The live stream. Browsers open few connections to a host, so the tabs of one browser share a stream: the one that holds the lock reads it and
// tells the others. Where locks are not to be had (pages that came neither encrypted nor from this machine), each tab reads its own.

const tabs = 'BroadcastChannel' in window ? new BroadcastChannel('tenet-feed') : null;
let holdsStream = false;

function showConnection(state) {
  const texts = {connecting: 'connecting', live: 'live', lost: 'reconnecting'};
  byID('connection').dataset.state = state;
  if (byID('connection-text').textContent !== texts[state]) byID('connection-text').textContent = texts[state];
}

/** Calls `take(kind, record)` for what arrives, and `anew()` when something may have been missed. */
function connect(take, anew) {
  const tell = message => tabs?.postMessage(message);
  const show = state => {
    showConnection(state);
    tell({state});
  };
  if (tabs) {
    tabs.onmessage = ({data}) => {
      if (data.hello) {
        if (holdsStream) tell({state: byID('connection').dataset.state});
      } else if (!holdsStream) {
        if (data.state) showConnection(data.state);
        if (data.anew) anew();
        if (data.kind) take(data.kind, JSON.parse(data.text));
      }
    };
    tell({hello: true});
  }

  let wait = 1000;
  const open = () => {
    const source = new EventSource('/api/v1/stream');
    source.onopen = () => {
      wait = 1000;
      show('live');
      // A new source knows no last event; one that reconnects by itself does, and is told what it missed.
      if (!source.wasOpen) {
        source.wasOpen = true;
        anew();
        tell({anew: true});
      }
    };
    for (const kind of ['violation', 'kpi']) {
      source.addEventListener(kind, event => {
        tell({kind, text: event.data});
        take(kind, JSON.parse(event.data));
      });
    }
    source.onerror = () => {
      show('lost');
      if (source.readyState !== EventSource.CLOSED) return;
      setTimeout(open, wait);
      wait = Math.min(wait * 2, 30000);
    };
  };
  const hold = () => {
    holdsStream = true;
    open();
  };
  if (tabs && navigator.locks) navigator.locks.request('tenet-feed', () => { hold(); return new Promise(() => {}); });
  else hold();
}
