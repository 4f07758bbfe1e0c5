import EventModel
import Foundation

/// What docker-compose.yml and the Dockerfile say of the services, as far as running them without containers needs it.
struct ComposeFile {
  struct Service {
    var name: String
    var image: String
    /// What follows the image's entry point.
    var command: [String]
    var environment: [String: String]
    /// Files, folders and volumes by their places in the container.
    var mounts: [(source: String, target: String)]
    /// Ports of the container that the host publishes.
    var ports: [Int]
    /// Services that must be there before, and how: `service_started`, `service_healthy`, `service_completed_successfully`.
    var needs: [String: String]

    /// Ends by itself.
    var isTask: Bool { command.first == "topics" }
  }

  let services: [Service]
  /// Files and folders of the repository by their places in the image of `tenet`.
  let image: [String: String]

  init() throws {
    let compose = try YAMLDocument.read(try Self.text("docker-compose.yml"))
    services = (compose["services"]?.members ?? []).map { Service($0.key, $0.value) }
    var image: [String: String] = [:]
    for match in try Self.text("Dockerfile").matches(of: /(?m)^COPY ([A-Za-z]+) (\/\S+)$/) { image[String(match.2)] = String(match.1) }
    self.image = image
  }

  /// Services of this project's image, in the order of the file.
  var tenet: [Service] { services.filter { $0.image == "tenet:latest" } }

  subscript(name: String) -> Service? { services.first { $0.name == name } }

  static func text(_ path: String) throws -> String { try String(contentsOf: repository.appending(path: path), encoding: .utf8) }
}

extension ComposeFile.Service {
  fileprivate init(_ name: String, _ value: JSONValue) {
    self.name = name
    image = value["image"]?.text ?? ""
    command = (value["command"]?.elements ?? []).compactMap(\.text)
    environment = Dictionary((value["environment"]?.members ?? []).map { ($0.key, $0.value.text ?? "") }) { $1 }
    mounts = (value["volumes"]?.elements ?? []).compactMap { mount in
      let parts = (mount.text ?? "").split(separator: ":")
      return parts.count < 2 ? nil : (String(parts[0]), String(parts[1]))
    }
    ports = (value["ports"]?.elements ?? []).compactMap { $0.text?.split(separator: ":").last.flatMap { Int($0) } }
    let conditions = (value["depends_on"]?.members ?? []).map { ($0.key, $0.value["condition"]?.text ?? "") }
    let plain = (value["depends_on"]?.elements ?? []).compactMap(\.text).map { ($0, "service_started") }
    needs = Dictionary(conditions + plain) { $1 }
  }
}
