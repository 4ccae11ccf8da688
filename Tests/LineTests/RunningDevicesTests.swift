import Devices
import Foundation
import Harness
import Shopfloor
import Testing

@testable import lotwire

@Suite("The devices of a daemon that ends")
struct RunningDevicesTests {
  private struct NoRecorder: RecorderInbox {
    func offer(_ batches: [ReadingBatch], acknowledge: (@Sendable (RecorderOutcome) -> Void)?) -> Bool { false }

    func submit(
      _ command: Command, from device: DeviceName?, at time: Timestamp,
      answer: @escaping @Sendable (CommandAnswer) -> Void
    ) -> Bool { false }
  }

  /// One scanner on a port that is not there.
  private func sources() throws -> DeviceSources {
    let folder = try TemporaryFolder("running-devices")
    try """
    site: Suzhou
    line: Pouch line 1
    data: data
    devices:
      - name: scanner-1
        station: sealer-1
        serial: {path: tty}
    stations:
      - {name: sealer-1, operation: seal, parameters: []}
    people: []

    """.write(to: folder.file("lotwire.yaml"), atomically: true, encoding: .utf8)
    return try DeviceSources(
      try ConfigurationReader.read(folder.file("lotwire.yaml")), parameters: [], inbox: NoRecorder(),
      clock: SystemClock(), sessions: FormerSessions(), learned: [:], onLearned: { _ in })
  }

  @Test("a reload stops and starts them; after the end nothing starts any more")
  func nothingStartsAfterTheEnd() throws {
    let devices = RunningDevices()
    try devices.start(try sources())
    #expect(devices.status().map(\.device) == ["scanner-1"])
    devices.stop()
    #expect(devices.isEmpty && devices.status().isEmpty)
    try devices.start(try sources())
    #expect(!devices.isEmpty)
    devices.end()
    devices.end()
    #expect(devices.isEmpty)
    #expect(throws: RunningDevices.Ended.self) { try devices.start(try sources()) }
    #expect(devices.isEmpty)
  }

  @Test("a write that finds no devices is reported as one that did not reach its device")
  func writesAfterTheEnd() async throws {
    let devices = RunningDevices()
    devices.end()
    let write = DeviceWrite(
      id: "W-000001", device: "plc", point: "recipe", value: 1, unit: "", origin: .person("P-1", reason: "test"),
      stations: [], orderedAt: Timestamp(microseconds: 1))
    #expect(await devices.perform(write, clock: SystemClock()).outcome == .unreachable)
  }
}
