import CUSB
import Devices
import Glibc

/// A wedge read through the kernel's input device, taken for this process alone (EVIOCGRAB), so that nothing it types
/// reaches a console: the way where libusb may not claim the device. The kernel gives it back when the node is closed.
///
/// Touched only by the thread that runs the event loop.
final class EvdevAttachment: ScannerAttachment {
  /// One input device of the scanner; each has keys of its own.
  private struct Node {
    var descriptor: Int32
    /// Its events carry the monotonic time at which the kernel took them.
    var hasMonotonicTime: Bool
    var decoder = InputEventDecoder()
  }

  /// Input devices of one scanner that are taken.
  static let maximumNodes = 8
  /// Events taken with one read.
  static let readEvents = 64
  /// An event that claims to be older has a time of another clock, in microseconds.
  static let longestEventAgeMicroseconds: Int64 = 60_000_000

  private(set) var condition = AttachmentCondition.running
  private var nodes: [Node] = []
  private var reports: [ArrivedReport] = []
  private let clock: any WallClock

  /// Takes every input device of the scanner: text that only one of them types must not reach a console either.
  ///
  /// - Parameter deviceNumber: of the device that is meant, on its bus. Whatever came to its port since is left alone.
  init(_ identity: USBIdentity, deviceNumber: UInt8, sysfs: USBSysfs, clock: any WallClock) throws(USBFault) {
    self.clock = clock
    guard sysfs.isStillThere(identity, deviceNumber: deviceNumber) else { throw .otherDevice }
    let paths = sysfs.eventNodes(portPath: identity.portPath).prefix(Self.maximumNodes)
    guard !paths.isEmpty else { throw .noInputDevice }
    do throws(USBFault) {
      for path in paths { try openNode(path, of: identity) }
      // The nodes were its own if it was there before they were looked for and after they were opened.
      guard sysfs.isStillThere(identity, deviceNumber: deviceNumber) else { throw .otherDevice }
      for (node, path) in zip(nodes, paths) {
        guard lotwire_input_grab(node.descriptor, 1) == 0 else { throw .inputDevice(path: path, errorNumber: errno) }
      }
    } catch {
      releaseAll()
      throw error
    }
  }

  private func openNode(_ path: String, of identity: USBIdentity) throws(USBFault) {
    let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
    guard descriptor >= 0 else { throw .inputDevice(path: path, errorNumber: errno) }
    nodes.append(Node(descriptor: descriptor, hasMonotonicTime: InputDeviceRequest.useMonotonicTime(descriptor)))
    guard let type = InputDeviceRequest.deviceType(descriptor), type == (identity.vendor, identity.product) else {
      throw .otherDevice
    }
  }

  deinit { releaseAll() }

  var descriptors: [Int32] { nodes.map(\.descriptor) }

  var hasNews: Bool { condition != .running }

  func drain() -> [ArrivedReport] {
    // After a hole nothing is read any more, of no node: the scanner is opened anew.
    for index in nodes.indices where condition == .running { read(&nodes[index]) }
    defer { reports.removeAll(keepingCapacity: true) }
    return reports
  }

  func markGone() { condition = .gone }

  func close(turn: () -> Void, elapsedMicroseconds: () -> Int64) { releaseAll() }

  private func releaseAll() {
    for node in nodes {
      // A node that is gone with its device has nothing to give back.
      _ = lotwire_input_grab(node.descriptor, 0)
      _ = Glibc.close(node.descriptor)
    }
    nodes = []
  }

  private func read(_ node: inout Node) {
    var buffer = [UInt8](repeating: 0, count: InputEventDecoder.eventBytes * Self.readEvents)
    let count = Glibc.read(node.descriptor, &buffer, buffer.count)
    if count > 0 {
      let now = clock.now().monotonicMicroseconds
      reports += node.decoder.take(buffer[..<count]).map { report in
        let isTimeExact =
          node.hasMonotonicTime && report.time <= now && now - report.time <= Self.longestEventAgeMicroseconds
        return ArrivedReport(bytes: report.bytes, at: isTimeExact ? report.time : now, isTimeExact: isTimeExact)
      }
      if node.decoder.hasLostEvents { condition = .failed }
    } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
      condition = count < 0 && errno == ENODEV ? .gone : .failed
    }
  }
}
