import EventModel
import Foundation
import TestKit

/// What Prometheus and Grafana are told to watch.
enum WatchFiles {
  struct Target: Hashable {
    var job: String
    var host: String
    var port: Int
    var labels: [String: String]
  }

  /// What Prometheus scrapes.
  static func targets() throws -> [Target] {
    let file = try YAMLDocument.read(try ComposeFile.text("deploy/prometheus/prometheus.yml"))
    return (file["scrape_configs"]?.elements ?? []).flatMap { job in
      (job["static_configs"]?.elements ?? []).flatMap { group in
        (group["targets"]?.elements ?? []).compactMap { target in
          let parts = (target.text ?? "").split(separator: ":")
          guard parts.count == 2, let port = Int(parts[1]) else { return nil }
          let labels = (group["labels"]?.members ?? []).map { ($0.key, $0.value.text ?? "") }
          return Target(job: job["job_name"]?.text ?? "", host: String(parts[0]), port: port, labels: Dictionary(labels) { $1 })
        }
      }
    }
  }

  /// The queries of the dashboard and of the alerts, with what their texts say of labels.
  static func queries() throws -> [(query: String, texts: [String])] {
    let dashboard = try JSONValue.parse(Array(try ComposeFile.text("deploy/grafana/dashboards/tenet.json").utf8))
    let panels = (dashboard["panels"]?.elements ?? []).flatMap { panel in
      (panel["targets"]?.elements ?? []).map { (query: $0["expr"]?.text ?? "", texts: [$0["legendFormat"]?.text ?? ""]) }
    }
    let variables = (dashboard["templating"]?["list"]?.elements ?? []).map { variable in
      (query: variable["query"]?["query"]?.text ?? "", texts: [String]())
    }
    let alerts = try YAMLDocument.read(try ComposeFile.text("deploy/prometheus/alerts.yml"))
    let rules = (alerts["groups"]?.elements ?? []).flatMap { $0["rules"]?.elements ?? [] }
    return panels + variables
      + rules.map { rule in (query: rule["expr"]?.text ?? "", texts: (rule["annotations"]?.members ?? []).compactMap(\.value.text)) }
  }

  /// What is asked for and is not there: metrics that nobody exposes, labels that they do not have.
  static func unanswered(by exposed: [Exposition], targets: [Target]) throws -> [String] {
    let names = Set(exposed.flatMap(\.types.keys))
    let samples = Set(exposed.flatMap(\.samples).map(\.name))
    let ofTarget = Set(targets.flatMap(\.labels.keys)).union(["job", "instance"])
    var unanswered: [String] = []
    for (query, texts) in try queries() {
      let metrics = Set(query.matches(of: /\b(?:tenet|process)_[a-z_]+/).map { String($0.0) })
      if metrics.isEmpty { unanswered.append("no metric in `\(query)`") }
      unanswered += metrics.subtracting(names.union(samples)).sorted().map { "\($0) in `\(query)`" }
      let asked = exposed.flatMap(\.samples).filter { metrics.contains($0.name) }
      // Of a metric without a sample the labels are not known.
      guard metrics.isSubset(of: samples) else { continue }
      let known = ofTarget.union(asked.flatMap(\.labels.keys))
      let grouped = query.matches(of: /by \(([^)]*)\)/).flatMap {
        $0.1.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
      }
      let selected = query.matches(of: /([a-z_]+)(?:=~|!~|!=|=)"/).map { String($0.1) }
      let shown = texts.flatMap { $0.matches(of: /\{\{\s*(?:\$labels\.)?([a-z_]+)\s*\}\}/).map { String($0.1) } }
      unanswered += Set(grouped + selected + shown).subtracting(known).sorted().map { "label \($0) in `\(query)`" }
    }
    return unanswered
  }
}
