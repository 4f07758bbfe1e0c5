// swift-tools-version: 6.3
import PackageDescription

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .treatAllWarnings(as: .error),
]

/// What each event goes through. The tests evaluate millions of them: it is optimised in their build, too. That two accesses to one variable never
/// overlap is checked there as they run, and no more in what is released.
let optimised: [SwiftSetting] =
  strict + [
    .unsafeFlags(["-O"], .when(configuration: .debug)),
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
  ]

/// A Swift module of ours. `on` names the modules below it: dependencies point only downward.
func module(
  _ name: String, on dependencies: [Target.Dependency] = [], resources: [Resource] = [], linking libraries: [String] = [],
  settings: [SwiftSetting] = strict
) -> Target {
  .target(
    name: name, dependencies: dependencies, resources: resources, swiftSettings: settings,
    linkerSettings: libraries.map { .linkedLibrary($0) })
}

/// What the executables allocate from. A batch's rows and records are freed all at once, which the system's allocator answers by merging
/// and splitting its chunks.
let allocator: [LinkerSetting] = [.linkedLibrary("jemalloc")]

func tests(_ module: String, on more: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .testTarget(
    name: module + "Tests", dependencies: [.byName(name: module), "TestKit"] + more, exclude: exclude, swiftSettings: strict)
}

let package = Package(
  name: "tenet",
  products: [.executable(name: "tenet", targets: ["tenet"])],
  targets: [
    // C: system libraries and thin shims.
    .systemLibrary(name: "CRdKafka", pkgConfig: "rdkafka", providers: [.apt(["librdkafka-dev"])]),
    .systemLibrary(name: "CMicroHTTPD", pkgConfig: "libmicrohttpd", providers: [.apt(["libmicrohttpd-dev"])]),
    .systemLibrary(name: "CYAML", pkgConfig: "yaml-0.1", providers: [.apt(["libyaml-dev"])]),
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .target(name: "CRE2", linkerSettings: [.linkedLibrary("re2")]),
    .target(name: "CHotPath"),
    .target(name: "CTimeZones", exclude: ["make.py", "zones.bin"]),

    // Core: no clock, no random number, no file, no socket, no thread.
    module("Diagnostics"),
    module("EventModel", on: ["Diagnostics", "CTimeZones"], linking: ["m"], settings: optimised),
    module("RuleLanguage", on: ["EventModel", "Diagnostics", "CRE2"], settings: optimised),
    module("RuleEngine", on: ["RuleLanguage", "EventModel", "Diagnostics", "CHotPath", "CRE2", "COpenSSL"], settings: optimised),
    module("RuleTesting", on: ["RuleEngine", "RuleLanguage", "EventModel", "Diagnostics"]),
    module("LanguageServer", on: ["RuleTesting", "RuleLanguage", "EventModel", "Diagnostics"]),

    // Middle.
    module("StreamRuntime", on: ["RuleEngine", "RuleLanguage", "EventModel", "CHotPath", "CZlib"], settings: optimised),

    // Services.
    module("Telemetry"),
    module("Settings", on: ["EventModel", "Diagnostics", "CYAML"]),
    module("HTTPServing", on: ["Telemetry", "CMicroHTTPD", "CZlib"]),

    // Edges.
    module("KafkaIO", on: ["StreamRuntime", "RuleEngine", "EventModel", "CRdKafka"], settings: optimised),
    module(
      "AlertFeed", on: ["StreamRuntime", "RuleEngine", "EventModel", "HTTPServing", "Telemetry", "CSQLite", "COpenSSL"],
      resources: [
        "page.html", "page.css", "format.js", "filters.js", "list.js", "kpis.js", "detail.js", "connection.js", "main.js", "openapi.json",
      ].map { .embedInCode("Web/" + $0) }),
    module("RegionRelay", on: ["StreamRuntime", "RuleEngine", "EventModel", "Telemetry"]),
    module("Commerce", on: ["EventModel"], settings: optimised),

    // App.
    .executableTarget(
      name: "tenet",
      dependencies: [
        "Diagnostics", "EventModel", "RuleLanguage", "RuleEngine", "RuleTesting", "StreamRuntime", "Telemetry", "Settings", "HTTPServing",
        "KafkaIO", "AlertFeed", "RegionRelay", "Commerce", "LanguageServer",
      ], swiftSettings: strict, linkerSettings: allocator),
    .executableTarget(
      name: "Benchmarks",
      dependencies: [
        "RuleLanguage", "RuleEngine", "StreamRuntime", "KafkaIO", "EventModel", "Diagnostics", "CRdKafka", "TestKit",
      ],
      path: "Benchmarks", exclude: ["README.md", "Workload/order-event.schema.json"], swiftSettings: strict, linkerSettings: allocator),

    // Tests mirror the modules.
    .target(
      name: "TestKit",
      dependencies: ["Diagnostics", "EventModel", "RuleLanguage", "RuleEngine", "StreamRuntime", "KafkaIO", "COpenSSL"],
      path: "Tests/TestKit", swiftSettings: optimised),
    tests("Diagnostics"),
    tests("EventModel", on: ["Diagnostics"]),
    tests("RuleLanguage", on: ["EventModel", "Diagnostics"]),
    tests("RuleEngine", on: ["RuleLanguage", "EventModel", "Diagnostics", "CHotPath"]),
    tests("LanguageServer", on: ["RuleLanguage", "EventModel", "Diagnostics"]),
    tests("StreamRuntime", on: ["KafkaIO", "RuleEngine", "EventModel"]),
    tests("Telemetry"),
    tests("Settings", on: ["Diagnostics", "EventModel"]),
    tests("HTTPServing", on: ["Telemetry", "CZlib"]),
    tests("KafkaIO", on: ["StreamRuntime", "RuleEngine", "EventModel", "CRdKafka"]),
    tests("AlertFeed", on: ["HTTPServing", "StreamRuntime", "RuleEngine", "EventModel", "Telemetry"]),
    tests("RegionRelay", on: ["StreamRuntime", "RuleEngine", "KafkaIO", "EventModel"]),
    tests("Commerce", on: ["EventModel"]),
    // The program as its users run it: the command line, whole paths on a real Kafka, the repository's own rules and documentation.
    .testTarget(
      name: "TenetTests",
      dependencies: [
        "TestKit", "tenet", "EventModel", "RuleLanguage", "Diagnostics", "Commerce", "KafkaIO", "StreamRuntime", "Settings", "CYAML",
      ],
      swiftSettings: strict),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
