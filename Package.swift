// swift-tools-version: 6.2
// Rooms and their directions: see "Where things are" in README.md. RoomImportTests holds the sources to this list.
import PackageDescription

let ownCode: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

func room(_ name: String, _ dependencies: [Target.Dependency] = [], exclude: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: ownCode)
}

func tests(of name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: "\(name)Tests", dependencies: [.byName(name: name)] + dependencies, swiftSettings: ownCode)
}

let nio: [Target.Dependency] = [
  .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
]
let nioHTTP: [Target.Dependency] = nio + [.product(name: "NIOHTTP1", package: "swift-nio")]
let nioTLS: [Target.Dependency] = [
  .product(name: "NIOSSL", package: "swift-nio-ssl"), .product(name: "NIOTLS", package: "swift-nio"),
]
let grdb: Target.Dependency = .product(name: "GRDB", package: "GRDB.swift")
let crypto: Target.Dependency = .product(name: "Crypto", package: "swift-crypto")
let yams: Target.Dependency = .product(name: "Yams", package: "Yams")
let logging: Target.Dependency = .product(name: "Logging", package: "swift-log")
let lifecycle: Target.Dependency = .product(name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals: Target.Dependency = .product(name: "UnixSignals", package: "swift-service-lifecycle")
let arguments: Target.Dependency = .product(name: "ArgumentParser", package: "swift-argument-parser")
let httpClient: Target.Dependency = .product(name: "AsyncHTTPClient", package: "async-http-client")
let hummingbird: Target.Dependency = .product(name: "Hummingbird", package: "hummingbird")

let package = Package(
  name: "lotwire",
  products: [
    .executable(name: "lotwire", targets: ["lotwire"]),
    .executable(name: "simulate", targets: ["simulate"]),
    .library(name: "ControlCharts", targets: ["ControlCharts"]),
    .library(name: "Labels", targets: ["Labels"]),
    // The pipeline from register to durable commit, for Benchmarks/.
    .library(
      name: "RecordingPipeline",
      targets: [
        "Shopfloor", "Devices", "Labels", "Modbus", "Scanners", "MQTT", "Ledger", "Recorder", "BatchRecord",
        "LedgerBuilder",
      ]),
    // The exchange with an ERP and a real one to exchange with, for Benchmarks/.
    .library(name: "ERPExchange", targets: ["ERP", "Harness"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.36.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
  ],
  targets: [
    .systemLibrary(name: "CModbus", pkgConfig: "libmodbus", providers: [.apt(["libmodbus-dev"])]),
    .systemLibrary(name: "CUSB", pkgConfig: "libusb-1.0", providers: [.apt(["libusb-1.0-0-dev"])]),
    .systemLibrary(name: "CMosquitto", pkgConfig: "libmosquitto", providers: [.apt(["libmosquitto-dev"])]),
    .systemLibrary(
      name: "CUMockdev", pkgConfig: "umockdev-1.0", providers: [.apt(["libumockdev-dev", "umockdev"])]),

    room("ControlCharts", exclude: ["README.md"]),
    room("Shopfloor", ["ControlCharts"], exclude: ["README.md"]),
    room("Labels", exclude: ["README.md"]),
    room("Symbols"),
    room("Devices", ["Shopfloor", yams]),
    room("Modbus", ["Devices", "CModbus"] + nio + nioTLS, exclude: ["README.md"]),
    room("Scanners", ["Devices", "Labels", "CUSB"], exclude: ["README.md"]),
    room("MQTT", ["Devices", "CMosquitto"], exclude: ["README.md", "Sparkplug/EDGE.md", "Sparkplug/README.md"]),
    room(
      "Ledger", ["Shopfloor", "Devices", grdb, crypto],
      exclude: ["README.md", "PACKING.md", "PROOF.md", "QUESTIONS.md", "KEEPING.md"]),
    room("Recorder", ["Shopfloor", "ControlCharts", "Devices", "Ledger"]),
    room("BatchRecord", ["Shopfloor", "Ledger", "ControlCharts", "Devices", crypto], exclude: ["README.md"]),
    room(
      "ERP", ["Shopfloor", "Devices", "Ledger", "BatchRecord", crypto, httpClient] + nioHTTP + nioTLS,
      exclude: ["README.md", "CONNECTORS.md", "Tryton/README.md"]),
    room(
      "Notifications", ["Shopfloor", "Devices", "Ledger", crypto, httpClient] + nioHTTP + nioTLS,
      exclude: ["README.md"]),
    room(
      "Console",
      ["Recorder", "Ledger", "BatchRecord", "ControlCharts", "Shopfloor", "Devices", logging, lifecycle, hummingbird]
        + nio),
    .executableTarget(
      name: "lotwire",
      dependencies: [
        "Shopfloor", "ControlCharts", "Labels", "Symbols", "Devices", "Modbus", "Scanners", "MQTT", "Ledger",
        "Recorder", "BatchRecord", "ERP", "Notifications", "Console", arguments, logging, lifecycle, unixSignals,
        crypto,
      ],
      exclude: ["ControlPlans/README.md"],
      swiftSettings: ownCode),
    .target(name: "Harness", path: "Simulators/Harness", swiftSettings: ownCode),
    .executableTarget(
      name: "simulate",
      dependencies: [
        "Harness", "LedgerBuilder", "Ledger", "Shopfloor", "Devices", "CModbus", "CMosquitto", arguments, logging,
        hummingbird, crypto,
      ] + nio + nioTLS,
      path: "Simulators/simulate",
      swiftSettings: ownCode),

    tests(of: "Shopfloor", ["ControlCharts"]),
    tests(of: "ControlCharts"),
    tests(of: "Labels", ["Harness"]),
    tests(of: "Symbols", ["Harness"]),
    tests(of: "Devices", ["Shopfloor"]),
    tests(of: "Modbus", ["Devices", "Shopfloor", "CModbus", "Harness"] + nio + nioTLS),
    // Fuzzes the decoders of what comes from outside; `make fuzz` builds it with the address sanitizer.
    .executableTarget(
      name: "fuzz",
      dependencies: ["Modbus", "Scanners", "Labels", "MQTT", "Ledger", "Devices", "Shopfloor", arguments],
      path: "Tests/Fuzz", swiftSettings: ownCode),
    tests(of: "Scanners", ["Devices", "Labels", "Shopfloor", "Harness"]),
    // A simulated scanner below the real libusb; ScannersTests starts it under umockdev-wrapper.
    .target(name: "CUSBTestbed", dependencies: ["CUMockdev"], path: "Tests/CUSBTestbed"),
    .executableTarget(
      name: "USBFixture", dependencies: ["CUSBTestbed", "Scanners", "Devices", "Shopfloor"],
      path: "Tests/USBFixture", swiftSettings: ownCode),
    tests(of: "MQTT", ["Devices", "Shopfloor", "CMosquitto", "Harness"]),
    // A disk below SQLite that drops, reorders and tears what was not synced, and fails on demand.
    .target(name: "CFaultDisk", path: "Tests/CFaultDisk", linkerSettings: [.linkedLibrary("sqlite3")]),
    .target(
      name: "FaultDisk", dependencies: ["CFaultDisk", "Ledger"], path: "Tests/FaultDisk", swiftSettings: ownCode),
    // Large ledgers of a made-up plant: for tests, `simulate ledger` and Benchmarks/.
    .target(
      name: "LedgerBuilder", dependencies: ["Ledger", "Devices", "Shopfloor"], path: "Simulators/LedgerBuilder",
      swiftSettings: ownCode),
    tests(of: "Ledger", ["Devices", "Shopfloor", "Harness", "LedgerBuilder", "FaultDisk", "CFaultDisk", crypto, grdb]),
    tests(
      of: "Recorder", ["Devices", "Shopfloor", "Ledger", "ControlCharts", "Harness", "FaultDisk", "CFaultDisk", grdb]),
    // The real recorder, floor and ledger in simulated days with faults; `make simulate` runs many.
    .target(
      name: "LineSimulation",
      dependencies: ["Recorder", "Ledger", "Devices", "Shopfloor", "ControlCharts", "BatchRecord", "FaultDisk", grdb],
      path: "Tests/LineSimulation", exclude: ["README.md"], swiftSettings: ownCode),
    .executableTarget(
      name: "daysimulation", dependencies: ["LineSimulation", arguments], path: "Tests/DaySimulation",
      swiftSettings: ownCode),
    tests(of: "LineSimulation", ["Recorder", "Ledger", "Devices", "Shopfloor", "FaultDisk"]),
    // The whole daemon on a real file system that loses its power; `make powercut` runs many.
    .executableTarget(
      name: "powercut",
      dependencies: ["Harness", "Ledger", "Recorder", "Devices", "Shopfloor", "CFaultDisk", arguments],
      path: "Tests/PowerCut", swiftSettings: ownCode),
    tests(of: "BatchRecord", ["Ledger", "Devices", "Shopfloor", "ControlCharts", "Harness", crypto]),
    tests(
      of: "ERP",
      ["Devices", "Ledger", "Recorder", "BatchRecord", "Shopfloor", "Harness", crypto, hummingbird] + nioHTTP + nioTLS),
    tests(
      of: "Notifications",
      ["Devices", "Ledger", "Shopfloor", "MQTT", "Harness", crypto, hummingbird] + nioHTTP + nioTLS),
    tests(of: "Console", ["Recorder", "Ledger", "Devices", "Shopfloor", "Harness"]),
    .testTarget(
      name: "LineTests",
      dependencies: [
        "lotwire", "Shopfloor", "Devices", "Modbus", "Scanners", "MQTT", "Ledger", "BatchRecord", "Console", "Labels",
        "Symbols", "Notifications", "Harness", "powercut", "erpfaults", "Recorder", "LedgerBuilder", "ERP",
        crypto, grdb,
      ],
      swiftSettings: ownCode),
    // The exchange with a real ERP through a proxy that disturbs it: `make erpfaults` runs many seeds.
    .executableTarget(
      name: "erpfaults",
      dependencies: ["ERP", "BatchRecord", "Recorder", "Ledger", "Devices", "Shopfloor", "Harness", crypto],
      path: "Tests/ERPFaults", swiftSettings: ownCode),
    // The driver against simulated faults: `make faults` measures with it, SimulatorTests run it shortly.
    .executableTarget(
      name: "faults", dependencies: ["Modbus", "Devices", "Shopfloor", "Harness", arguments], path: "Tests/Faults",
      swiftSettings: ownCode),
    .testTarget(
      name: "SimulatorTests",
      dependencies: ["simulate", "faults", "Modbus", "Devices", "Shopfloor", "Harness"] + nio + nioTLS,
      swiftSettings: ownCode),
    .testTarget(name: "RepositoryTests", swiftSettings: ownCode),
  ],
  swiftLanguageModes: [.v6]
)
