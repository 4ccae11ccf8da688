import Glibc
import Shopfloor

/// One CSV line for each message that the broker has acknowledged: UTC microseconds of the payload's own time (of the
/// sending where it has none), topic, id, value. Written at once, so that it survives a kill of this process.
final class SensorJournal {
  struct Fault: Error, CustomStringConvertible {
    var description: String
  }

  private let descriptor: Int32

  init(path: String) throws {
    descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else {
      throw Fault(description: "the journal \(path) cannot be written: \(String(cString: strerror(errno)))")
    }
  }

  deinit { close(descriptor) }

  func add(_ messages: [SensorModel.Message]) throws {
    guard !messages.isEmpty else { return }
    let lines = messages.map {
      "\($0.time.microseconds),\(Self.field($0.topic)),\(Self.field($0.id)),\(Self.field($0.value))\n"
    }
    let bytes = Array(lines.joined().utf8)
    guard write(descriptor, bytes, bytes.count) == bytes.count else {
      throw Fault(description: "the journal cannot be written: \(String(cString: strerror(errno)))")
    }
  }

  private static func field(_ text: String) -> String {
    guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
    return "\"" + text.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
  }
}
