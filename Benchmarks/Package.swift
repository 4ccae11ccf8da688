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
    .executableTarget(
      name: "bench",
      dependencies: ["PlainCFloor", "PlainCModbus", .product(name: "RecordingPipeline", package: "lotwire")],
      swiftSettings: [
        .treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("InternalImportsByDefault"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
