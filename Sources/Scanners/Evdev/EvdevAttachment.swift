import CUSB
import Glibc

/// A wedge read through the kernel's input device, taken for this process alone (EVIOCGRAB), so that nothing it types
/// reaches a console: the way where libusb may not claim the device. The kernel gives it back when the node is closed.
///
/// Touched only by the thread that runs the event loop.
final class EvdevAttachment: ScannerAttachment {
  /// One input device of the scanner; each has keys of its own.
  private struct Node {
    var descriptor: Int32
    var decoder = InputEventDecoder()
  }

  /// Input devices of one scanner that are taken.
  static let maximumNodes = 8
  /// Events taken with one read.
  static let readEvents = 64

  private(set) var condition = AttachmentCondition.running
  private var nodes: [Node] = []
  private var reports: [[UInt8]] = []

  /// Takes every input device of the scanner: text that only one of them types must not reach a console either.
  init(nodePaths: [String]) throws(USBFault) {
    guard !nodePaths.isEmpty else { throw .noInputDevice }
    for path in nodePaths.prefix(Self.maximumNodes) {
      let descriptor = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC)
      guard descriptor >= 0 else {
        let number = errno
        releaseAll()
        throw .inputDevice(path: path, errorNumber: number)
      }
      nodes.append(Node(descriptor: descriptor))
      guard lotwire_input_grab(descriptor, 1) == 0 else {
        let number = errno
        releaseAll()
        throw .inputDevice(path: path, errorNumber: number)
      }
    }
  }

  deinit { releaseAll() }

  var descriptors: [Int32] { nodes.map(\.descriptor) }

  var hasNews: Bool { condition != .running }

  func drain() -> [[UInt8]] {
    for index in nodes.indices { read(&nodes[index]) }
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
      reports += node.decoder.take(buffer[..<count])
      if node.decoder.hasLostEvents { condition = .failed }
    } else if count == 0 || (errno != EAGAIN && errno != EINTR) {
      condition = count < 0 && errno == ENODEV ? .gone : .failed
    }
  }
}
