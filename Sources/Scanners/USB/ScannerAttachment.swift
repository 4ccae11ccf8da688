/// How a taken scanner stands.
enum AttachmentCondition: Hashable, Sendable {
  case running
  /// Pulled out.
  case gone
  /// Still there, but what it sent has a hole or it answers no more: it must be opened anew.
  case failed
}

/// A scanner that this process alone reads, over libusb or the kernel's input device.
protocol ScannerAttachment: AnyObject {
  var condition: AttachmentCondition { get }
  /// What poll(2) must watch for it besides libusb.
  var descriptors: [Int32] { get }
  /// Something is to be taken or said that no descriptor will tell of: it came while something else was awaited.
  var hasNews: Bool { get }
  /// The reports that came since the last call. None, where the condition is running, says that none was waiting.
  func drain() -> [ArrivedReport]
  func markGone()
  /// Gives the scanner back. `turn` runs the event loop once.
  func close(turn: () -> Void, elapsedMicroseconds: () -> Int64)
}
