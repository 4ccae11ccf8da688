/// Puts labels together from the bytes of a scanner: pure, time is handed in (monotonic microseconds).
///
/// A label ends at CR, LF, Tab or ETX; ends that follow each other (CR LF, ETX CR) are one end, and a leading STX is
/// framing. An idle gap ends a label only where the plan says so; otherwise an unfinished label that stands too long is
/// dropped and counted: half a label must not pass for a whole one.
public struct LabelAssembler: Sendable {
  public struct Settings: Hashable, Sendable {
    /// A gap of this length ends the label, for scanners that send no terminator; nil: gaps end nothing.
    public var idleEndMicroseconds: Int64?
    /// An unfinished label older than this is dropped.
    public var staleMicroseconds: Int64

    public init(idleEndMicroseconds: Int64? = nil, staleMicroseconds: Int64 = 2_000_000) {
      self.idleEndMicroseconds = idleEndMicroseconds
      self.staleMicroseconds = staleMicroseconds
    }
  }

  /// Bytes kept of one label. More than the label room takes (512), so that text beyond the bound is refused as too
  /// long and never cut and accepted.
  public static let maximumKeptBytes = 576

  private let settings: Settings
  private var partial: [UInt8] = []
  private var lastByteAt: Int64 = 0
  /// Unfinished labels that were dropped.
  public private(set) var droppedPartials: UInt64 = 0

  public init(_ settings: Settings = Settings()) { self.settings = settings }

  public var hasPartial: Bool { !partial.isEmpty }

  /// Takes bytes that came at a time; returns the labels they complete, without terminators.
  public mutating func take(_ bytes: some Sequence<UInt8>, at now: Int64) -> [[UInt8]] {
    var complete = expire(at: now).map { [$0] } ?? []
    for byte in bytes {
      switch byte {
      case 0x0D, 0x0A, 0x09, 0x03:
        if !partial.isEmpty { complete.append(finish()) }
      case 0x02 where partial.isEmpty:
        break
      default:
        if partial.count < Self.maximumKeptBytes { partial.append(byte) }
      }
    }
    lastByteAt = now
    return complete
  }

  /// Lets time pass: returns a label that an idle gap ended.
  public mutating func expire(at now: Int64) -> [UInt8]? {
    guard let deadline, now >= deadline else { return nil }
    if settings.idleEndMicroseconds != nil { return finish() }
    discardPartial()
    return nil
  }

  /// When ``expire(at:)`` has something to do; nil while no label is unfinished.
  public var deadline: Int64? {
    partial.isEmpty ? nil : lastByteAt + (settings.idleEndMicroseconds ?? settings.staleMicroseconds)
  }

  /// Whether the label under way had ended before this time cannot be known: it goes on.
  mutating func prolong(to now: Int64) { lastByteAt = max(lastByteAt, now) }

  /// The line was lost: what stands unfinished goes away with it.
  public mutating func discardPartial() {
    guard !partial.isEmpty else { return }
    partial.removeAll(keepingCapacity: true)
    droppedPartials += 1
  }

  private mutating func finish() -> [UInt8] {
    defer { partial.removeAll(keepingCapacity: true) }
    return partial
  }
}
