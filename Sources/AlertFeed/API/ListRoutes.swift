internal import EventModel
internal import HTTPServing

extension Route {
  static func violations(_ history: History) -> Route {
    .get("/api/v1/violations") { request throws(Problem) in
      let query = request.query
      try query.allow(["state", "severity", "rule", "region", "limit", "cursor"])
      let filters = [
        try ListParameters.filter(query, "state", column: "state", known: ViolationRecord.states),
        try ListParameters.filter(query, "severity", column: "severity", known: ViolationRecord.severities),
        try ListParameters.filter(query, "rule", column: "rule"),
        try ListParameters.filter(query, "region", column: "region"),
      ]
      let (cursor, limit) = (try ListParameters.cursor(query), try ListParameters.limit(query))
      let page = try asking { () throws(HistoryFault) in try history.violations(filters, after: cursor, limit: limit) }
      return ListParameters.reply(page.records, next: page.next?.text)
    }
  }

  static func violation(_ history: History) -> Route {
    .get("/api/v1/violations/{id}") { request throws(Problem) in
      try request.query.allow([])
      let id = request.parameters["id"] ?? ""
      guard let record = try asking({ () throws(HistoryFault) in try history.violation(id) }) else { throw noViolation(id) }
      return .json(record)
    }
  }

  /// All that was said about one violation, the newest first.
  static func revisions(_ history: History) -> Route {
    .get("/api/v1/violations/{id}/revisions") { request throws(Problem) in
      try request.query.allow([])
      let id = request.parameters["id"] ?? ""
      let records = try asking { () throws(HistoryFault) in try history.revisions(of: id) }
      guard !records.isEmpty else { throw noViolation(id) }
      return ListParameters.reply(records, next: nil)
    }
  }

  static func kpis(_ history: History) -> Route {
    .get("/api/v1/kpis") { request throws(Problem) in
      let query = request.query
      try query.allow(["kpi", "region", "limit", "cursor"])
      let filters = [
        try ListParameters.filter(query, "kpi", column: "kpi"), try ListParameters.filter(query, "region", column: "region"),
      ]
      let (cursor, limit) = (try ListParameters.cursor(query), try ListParameters.limit(query))
      let page = try asking { () throws(HistoryFault) in try history.kpis(filters, after: cursor, limit: limit) }
      return ListParameters.reply(page.records, next: page.next?.text)
    }
  }

  /// Counts by rule.
  static func rules(_ history: History) -> Route {
    .get("/api/v1/rules") { request throws(Problem) in
      try request.query.allow([])
      let rules = try asking { () throws(HistoryFault) in try history.rules() }
      return ListParameters.reply(rules.map(\.json), next: nil)
    }
  }

  private static func noViolation(_ id: String) -> Problem { Problem(404, "there is no violation `\(id)`, or no longer") }
}

extension RuleCounts {
  var json: [UInt8] {
    var json = JSONWriter()
    json.object {
      $0.member("rule", rule)
      for state in ViolationRecord.states { $0.member(state, states[state, default: 0]) }
      $0.key("open_by_severity")
      $0.object { list in
        for severity in ViolationRecord.severities.reversed() { list.member(severity, openBySeverity[severity, default: 0]) }
      }
      $0.member("last", EventTime(microseconds: last).rfc3339)
    }
    return json.bytes
  }
}
