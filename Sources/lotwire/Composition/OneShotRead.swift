import Devices
import Modbus
import Shopfloor

/// Reads a device once, without a daemon.
enum OneShotRead {
  /// - Throws: what the driver says, for the person who asked.
  static func values(
    endpoint: ModbusDevicePlan.Endpoint, unit: UInt8, profile: DeviceProfile, timeoutMicroseconds: Int64
  ) async throws -> [ModbusPointValue] {
    let plan = ModbusDevicePlan(device: "device", profile: profile, endpoint: endpoint, unit: unit, parameters: [])
    let source = try ModbusSource(devices: [plan], inbox: NoRecorder(), eventLoopThreads: 1)
    source.start()
    let result = await withCheckedContinuation { continuation in
      source.read(device: "device", points: profile.points.map(\.name)) { continuation.resume(returning: $0) }
    }
    source.stop()
    return try result.get()
  }

  /// Nothing is polled, so nothing is offered.
  private struct NoRecorder: RecorderInbox {
    func offer(_ batches: [ReadingBatch], acknowledge: (@Sendable (RecorderOutcome) -> Void)?) -> Bool { false }

    func submit(
      _ command: Command, from device: DeviceName?, at time: Timestamp,
      answer: @escaping @Sendable (CommandAnswer) -> Void
    ) -> Bool { false }
  }
}
