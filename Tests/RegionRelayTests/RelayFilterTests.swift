import RuleEngine
import Testing

@testable import RegionRelay

@Suite struct RelayFilterTests {
  private let filter = RelayFilter(origin: "/tenet/shop-rules/us-east-1")

  private func verdict(source: String?, _ value: String?) -> RelayFilter.Verdict {
    let headers = [OutputRecord.Header("ce_id", "x/0.1")] + (source.map { [.init("ce_source", $0)] } ?? [])
    guard let value else { return filter.verdict(headers: headers, value: nil) }
    return Array(value.utf8).withUnsafeBytes { filter.verdict(headers: headers, value: $0) }
  }

  @Test("only what the home region published is copied")
  func origin() {
    #expect(verdict(source: "/tenet/shop-rules/us-east-1", "{}") == .copy)
    #expect(verdict(source: "/tenet/shop-rules/eu-west-1", "{}") == .foreign)
    #expect(verdict(source: "/tenet/other/us-east-1", "{}") == .foreign)
    #expect(verdict(source: nil, "{}") == .foreign)
    #expect(verdict(source: "/tenet/shop-rules/us-east-1", nil) == .copy)
  }

  @Test(
    "a record of local scope stays at home, wherever its scope stands",
    arguments: [
      #"{"scope":"local"}"#, #" { "scope" : "local" } "#,
      #"{"id":"a\"b","n":[1,{"scope":"region"},"]"],"o":{"x":{}},"t":true,"scope":"local"}"#,
      #"{"empty":{},"list":[],"text":"","scope":"local","mode":"active"}"#,
    ])
  func local(value: String) { #expect(verdict(source: "/tenet/shop-rules/us-east-1", value) == .local) }

  @Test(
    "what says nothing of a local scope at its top is copied, however it is written",
    arguments: [
      #"{"scope":"region"}"#, #"{"scope":"global","x":"local"}"#, #"{"details":{"scope":"local"}}"#, #"{"list":[{"scope":"local"}]}"#,
      #"{"note":"\"scope\":\"local\""}"#, #"{"scope":1}"#, #"{"scope":"local"#, #"{"scope"#, "{", "", "[]", #"{"a":"\"#,
      #""scope":"local""#,
    ])
  func notLocal(value: String) { #expect(verdict(source: "/tenet/shop-rules/us-east-1", value) == .copy) }
}
