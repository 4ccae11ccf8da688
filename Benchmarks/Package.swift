// swift-tools-version: 6.2
// The recording pipeline beside the plain SQLite loop it is measured against. Run by `make bench`; see README.md.
import PackageDescription

let package = Package(
  name: "benchmarks",
  dependencies: [.package(name: "lotwire", path: "..")],
  targets: [
    // The floor: SQLite and nothing else. It shares no code with the pipeline.
    .target(
      name: "PlainCFloor", linkerSettings: [.linkedLibrary("sqlite3")]),
    .executableTarget(
      name: "bench",
      dependencies: ["PlainCFloor", .product(name: "RecordingPipeline", package: "lotwire")],
      swiftSettings: [
        .treatAllWarnings(as: .error), .enableUpcomingFeature("ExistentialAny"),
        .enableUpcomingFeature("MemberImportVisibility"), .enableUpcomingFeature("InternalImportsByDefault"),
      ]),
  ],
  swiftLanguageModes: [.v6]
)
