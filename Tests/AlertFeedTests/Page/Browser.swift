import EventModel
import TestKit

/// Speaks the DevTools protocol with a browser.
final class Browser {
  private let process: BrowserProcess
  private var calls = 0
  /// What went wrong in the pages: exceptions, and what the browser complained of.
  private(set) var complaints: [String] = []
  /// Tabs whose page has been loaded.
  private var loaded: Set<String> = []

  init() throws { process = try BrowserProcess() }

  /// A tab of the given size.
  func tab(width: Int, height: Int, dark: Bool = false) throws -> Tab {
    let target = try call("Target.createTarget", ["url": .string("about:blank")])["targetId"] ?? .null
    let session = try call("Target.attachToTarget", ["targetId": target, "flatten": .bool(true)])["sessionId"]?.text ?? ""
    let tab = Tab(browser: self, session: session)
    let size: [(String, JSONValue)] = [
      ("width", .number("\(width)")), ("height", .number("\(height)")), ("deviceScaleFactor", .number("1")), ("mobile", .bool(width < 600)),
    ]
    try tab.call("Emulation.setDeviceMetricsOverride", .object(size.map { (key: $0.0, value: $0.1) }))
    let scheme: [String: JSONValue] = ["name": .string("prefers-color-scheme"), "value": .string(dark ? "dark" : "light")]
    try tab.call("Emulation.setEmulatedMedia", .object([(key: "features", value: .array([.object(scheme.map { $0 })]))]))
    for domain in ["Page", "Runtime", "Log"] { try tab.call("\(domain).enable", .object([])) }
    return tab
  }

  fileprivate func call(_ method: String, _ parameters: [String: JSONValue]) throws -> JSONValue {
    try call(method, .object(parameters.map { $0 }), session: nil)
  }

  fileprivate func call(_ method: String, _ parameters: JSONValue, session: String?) throws -> JSONValue {
    calls += 1
    var message = JSONWriter()
    message.object {
      $0.member("id", calls)
      $0.member("method", method)
      $0.key("params")
      $0.write(parameters)
      if let session { $0.member("sessionId", session) }
    }
    try process.send(message.text)
    while true {
      let answer = try JSONValue.parse(try process.receive())
      if answer["id"] == .number("\(calls)") {
        if let error = answer["error"] { throw BrowserProcess.Failure(description: "\(method): \(error.compact)") }
        return answer["result"] ?? .null
      }
      note(answer)
    }
  }

  fileprivate func navigate(_ session: String, to address: String) throws {
    loaded.remove(session)
    _ = try call("Page.navigate", .object([(key: "url", value: .string(address))]), session: session)
    while !loaded.contains(session) { note(try JSONValue.parse(try process.receive())) }
  }

  private func note(_ event: JSONValue) {
    switch event["method"]?.text {
    case "Runtime.exceptionThrown": complaints.append(event["params"]?["exceptionDetails"]?.compact ?? "")
    case "Page.loadEventFired": loaded.insert(event["sessionId"]?.text ?? "")
    case "Log.entryAdded": complaints.append(event["params"]?["entry"]?["text"]?.text ?? "")
    default: break
    }
  }
}

/// One tab of a browser.
struct Tab {
  let browser: Browser
  let session: String

  @discardableResult
  func call(_ method: String, _ parameters: JSONValue) throws -> JSONValue { try browser.call(method, parameters, session: session) }

  /// Returns when the page is loaded.
  func open(_ address: String) throws { try browser.navigate(session, to: address) }

  /// The value of an expression in the page; a promise is waited for.
  @discardableResult
  func evaluate(_ expression: String) throws -> JSONValue {
    let answer = try call(
      "Runtime.evaluate",
      .object([
        (key: "expression", value: .string(expression)), (key: "returnByValue", value: .bool(true)),
        (key: "awaitPromise", value: .bool(true)),
      ]))
    if let wrong = answer["exceptionDetails"] { throw BrowserProcess.Failure(description: "\(expression): \(wrong.compact)") }
    return answer["result"]?["value"] ?? .null
  }

  func text(_ selector: String) throws -> String {
    try evaluate("document.querySelector(\(JSONValue.string(selector).compact))?.innerText ?? ''").text ?? ""
  }

  func press(_ key: String, code: Int) throws {
    for kind in ["keyDown", "keyUp"] {
      try call(
        "Input.dispatchKeyEvent",
        .object([
          (key: "type", value: .string(kind)), (key: "key", value: .string(key)), (key: "windowsVirtualKeyCode", value: .number("\(code)")),
        ]))
    }
  }

  /// Waits until an expression is true: it is looked at whenever something in the page changes.
  func until(_ expression: String) throws {
    try evaluate(
      """
      new Promise((done, fail) => {
        const isTrue = () => { try { return Boolean(\(expression)); } catch { return false; } };
        if (isTrue()) return done();
        const watch = new MutationObserver(() => {
          if (!isTrue()) return;
          watch.disconnect();
          done();
        });
        watch.observe(document, {subtree: true, childList: true, attributes: true, characterData: true});
        setTimeout(() => fail(new Error('it did not become true in 30 s')), 30000);
      })
      """)
  }
}
