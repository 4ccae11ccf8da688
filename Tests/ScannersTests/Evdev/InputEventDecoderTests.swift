import Testing

@testable import Scanners

@Suite struct InputEventDecoderTests {
  /// One `struct input_event` of a 64-bit machine.
  private func event(_ type: UInt16, _ code: UInt16, _ value: UInt32) -> [UInt8] {
    [UInt8](repeating: 7, count: 16) + [UInt8(type & 0xFF), UInt8(type >> 8), UInt8(code & 0xFF), UInt8(code >> 8)]
      + (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
  }

  private func key(_ code: UInt16, _ value: UInt32, usage: UInt32? = nil) -> [UInt8] {
    (usage.map { event(4, 4, 0x70000 | $0) } ?? []) + event(1, code, value)
  }

  private let end: [UInt8] = [UInt8](repeating: 0, count: 24)

  @Test func keysBecomeBootReports() {
    var decoder = InputEventDecoder()
    #expect(InputEventDecoder.eventBytes == 24)
    // Left Shift and a, by key code alone.
    let pressed = decoder.take(key(42, 1) + end + key(30, 1) + end + key(30, 0) + key(42, 0) + end).map(\.bytes)
    #expect(
      pressed == [[2, 0, 0, 0, 0, 0, 0, 0], [2, 0, 4, 0, 0, 0, 0, 0], [0, 0, 0, 0, 0, 0, 0, 0]])
  }

  @Test func usageOfTheDriverGoesBeforeTheKeyCode() {
    var decoder = InputEventDecoder()
    // Key code 43 is written by two keys; the driver says which.
    #expect(decoder.take(key(43, 1, usage: 0x32) + end).map(\.bytes) == [[0, 0, 0x32, 0, 0, 0, 0, 0]])
    #expect(decoder.take(key(43, 0, usage: 0x32) + end).map(\.bytes) == [[0, 0, 0, 0, 0, 0, 0, 0]])
    #expect(decoder.take(key(43, 1) + end).map(\.bytes) == [[0, 0, 0x31, 0, 0, 0, 0, 0]])
  }

  @Test func repetitionsAndOtherEventsAreNothing() {
    var decoder = InputEventDecoder()
    #expect(decoder.take(key(30, 1) + end).count == 1)
    #expect(decoder.take(key(30, 2) + end).isEmpty)
    #expect(decoder.take(event(17, 0, 1) + end).isEmpty)
    // A consumer key (page 0x0C), whose code no keyboard usage stands behind.
    #expect(decoder.take(event(4, 4, 0xC00E9) + event(1, 115, 1) + end).isEmpty)
  }

  @Test func anyCutOfTheBytesGivesTheSame() {
    let bytes = key(42, 1) + end + key(5, 1) + end + key(5, 0) + key(42, 0) + end + key(28, 1) + end + key(28, 0) + end
    var whole = InputEventDecoder()
    let expected = whole.take(bytes)
    #expect(expected.count == 5)
    for size in 1...50 {
      var decoder = InputEventDecoder()
      let pieces = stride(from: 0, to: bytes.count, by: size).flatMap {
        decoder.take(bytes[$0..<min($0 + size, bytes.count)])
      }
      #expect(pieces == expected)
    }
  }

  @Test func lostEventsAndTooManyKeysAreTold() {
    var decoder = InputEventDecoder()
    let many = (16...22).flatMap { key(UInt16($0), 1) }
    #expect(decoder.take(many + end).map(\.bytes) == [[0, 0, 1, 1, 1, 1, 1, 1]])
    #expect(!decoder.hasLostEvents)
    _ = decoder.take(event(0, 3, 0))
    #expect(decoder.hasLostEvents)
  }

  @Test func nothingIsDecodedBehindAHole() {
    var decoder = InputEventDecoder()
    let reports = decoder.take(key(30, 1) + end + event(0, 3, 0) + end + key(30, 0) + key(48, 1) + end)
    #expect(reports.map(\.bytes) == [[0, 0, 4, 0, 0, 0, 0, 0]])
    #expect(decoder.take(key(28, 1) + end).isEmpty)
    #expect(decoder.hasLostEvents)
  }

  @Test func reportsCarryTheTimeOfTheEventThatEndsThem() {
    var decoder = InputEventDecoder()
    var end = end
    // 258 seconds and 515 microseconds.
    (end[0], end[1], end[8], end[9]) = (2, 1, 3, 2)
    #expect(decoder.take(key(30, 1) + end).map(\.time) == [258_000_515])
  }

  @Test func moreThanSixKeysSpoilTheLabel() {
    var decoder = KeyDecoder(ScannerTextForm(layout: .us))
    var events = InputEventDecoder()
    let down = (16...22).flatMap { key(UInt16($0), 1) } + end
    let up = (16...22).flatMap { key(UInt16($0), 0) } + end
    let bytes = key(30, 1) + end + key(30, 0) + end + down + up + key(28, 1) + end + key(28, 0) + end
    let labels = events.take(bytes).flatMap { decoder.take($0.bytes, at: 0) }
    #expect(labels == [.label(ScannedText(bytes: Array("a".utf8), flags: [.incomplete]))])
  }

  @Test func everyKeyOfALayoutHasAKeyCode() {
    let reached = Set((0...255).compactMap { KeyCodes.usage(ofKeyCode: $0) })
    // 0x32 shares its key code with 0x31.
    for usage in UInt8(0x04)...0x64 where usage != 0x32 { #expect(reached.contains(usage), "\(usage)") }
    #expect(Set(0xE0...0xE7).isSubset(of: reached))
  }

  @Test func aScanThroughTheInputDeviceReadsLikeOneThroughUSB() {
    var form = ScannerTextForm()
    form.layout = .us
    var decoder = KeyDecoder(form)
    var events = InputEventDecoder()
    // "A11" and Enter: Shift+a, and the same key twice.
    let bytes =
      key(42, 1) + end + key(30, 1) + end + key(30, 0) + key(42, 0) + end + key(2, 1) + end + key(2, 0) + end
      + key(2, 1) + end + key(2, 0) + end + key(28, 1) + end + key(28, 0) + end
    let labels = events.take(bytes).flatMap { decoder.take($0.bytes, at: 0) }
    #expect(labels == [.label(ScannedText(bytes: Array("A11".utf8)))])
  }
}
