import EventModel
import LanguageServer
import Testing

@Suite struct FramingTests {
  private func texts(_ events: [MessageDecoder.Event]) -> [String] {
    events.map { event in
      switch event {
      case .message(let message): message.compact
      case .malformed(let why): "malformed: \(why)"
      }
    }
  }

  @Test("messages are read whole, however their bytes come")
  func pieces() {
    let bytes = framed(.object([("a", .string("ü€😀"))])) + framed(.array([]))
    for size in 1...20 {
      var decoder = MessageDecoder()
      var events: [MessageDecoder.Event] = []
      for start in stride(from: 0, to: bytes.count, by: size) { events += decoder.take(bytes[start..<min(start + size, bytes.count)]) }
      #expect(texts(events) == [#"{"a":"ü€😀"}"#, "[]"])
    }
  }

  @Test(
    "what is no message is said, and the next one is read",
    arguments: [
      "Content-Length: 3\r\n\r\n{\"a", "Content-Type: x\r\n\r\n", "Content-Length: -1\r\n\r\n", "Content-Length: x\r\n\r\n", "\r\n\r\n",
      "Content-Length: 99999999999999999999\r\n\r\n", "Content-Length: 2\n\n\u{0}\u{0}",
    ])
  func broken(text: String) {
    var decoder = MessageDecoder()
    let events = decoder.take(Array(text.utf8) + framed(.bool(true)))
    #expect(events.count == 2)
    #expect(texts(events).last == "true")
    #expect(texts(events).first?.hasPrefix("malformed: ") == true)
  }

  @Test("names of headers may be in any case, and others may stand beside")
  func headers() {
    var decoder = MessageDecoder()
    let text = "content-type: application/vscode-jsonrpc; charset=utf-8\r\nCONTENT-LENGTH: 4\r\n\r\nnull"
    #expect(texts(decoder.take(text.utf8)) == ["null"])
  }
}
