import EventModel
import HTTPServing
import Telemetry
import TestKit
import Testing

@testable import AlertFeed

/// The page in a real browser.
@Suite(
  .serialized, .onOwnThreads, .timeLimit(.minutes(5)),
  .enabled(if: BrowserProcess.isWanted, "there is no chromium on the PATH: the page is not opened"))
struct PageTests {
  static func topics(violations: Int = 40) -> MemoryTopics {
    let topics = MemoryTopics()
    for n in 0..<violations {
      let record = Records.violation(
        "v\(n)", state: ViolationRecord.states[n % 3], severity: ViolationRecord.severities[n % 5], rule: "rules.number_\(n % 4)",
        region: n % 2 == 0 ? "us-east-1" : "eu-west-1", at: "2026-01-05T10:00:\(n % 60 + 100)Z".replacing(":1", with: ":"),
        message: "message \(n)")
      topics.append(record, to: FeedUnderTest.violations)
    }
    for hour in 1...9 {
      topics.append(
        Records.kpi(start: "2026-01-05T0\(hour):00:00Z", end: "2026-01-05T0\(hour):59:59Z", final: hour < 9, value: "\(hour)000.00"),
        to: FeedUnderTest.kpis)
    }
    return topics
  }

  /// A feed, and a tab that shows it and is live.
  static func open(_ feed: FeedUnderTest, _ browser: Browser, width: Int = 1_280, dark: Bool = false, view: String = "") throws -> Tab {
    try feed.untilReady()
    let tab = try browser.tab(width: width, height: 800, dark: dark)
    try tab.open("\(feed.feed.address.url)/\(view)")
    let parts = ["document.querySelector('#connection-text')?.textContent === 'live'", "document.querySelector('.row')"]
    // All that a page loads at first is there: what moves afterwards moves because of what arrived.
    let loaded = ["document.querySelector('#open-count b')", "document.querySelector('.kpi')", "!loading"]
    try tab.until((parts + loaded).joined(separator: " && "))
    return tab
  }

  @Test("a violation that is published while the page is open appears in it, and nothing else moves")
  func liveArrival() async throws {
    try await onThread {
      let feed = try FeedUnderTest(topics: Self.topics())
      let browser = try Browser()
      let tab = try Self.open(feed, browser)
      #expect(try tab.evaluate("document.querySelector('[data-id=live]')") == .null)
      // That the page is connected may not be painted yet, and moves what says so.
      try tab.evaluate("requestAnimationFrame(() => requestAnimationFrame(() => { window.isPainted = true }))")
      try tab.until("window.isPainted")
      try tab.evaluate(
        """
        window.shifts = []; new PerformanceObserver(list => {
          for (const shift of list.getEntries()) window.shifts.push(
            ...shift.sources.map(({node, previousRect: a, currentRect: b}) => `${node?.className} ${node?.textContent} ${a.x},${a.y} ${b.x},${b.y}`));
        }).observe({type: 'layout-shift'});
        """)
      feed.topics.append(
        Records.violation("live", severity: "critical", at: "2026-01-05T11:00:00Z", message: "it came <b>live</b>"),
        to: FeedUnderTest.violations)
      try tab.until("document.querySelector('[data-id=live]')")
      let row = try tab.text("[data-id=live]")
      for part in ["critical", "payments.capture_timeout", "o-1", "it came <b>live</b>", "20.00 EUR", "us-east-1", "open · unsettled"] {
        #expect(row.contains(part), "\(row)")
      }
      #expect(try tab.evaluate("document.querySelector('[data-id=live]').getAttribute('aria-rowindex')").text == "2")
      #expect(try tab.evaluate("document.querySelector('[data-id=live]').classList.contains('fresh')") == .bool(true))
      #expect(try tab.text("#announcer") == "New: critical, payments.capture_timeout, it came <b>live</b>")

      feed.topics.append(
        Records.violation("live", revision: 1, state: "resolved", severity: "critical", at: "2026-01-05T11:00:00Z"),
        to: FeedUnderTest.violations)
      try tab.until("document.querySelector('[data-id=live]').innerText.includes('resolved · settled')")
      let shifted = try tab.evaluate("window.shifts")
      #expect(shifted.elements == [], "\(shifted.compact)")
      feed.topics.append(Records.kpi("live.kpi", value: "12345.60"), to: FeedUnderTest.kpis)
      try tab.until("document.querySelector('#kpis').innerText.includes('live.kpi')")
      #expect(browser.complaints == [])
    }
  }

  @Test("a violation opens by keyboard with its evidence and what changed, and closes to where one was")
  func detail() async throws {
    try await onThread {
      let topics = Self.topics()
      for revision in 0..<2 {
        topics.append(
          Records.violation("one", revision: revision, state: revision == 0 ? "open" : "resolved", at: "2026-01-05T11:00:00Z"),
          to: FeedUnderTest.violations)
      }
      let feed = try FeedUnderTest(topics: topics)
      let browser = try Browser()
      let tab = try Self.open(feed, browser)
      try tab.evaluate("document.querySelector('.row[tabindex=\"0\"]').focus()")
      try tab.press("Enter", code: 13)
      try tab.until("document.querySelectorAll('.history li').length === 2")
      #expect(try tab.evaluate("document.activeElement.id").text == "detail-title")
      let panel = try tab.text("#detail")
      for part in ["orders.placed e-17", "orders.v1 [3] at 17", "state open → resolved", "reason late", "20.00 EUR", "first said"] {
        #expect(panel.contains(part), "\(panel)")
      }
      #expect(try tab.evaluate("location.hash").text == "#id=one")
      try tab.press("Escape", code: 27)
      #expect(try tab.evaluate("document.activeElement.dataset.id").text == "one")
      try tab.press("ArrowDown", code: 40)
      #expect(try tab.evaluate("document.activeElement.getAttribute('aria-rowindex')").text == "3")
      #expect(browser.complaints == [])
    }
  }

  @Test("filters narrow the list, stand in the address, and hold back what does not match")
  func filters() async throws {
    try await onThread {
      let feed = try FeedUnderTest(topics: Self.topics())
      let browser = try Browser()
      let tab = try Self.open(feed, browser, view: "#severity=high,critical&state=open")
      #expect(
        try tab.evaluate("[...document.querySelectorAll('[aria-pressed=true]')].map(chip => chip.value).join()").text
          == "critical,high,open")
      let wrong =
        "[...document.querySelectorAll('.row')].filter(row => !/^(high|critical)/.test(row.innerText) || !row.innerText.includes('open')).length"
      #expect(try tab.evaluate(wrong) == .number("0"))
      feed.topics.append(Records.violation("low", severity: "low", at: "2026-01-05T11:00:00Z"), to: FeedUnderTest.violations)
      feed.topics.append(Records.violation("high", at: "2026-01-05T11:00:00Z"), to: FeedUnderTest.violations)
      try tab.until("document.querySelector('[data-id=high]')")
      #expect(try tab.evaluate("document.querySelector('[data-id=low]')") == .null)
      try tab.evaluate("document.querySelector('#clear-filters').click()")
      try tab.until("document.querySelector('[data-id=low]')")
      #expect(try tab.evaluate("location.hash").text == "")
      #expect(browser.complaints == [])
    }
  }

  @Test("the tabs of a browser share one stream, and go on when the one that reads it is closed")
  func tabs() async throws {
    try await onThread {
      let feed = try FeedUnderTest(topics: Self.topics())
      let browser = try Browser()
      let first = try Self.open(feed, browser)
      let second = try Self.open(feed, browser)
      #expect(feed.metrics.text().contains("tenet_http_streams 1\n"))
      feed.topics.append(Records.violation("both", at: "2026-01-05T11:00:00Z"), to: FeedUnderTest.violations)
      for tab in [first, second] { try tab.until("document.querySelector('[data-id=both]')") }
      try first.call("Page.close", .object([]))
      feed.topics.append(Records.violation("later", at: "2026-01-05T11:00:01Z"), to: FeedUnderTest.violations)
      try second.until("document.querySelector('[data-id=later]') && holdsStream")
      #expect(browser.complaints == [])
    }
  }

  @Test("nothing is wider than a phone, and words have contrast in light and dark", arguments: [(380, false), (380, true), (1_280, true)])
  func legible(width: Int, dark: Bool) async throws {
    try await onThread {
      let feed = try FeedUnderTest(topics: Self.topics())
      let browser = try Browser()
      let tab = try Self.open(feed, browser, width: width, dark: dark)
      #expect(try tab.evaluate("document.documentElement.scrollWidth") == .number("\(width)"))
      let faint = try tab.evaluate(
        """
        (() => {
          const style = getComputedStyle(document.documentElement);
          const light = name => {
            const hex = style.getPropertyValue(`--${name}`).trim().replace('#', '');
            const full = hex.length === 3 ? [...hex].map(digit => digit + digit).join('') : hex;
            const [r, g, b] = [0, 2, 4].map(at => parseInt(full.slice(at, at + 2), 16) / 255).map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4);
            return .2126 * r + .7152 * g + .0722 * b;
          };
          const contrast = (a, b) => (Math.max(light(a), light(b)) + .05) / (Math.min(light(a), light(b)) + .05);
          const words = ['text', 'muted', 'accent', 'good', 'bad', 'critical', 'high', 'medium', 'low', 'info'];
          const grounds = ['ground', 'surface', 'raised', 'hover', 'chosen'];
          return words.flatMap(word => grounds.filter(ground => !(contrast(word, ground) >= 4.5)).map(ground => `${word} on ${ground}`));
        })()
        """)
      #expect(faint == .array([]))
      #expect(browser.complaints == [])
    }
  }
}
