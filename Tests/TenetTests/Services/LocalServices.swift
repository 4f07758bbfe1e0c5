import EventModel
import Foundation
import TestKit

/// The services of docker-compose.yml that run `tenet`, on this machine: their own commands and configurations, in which only the names of
/// hosts, ports and paths are replaced.
final class LocalServices {
  struct Failure: Error, CustomStringConvertible { var description: String }

  let compose: ComposeFile
  private let folder: URL
  /// Brokers by the address that they have among the containers.
  private let brokers: [String: String]
  private(set) var running: [String: TenetProcess] = [:]
  private var finished: Set<String> = []

  init(brokers: [String: String]) throws {
    compose = try ComposeFile()
    self.brokers = brokers
    folder = FileManager.default.temporaryDirectory.appending(path: "tenet-services-\(UUID().uuidString)")
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// Starts those, each when what it depends on is there.
  func start(where isMeant: (ComposeFile.Service) -> Bool) throws {
    for service in compose.tenet where isMeant(service) {
      for (other, condition) in service.needs {
        let isThere = condition == "service_completed_successfully" ? finished.contains(other) : running[other] != nil
        // The brokers are there already.
        guard isThere || compose[other]?.image.contains("kafka") == true else {
          throw Failure(description: "\(service.name) needs \(other) (\(condition)), which is not there")
        }
      }
      let process = try TenetProcess(service.command.map(local), in: try prepare(service), environment: service.environment)
      guard service.isTask else {
        running[service.name] = process
        continue
      }
      let code = try process.exitCode()
      guard code == 0 else { throw Failure(description: "\(service.name) ended with \(code): \(process.said)") }
      finished.insert(service.name)
    }
  }

  /// Waits until a service has said that it is ready.
  /// - Returns: the port on which it serves.
  func port(of name: String, within limit: Duration = .seconds(60)) throws -> UInt16 {
    guard let process = running[name] else { throw Failure(description: "\(name) does not run") }
    let said = { (message: String) -> JSONValue? in
      process.error.first(within: limit) { (try? JSONValue.parse(Array($0.utf8)))?["message"]?.text == message }
        .flatMap { try? JSONValue.parse(Array($0.utf8)) }
    }
    let serving = name.hasPrefix("feed") ? "serving" : "serving health and metrics"
    guard let address = said(serving)?["address"]?.text, let port = address.split(separator: ":").last.flatMap({ UInt16($0) }),
      said("ready") != nil
    else { throw Failure(description: "\(name) does not become ready: \(process.said)") }
    return port
  }

  // MARK: From the container to this machine

  /// The folder that stands for the container's working directory, with what is mounted into it.
  private func prepare(_ service: ComposeFile.Service) throws -> URL {
    let place = folder.appending(path: service.name)
    try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
    for (source, target) in service.mounts where target == "/etc/tenet/tenet.yaml" {
      var text = try ComposeFile.text(source)
      for (path, origin) in compose.image { text = text.replacing(path, with: repository.appending(path: origin).path) }
      for (volume, path) in service.mounts where !volume.hasPrefix(".") {
        let kept = folder.appending(path: "volumes/\(volume)")
        try FileManager.default.createDirectory(at: kept, withIntermediateDirectories: true)
        text = text.replacing(path, with: kept.path)
      }
      try local(text).write(to: place.appending(path: "tenet.yaml"), atomically: true, encoding: .utf8)
    }
    return place
  }

  private func local(_ text: String) -> String {
    var text = text.replacing(/0\.0\.0\.0:\d+/, with: "127.0.0.1:0")
    for (name, address) in brokers { text = text.replacing(name, with: address) }
    return text
  }
}
