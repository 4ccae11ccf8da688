// swift-tools-version: 6.2
// The pipeline from register to durable commit beside the plain C it is measured against. Run by `make bench`; see README.md.
import PackageDescription

let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "lotwire", path: "..")],
  targets: [
    // The floor: SQLite and nothing else. It shares no code with the pipeline.
    .target(
      name: "PlainCFloor", linkerSettings: [.linkedLibrary("sqlite3")]),
    // The server that is polled, and the loop over libmodbus that the Modbus room is measured against.
    .target(
      name: "PlainCModbus", linkerSettings: [.linkedLibrary("sqlite3"), .linkedLibrary("modbus")]),
    // The chart engine in plain C that the rules are measured against.
    .target(name: "PlainCCharts", linkerSettings: [.linkedLibrary("m")]),
    // The publisher and the subscriber that the MQTT room is measured against.
    .target(name: "PlainCMQTT", linkerSettings: [.linkedLibrary("mosquitto"), .linkedLibrary("m")]),
    .executableTarget(
      name: "bench",
      dependencies: [
        "PlainCFloor", "PlainCModbus", "PlainCCharts", "PlainCMQTT",
        .product(name: "RecordingPipeline", package: "lotwire"),
        .product(name: "ERPExchange", package: "lotwire"),
        .product(name: "ControlCharts", package: "lotwire"),
      ],
      swiftSettings: [
        .treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("InternalImportsByDefault"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
