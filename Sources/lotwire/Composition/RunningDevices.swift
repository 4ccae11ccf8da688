import Devices
import Modbus
import ServiceLifecycle
import Shopfloor
import Synchronization

/// The device sources that run now: replaced by a reload, ended once. Nobody who asks for them waits for one who
/// starts or stops them.
final class RunningDevices: Sendable {
  struct Ended: Error, CustomStringConvertible {
    var description: String { "The daemon is stopping." }
  }

  private struct State {
    var sources: DeviceSources?
    var hasEnded = false
  }

  private let state = Mutex(State())

  var modbus: ModbusSource? { state.withLock { $0.sources }?.modbus }
  var isEmpty: Bool { state.withLock { $0.sources == nil } }

  func status() -> [LinkStatus] { state.withLock { $0.sources }?.status() ?? [] }

  /// Starts sources where none run.
  ///
  /// - Throws: what a source says; or that the daemon stops: then nothing runs.
  func start(_ sources: DeviceSources) throws {
    if state.withLock({ $0.hasEnded }) { throw Ended() }
    try sources.start()
    let isKept = state.withLock { state in
      if !state.hasEnded { state.sources = sources }
      return !state.hasEnded
    }
    if !isKept {
      sources.stop()
      throw Ended()
    }
  }

  /// Stops what runs; returns when nothing of it does any more.
  func stop() { take(isEnd: false)?.stop() }

  /// Stops what runs, and lets nothing start any more.
  func end() { take(isEnd: true)?.stop() }

  private func take(isEnd: Bool) -> DeviceSources? {
    state.withLock { state in
      if isEnd { state.hasEnded = true }
      defer { state.sources = nil }
      return state.sources
    }
  }
}

/// Ends the devices when the group shuts down. The last service of the group, so the first to end: nothing is taken from
/// then on that would not be judged, answered and shown.
struct DeviceService: Service {
  let devices: RunningDevices
  private let thread = OwnThread(label: "lotwire.devices.end")

  init(devices: RunningDevices) { self.devices = devices }

  func run() async throws {
    // Cancelled: another service failed or the time is up; the daemon ends the devices itself.
    try? await gracefulShutdown()
    let devices = self.devices
    _ = await thread.run { devices.end() }
  }
}
